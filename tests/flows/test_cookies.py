"""`cookies = "FILE"` of a source: sent where they belong and nowhere else, and in nothing that newslake writes."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from newslake.testing import Answer, Site
from tests.flows.command import Done, ask, newslake
from tests.flows.ferries import story

FROM_FILE, GIVEN, AGAIN = "f1l3Pl4nt3d9Kq8vR2mTx0", "s3tC00k13-7e1fA9b2c4d6", "r3fr3sh3d-1aB2cD3eF4gH"
SECRETS = (FROM_FILE, GIVEN, AGAIN)
WATCHLIST = """
[warehouse]
catalog = "data/news.duckdb"
[crawl]
delay = 0.0
timeout = 1
allow_private = true
revisit_hours = [0.0001]
user_agent = "test (+https://tide.example/contact)"
[notify]
urls = ["json://127.0.0.1:9/hook"]
[[topic]]
name = "ferries"
query = "ferry"
[[source]]
name = "paper"
feeds = ["{paper}/feed"]
cookies = "private/paper.txt"
[[source]]
name = "quay"
feeds = ["{quay}/feed"]
"""


def line(domain: str, name: str, value: str, *, path: str = "/", secure: bool = False, expires: int = 0) -> str:
    subdomains = "TRUE" if domain.startswith(".") else "FALSE"
    return "\t".join((domain, subdomains, path, "TRUE" if secure else "FALSE", str(expires), name, value))


def cookies_of(*lines: str) -> bytes:
    return "\n".join(("# Netscape HTTP Cookie File", "", *lines, "")).encode()


GOOD = cookies_of(
    "#HttpOnly_" + line("127.0.7.1", "login", FROM_FILE),
    line("127.0.7.1", "deep", "only-below", path="/news"),
    line("127.0.7.1", "tls", "only-by-https", secure=True),
    line("127.0.7.1", "old", "expired", expires=1_600_000_000),
    line(".other.example", "other", "of-another-site"),
)


@dataclass
class Paper:
    """A paper that shows its articles to subscribers, another outlet, a site that neither owns, and what commands said."""

    paper: Site
    quay: Site
    elsewhere: Site
    home: Path
    config: Path
    said: dict[str, Done]

    def sent(self, site: Site) -> dict[str, str]:
        """The cookies of the last request for each address."""
        return {asked.path: asked.headers.get("cookie", "") for asked in site.asked}


def for_subscribers(number: int) -> object:
    def answer(headers: Mapping[str, str]) -> Answer:
        given = headers.get("cookie", "")
        if FROM_FILE not in given:
            return Answer(b"<html><title>Subscribe</title><p>Log in to read on.</p></html>", 403)
        shown = story(number, head=f'<meta name="user" content="{FROM_FILE}"><script>var session = "{GIVEN}";</script>')
        value = AGAIN if GIVEN in given else GIVEN
        return Answer(shown.body, headers={"Set-Cookie": f"session={value}; Path=/; HttpOnly", "X-User": FROM_FILE})

    return answer


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Paper]:
    home = tmp_path_factory.mktemp("subscribed")
    config = home / "watchlist.toml"
    (home / "private").mkdir()
    with Site("127.0.7.1") as paper, Site("127.0.7.2") as quay, Site("127.0.7.3") as elsewhere:
        for number in (1, 4, 5):
            paper.routes[f"/news/{number}"] = for_subscribers(number)  # type: ignore[assignment]
        paper.redirect("/news/2", f"{elsewhere.url}/partner/2?from={FROM_FILE}")
        elsewhere.routes["/partner/2"] = story(2)
        paper.redirect("/news/7", f"{quay.url}/news/8?from={FROM_FILE}")
        quay.routes["/news/8"] = story(8)
        paper.redirect("/news/6", "/reads/6")
        paper.routes["/reads/6"] = for_subscribers(6)  # type: ignore[assignment]
        paper.routes["/news/3"] = story(3)
        paper.feed("/feed", *(f"/news/{number}" for number in (1, 2, 3, 6, 7)), **{"ETag": '"1"', "Set-Cookie": f"feed={GIVEN}"})
        quay.routes["/news/9"] = story(9)
        quay.feed("/feed", "/news/9", f"{paper.url}/news/4")
        config.write_text(WATCHLIST.format(paper=paper.url, quay=quay.url))
        (home / "private/paper.txt").write_bytes(GOOD)
        (home / "private/paper.txt").chmod(0o600)
        told = Paper(paper, quay, elsewhere, home, config, {})

        def say(name: str, *arguments: str | Path) -> None:
            told.said[name] = newslake(*arguments, "--config", config)

        say("check", "check", "--pages", "5", "--json")
        say("saved", "check", "--pages", "5", "--save", home / "saved")
        told.said["replayed"] = newslake("check", "--from", home / "saved")
        paper.routes["/news/3"] = Answer(b"late", seconds=3)
        say("run", "run", "--plain", "--json")
        paper.routes["/news/3"] = story(3)
        say("again", "run", "--plain")
        say("added", "add", f"{paper.url}/news/5")
        say("sources", "sources", "--json")
        yield told


def files_below(home: Path) -> Iterator[tuple[Path, bytes]]:
    """What is in every file that newslake wrote, unpacked."""
    for file in sorted(home.rglob("*")):
        if not file.is_file() or file.parent.name == "private":
            continue
        data = file.read_bytes()
        yield file, gzip.decompress(data) if file.suffix == ".gz" and data else data


def leaks(made: Paper) -> list[tuple[str, str]]:
    found = [(str(file), secret) for file, data in files_below(made.home) for secret in SECRETS if secret.encode() in data]
    found += [(name, one) for name, done in made.said.items() for one in SECRETS if one in done.stdout + done.stderr]
    for (table,) in ask(made.config, "SELECT table_name FROM duckdb_tables() WHERE NOT internal"):
        rows = str(ask(made.config, f'FROM "{table}"'))  # DuckDB packs its files
        found += [(table, secret) for secret in SECRETS if secret in rows]
    return found


def test_cookies_go_where_they_belong(made: Paper) -> None:
    sent = made.sent(made.paper)
    assert FROM_FILE in sent["/news/1"] and "deep=only-below" in sent["/news/1"]
    assert FROM_FILE in sent["/reads/6"] and "deep" not in sent["/reads/6"]  # after a redirect, by its own path
    assert sent["/robots.txt"] == ""
    every = " ".join(asked.headers.get("cookie", "") for asked in made.paper.asked)
    assert "only-by-https" not in every and "expired" not in every and "of-another-site" not in every
    assert all(asked.headers.get("cookie", "") == "" for site in (made.quay, made.elsewhere) for asked in site.asked)
    assert "/partner/2" in {asked.path.partition("?")[0] for asked in made.elsewhere.asked}


def test_a_page_of_the_source_is_read_with_its_cookies_whoever_lists_it(made: Paper) -> None:
    assert FROM_FILE in made.sent(made.paper)["/news/4"]
    loaded = ask(made.config, "SELECT source, url FROM articles ORDER BY url")
    assert ("paper", f"{made.paper.url}/news/4") in loaded
    assert ("paper", f"{made.paper.url}/news/5") in loaded  # by newslake add


def test_what_the_site_sets_is_sent_back_within_the_run(made: Paper) -> None:
    assert any(GIVEN in asked.headers.get("cookie", "") for asked in made.paper.asked)


def test_no_value_is_in_anything_that_is_written_or_said(made: Paper) -> None:
    assert {name: done.returncode for name, done in made.said.items() if done.returncode not in (0, 1)} == {}
    assert leaks(made) == []
    assert (made.home / "private/paper.txt").read_bytes() == GOOD


def test_captures_tell_that_a_subscriber_fetched_them(made: Paper) -> None:
    marked: dict[str, bool] = {}
    for file in made.home.rglob("data/captures/**/*.warc.gz"):
        for record in ArchiveIterator(io.BytesIO(file.read_bytes())):
            if record.rec_type == "metadata":
                about = json.loads(record.content_stream().read())
                marked[about["source"]] = about.get("subscription", False)
            elif record.http_headers is not None:
                names = {name.lower() for name, _ in record.http_headers.headers}
                assert not (names & {"cookie", "set-cookie"}) or "127.0.7.1" not in record.rec_headers.get_header(
                    "WARC-Target-URI"
                )
    assert marked == {"paper": True, "quay": False}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (None, "there is no file"),
        (b"", "paper.txt has no cookie"),
        (b"# Netscape HTTP Cookie File\r\n\r\n", "paper.txt has no cookie"),
        (json.dumps([{"domain": "127.0.7.1", "name": "login", "value": FROM_FILE}]).encode(), "paper.txt is JSON"),
        (f"<!doctype html><p>{FROM_FILE}".encode(), "paper.txt is a web page"),
        (b"SQLite format 3\0" + FROM_FILE.encode(), "the database of a browser"),
        (
            cookies_of("", line("127.0.7.1", "login", FROM_FILE).replace("\t", "    ")),
            "paper.txt, line 4: spaces in place of tabs",
        ),
        (cookies_of(f"127.0.7.1\tFALSE\t/\t{FROM_FILE}"), "paper.txt, line 3: 4 fields"),
        (cookies_of(line("127.0.7.1", "login", f"{FROM_FILE}\x01")), "line 3: a character that no cookie has"),
        (cookies_of(line("127.0.7.1", "login", FROM_FILE, expires=9)), "has expired: log in again"),
        (
            cookies_of(line("127.0.7.1", "a", FROM_FILE, expires=9), line(".b.example", "c", FROM_FILE)),
            "for 127.0.7.1 have expired",
        ),
        (cookies_of(line(".post.example.org", "login", FROM_FILE)), "is for 127.0.7.1; they are for example.org"),
    ],
    ids=lambda value: str(value)[:20] if isinstance(value, str) else "",
)
def test_check_says_what_is_wrong_with_a_file(made: Paper, data: bytes | None, words: str) -> None:
    with in_place_of_good(made, data):
        done = newslake("check", "--offline", "--config", made.config)
    said = done.stdout + done.stderr
    assert '[[source]] "paper": cookies: ' in said and words in " ".join(said.split())
    assert FROM_FILE not in said


@contextmanager
def in_place_of_good(made: Paper, data: bytes | None, mode: int = 0o600) -> Iterator[None]:
    file = made.config.with_name("private") / "paper.txt"
    file.unlink()
    try:
        if data is not None:
            file.write_bytes(data)
            file.chmod(mode)
        yield
    finally:
        file.write_bytes(GOOD)
        file.chmod(0o600)


def test_a_file_that_cannot_be_used_fails_its_source_alone(made: Paper) -> None:
    before = len(made.paper.asked)
    made.quay.routes["/news/10"] = story(10)
    made.quay.feed("/feed", "/news/10", f"{made.paper.url}/news/4")
    with in_place_of_good(made, json.dumps([{"name": "login", "value": FROM_FILE}]).encode()):
        made.said["bad check"] = check = newslake("check", "--config", made.config)
        made.said["bad run"] = run = newslake("run", "--plain", "--config", made.config)
        made.said["bad add"] = newslake("add", f"{made.paper.url}/news/5", "--config", made.config)
    for done in (check, run):
        assert done.returncode == 1
        assert "paper.txt is JSON" in " ".join((done.stdout + done.stderr).split())
    assert ask(made.config, "SELECT source FROM articles WHERE url LIKE '%/news/10'") == [("quay",)]
    ended = ask(made.config, "SELECT DISTINCT source, outcome FROM fetches WHERE reason = 'cookies'")
    assert ended == [("paper", "failed")]
    failing = "SELECT source FROM source_health WHERE state = 'failing' AND reason LIKE '%its cookies cannot be used: paper%'"
    assert ask(made.config, failing) == [("paper",)]
    assert {asked.path for asked in made.paper.asked[before:]} == set()
    assert leaks(made) == []


@pytest.mark.parametrize(
    ("data", "mode", "hint"),
    [
        (GOOD, 0o644, "everyone on this machine can read paper.txt"),
        (GOOD, 0o600, "1 of the 4 cookies of paper.txt for the source have expired"),
        (b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n"), 0o600, "1 of the 4 cookies"),
    ],
    ids=("readable by all", "partly expired", "of Windows"),
)
def test_a_file_that_can_be_used_gets_hints(made: Paper, data: bytes, mode: int, hint: str) -> None:
    with in_place_of_good(made, data, mode):
        done = newslake("check", "--offline", "--config", made.config)
    assert done.returncode == 0
    assert hint in " ".join((done.stdout + done.stderr).split())
