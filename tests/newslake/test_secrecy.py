"""No password, key or token stays in a text that people get to see; and nothing else is hidden."""

from __future__ import annotations

from pathlib import Path

import pytest

from newslake.errors import NewslakeError, brief
from newslake.secrecy import redacted, redacted_traceback


@pytest.mark.parametrize(
    "text",
    [
        # connection strings, as DuckDB, psycopg and libpq quote them
        'IO Error: Unable to connect to Postgres at "dbname=news host=db password=§ user=me": refused',
        "dbname=news password = '§' host=db",
        'at "dbname=news password=two § words": refused',
        'at "password=two §  words host=db": refused',
        "dbname=news password='a b\\'§' host=db",
        "connection to postgresql://me:§@db:5432/news failed",
        "connection to postgres://me:p@ss/hunter2@db/news failed",
        'invalid dsn: missing "=" after "§" in connection info string',
        'invalid connection option "§"',
        "ATTACH 'ducklake:postgres:dbname=news sslpassword=§'",
        # object storage
        "CREATE SECRET (TYPE s3, KEY_ID '§', SECRET '§', SESSION_TOKEN '§')",
        "GET https://bucket.s3.example/a?X-Amz-Credential=§&X-Amz-Signature=§&X-Amz-Security-Token=§",
        "s3_secret_access_key='§', s3_access_key_id='§'",
        "AWS_SECRET_ACCESS_KEY=§",
        # proxies, notifications, APIs
        "no tunnel through http://me:§@proxy:3128",
        "socks5h://:§@proxy:1080 refused",
        "json://me:§@hooks.example/told",
        "https://aVeryLongTokenOfMany1234567890@hooks.example/ said 401 for token=§",
        '{"user": "me", "password": "§", "api_key": "§"}',
        "{'Authorization': 'Basic bWU6aHVudGVyMg=='}",
        "Authorization: Bearer abc.def-ghi123",
        "Set-Cookie: session=§; path=/",
    ],
)
def test_secrets_are_hidden(text: str) -> None:
    shown = redacted(text.replace("§", "hunter2+k3y"))
    for secret in ("hunter2", "bWU6aHVudGVyMg", "abc.def", "aVeryLongToken"):
        assert secret not in shown
    assert "***" in shown and redacted(shown) == shown


@pytest.mark.parametrize(
    "text",
    [
        'password authentication failed for user "me"',
        "https://127.0.0.1:8080/@editor/story-1?page=2",
        "the key `name` is missing; unknown key `qwery`",
        "Basic needs: water, Digest of the week",
        "the token after the parenthesis is not allowed there",
        "SELECT count(*) FROM fetches WHERE outcome = 'failed'",
        "https://news.example/2026/01/02/a:b@c",
        "catalog = 'ducklake:postgres:dbname=news host=db.example.org'",
    ],
)
def test_other_text_stays(text: str) -> None:
    assert redacted(text) == text


def test_what_the_environment_holds_is_hidden_wherever_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PGPASSWORD", "AWS_SECRET_ACCESS_KEY", "PREFECT_API_KEY", "S3_SESSION_TOKEN"):
        with monkeypatch.context() as patched:
            patched.setenv(name, "correct horse")
            assert redacted("it said: no such word as correct horse here") == "it said: no such word as *** here"
    monkeypatch.setenv("HTTPS_PROXY", "http://me:battery-staple@proxy:3128")
    assert "battery-staple" not in redacted("refused battery-staple")


def test_the_current_folder_and_the_places_of_files_are_no_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every shell sets PWD; a message without the paths it names is of no use."""
    key_file = tmp_path / "service.json"
    key_file.touch()
    for name, value in (("PWD", tmp_path), ("GOOGLE_APPLICATION_CREDENTIALS", key_file)):
        monkeypatch.setenv(name, str(value))
        assert redacted(f"cannot read {value}/watchlist.toml") == f"cannot read {value}/watchlist.toml"
    for value in ("/no/such/path", f"/{'k3y' * 2000}"):  # the second is longer than a path can be
        monkeypatch.setenv("API_PASSWORD", value)
        assert redacted(f"said {value}") == "said ***"


def test_errors_and_tracebacks_hold_none() -> None:
    error = NewslakeError("no password=hunter2", left="as postgres://me:hunter2@db was", next="try token=hunter2")
    assert "hunter2" not in f"{error} {error!r} {error.args}"
    try:
        try:
            raise ValueError("dbname=news password=hunter2")
        except ValueError as cause:
            raise NewslakeError("it failed") from cause
    except NewslakeError as caught:
        assert "hunter2" not in redacted_traceback(caught) and "ValueError" in redacted_traceback(caught)
        assert "hunter2" not in brief(caught.__cause__ or caught)
