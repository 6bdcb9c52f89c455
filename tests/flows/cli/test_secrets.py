"""No command prints a password, whatever goes wrong with what it protects."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newslake.testing import Site
from tests.flows.cli.conftest import WATCHLIST
from tests.flows.command import Done, ask, newslake, newslake_process

SECRET = "hunter2-k3y"
COMMANDS = [("status",), ("sql", "SELECT 1"), ("sources",), ("run", "--plain"), ("maintain",), ("schema",), ("export", "x.csv")]


def told(done: Done) -> str:
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    "connection",
    [
        "dbname=news host=127.0.0.1 port=1 user=me password=§",
        "dbname=news host=127.0.0.1 port=1 user=me password='§ §'",
        "dbname=news host=127.0.0.1 port=1 user=me password=a §",  # no valid connection string: the driver quotes the rest
        "dbname=news host=127.0.0.1 port=1 pasword=§",
        "postgresql://me:§@127.0.0.1:1/news",
        "postgresql://me:p@ss/§@127.0.0.1:1/news",
    ],
)
def test_the_password_of_the_catalog(tmp_path: Path, connection: str) -> None:
    config = tmp_path / "watchlist.toml"
    catalog = f"ducklake:postgres:{connection.replace('§', SECRET)}"
    config.write_text(f'[warehouse]\ncatalog = """{catalog}"""\n{WATCHLIST}')
    for command in COMMANDS:
        done = newslake(*command, "--config", config, cwd=tmp_path)
        assert SECRET not in told(done), command
        assert done.returncode == 1, command
    for file in tmp_path.rglob("*"):
        assert file == config or not file.is_file() or SECRET.encode() not in file.read_bytes(), file


def test_a_catalog_of_another_form_is_refused_without_its_password(tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    for catalog in (f"postgres:dbname=news password={SECRET}", f"postgresql://me:{SECRET}@db/news", f"mysql://me:{SECRET}@db"):
        config.write_text(f'[warehouse]\ncatalog = "{catalog}"\n{WATCHLIST}')
        done = newslake("check", "--offline", "--config", config)
        assert done.returncode == 2 and SECRET not in told(done), catalog


@pytest.mark.timeout(120)
def test_the_password_of_a_proxy(tmp_path: Path) -> None:
    """It is in nothing that is printed, and in nothing that stays."""
    with Site() as site:
        port = site.port  # closed from here on
    config = tmp_path / "watchlist.toml"
    config.write_text(f"[crawl]\ndelay = 0\ntimeout = 5\nallow_private = true\n{WATCHLIST.replace('https:', 'http:', 1)}")
    proxy = f"http://me:{SECRET}@127.0.0.1:{port}"
    done = newslake_process(
        *("run", "--plain", "--json", "--config", config),
        http_proxy=proxy,
        https_proxy=proxy,
        HTTP_PROXY=proxy,
        HTTPS_PROXY=proxy,
    )
    assert done.returncode == 1 and SECRET not in told(done)
    assert set(json.loads(done.stdout)["failed_sources"]) == {"harbour", "lighthouse"}
    assert SECRET not in str(ask(config, "SELECT * FROM fetches"))
    for file in tmp_path.rglob("*"):
        assert not file.is_file() or SECRET.encode() not in file.read_bytes(), file
