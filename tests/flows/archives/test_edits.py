"""Edits in archives: a later capture of a stored article whose words left the topic is a revision, as in a crawl."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.flows.archives.warcs import WATCHLIST, message, pack, page, record
from tests.flows.command import ask, newslake

FEBRUARY, MARCH, APRIL = (f"2026-0{month}-10T00:00:00Z" for month in (2, 3, 4))
# On the page, but not in the article: such a page is cleaned before it is known to be off topic.
MENU = b"<nav><a href=/1>Ferry</a> <a href=/2>Harbour</a></nav>"


def edited(name: str, menu: bytes = b"") -> bytes:
    """The page after an edit: neither its title nor its text is on the topic any more."""
    quiet = page(name).replace(b"ferry", b"barge").replace(b"harbour", b"quay")
    return message(quiet.replace(b"<body>", b"<body>" + menu))


def first_archive() -> bytes:
    """Off-topic captures of articles that the same file holds, wherever they stand in it; and one of an article that it lacks."""
    records = [
        record("before", edited("before"), date=APRIL),
        record("before", date=MARCH),
        record("older", edited("older"), date=FEBRUARY),
        record("older", date=MARCH),
        record("behind", date=MARCH),
        record("behind", edited("behind"), date=APRIL),
        record("menu", date=MARCH),
        record("menu", edited("menu", MENU), date=APRIL),
        record("alone", edited("alone"), date=APRIL),
        record("later", date=MARCH),
    ]
    return b"".join(map(pack, records))


@dataclass
class Home:
    config: Path
    told: list[dict[str, Any]]

    def revisions(self) -> dict[str, list[str]]:
        """What each article is about at each revision."""
        query = "SELECT a.url, r.title FROM revisions AS r JOIN articles AS a USING (article_id) ORDER BY a.url, r.revision"
        found: dict[str, list[str]] = {}
        for url, title in ask(self.config, query):
            found.setdefault(url.rpartition("/")[2], []).append(title.split()[1])
        return found

    def current(self) -> dict[str, tuple[int, bool]]:
        """The revision and `current` of the match of each article."""
        rows = ask(self.config, "SELECT a.url, m.revision, m.current FROM matches AS m JOIN articles AS a USING (article_id)")
        return {url.rpartition("/")[2]: (revision, current) for url, revision, current in rows}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("edits")
    (folder / "watchlist.toml").write_text(WATCHLIST, "utf-8")
    (folder / "a.warc.gz").write_bytes(first_archive())
    # one member for all, so that no capture has a place of its own
    (folder / "b.warc.gz").write_bytes(pack(record("later", edited("later"), date=APRIL) + record("new", date=APRIL)))
    told = [json.loads(newslake("backfill", "--json", name, cwd=folder).stdout) for name in ("a.warc.gz", "b.warc.gz")]
    return Home(folder / "watchlist.toml", told)


def test_the_edit_is_a_revision_and_the_match_says_that_it_is_over(home: Home) -> None:
    assert home.revisions() == {
        "before": ["ferry", "barge"],
        "older": ["ferry"],
        "behind": ["ferry", "barge"],
        "menu": ["ferry", "barge"],
        "later": ["ferry", "barge"],
        "new": ["ferry"],
    }
    assert home.current() == {
        name: (1, name in ("older", "new")) for name in ("before", "older", "behind", "menu", "later", "new")
    }


def test_every_page_is_counted_once(home: Home) -> None:
    assert [told["pages"] for told in home.told] == [10, 2]
    assert home.told[0]["outcomes"] == {"tide": {"loaded": 5, "off-topic": 2, "updated": 3}}
    assert home.told[1]["outcomes"] == {"tide": {"loaded": 1, "updated": 1}}
    assert ask(home.config, "SELECT sum(discovered) FROM runs") == [(12,)]


def test_the_pages_of_the_edits_are_kept_and_a_second_time_changes_nothing(home: Home) -> None:
    before = home.revisions(), home.current()
    done = newslake("backfill", "--json", "--again", "a.warc.gz", "b.warc.gz", cwd=home.config.parent)
    assert done.returncode == 0
    assert (home.revisions(), home.current()) == before
    assert newslake("reclean", cwd=home.config.parent).returncode == 0
    assert (home.revisions(), home.current()) == before
