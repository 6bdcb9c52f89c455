"""The account of a crawl, from its journal: how each URL ended, as the rows of `fetches` have it."""

from __future__ import annotations

from pathlib import Path

from flows.refine.page import Refined
from flows.runs.account import INTERRUPTED, read_account
from newslake.outcomes import Origin, Outcome, Reason
from spiders.journal import NAME, Ended, Found, JournalWriter

FEED, STORY = "https://post.example/rss", "https://post.example/1"
# As 66021da wrote it, killed before its second page had ended.
OLD = """\
{"event": "found", "id": "00000000000000000000000000000000", "url": "https://post.example/rss", \
"canonical": "https://post.example/rss", "source": "post", "kind": "feed", "found_by": "watchlist"}
{"event": "ended", "id": "00000000000000000000000000000000", "end": "read", "status": 200, "detail": "2 entries, 2 new"}
{"event": "found", "id": "01010101010101010101010101010101", "url": "https://post.example/1", \
"canonical": "https://post.example/1", "source": "post", "kind": "page", "found_by": "feed https://post.example/rss"}
{"event": "found", "id": "02020202020202020202020202020202", "url": "https://post.example/2", \
"canonical": "https://post.example/2", "source": "post", "kind": "page", "found_by": "feed https://post.example/rss"}
{"event": "ended", "id": "01010101010101010101010101010101", "end": "captured", \
"status": 200, "file": "crawl-00000.warc.gz", "offset": 0}
"""


def test_a_run_that_an_older_newslake_left_unfinished_is_read(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(OLD)
    account = read_account(tmp_path)
    (page,) = account.captured
    assert page.found.url == STORY and account.failed_sources() == {}
    refined = Refined("01" * 16, Outcome.NOT_ARTICLE, Reason.LIST_PAGE, "list of links")
    rows = [account.fetch(entry, refined if entry is page else None) for entry in account.entries]
    assert [(row.outcome, row.reason, row.detail, row.origin) for row in rows] == [
        ("not-article", None, "2 entries, 2 new", Origin.WATCHLIST),
        ("not-article", Reason.LIST_PAGE, "list of links", None),
        ("failed", Reason.INTERRUPTED, INTERRUPTED, None),
    ]


def write(folder: Path, *events: Found | Ended) -> None:
    journal = JournalWriter(folder)
    for event in events:
        journal.write(event)
    journal.close()


def test_a_wall_is_known_by_its_reason_and_not_by_its_words(tmp_path: Path) -> None:
    for number in ("00", "01"):
        page = f"https://post.example/{number}"
        write(
            tmp_path,
            Found(number * 16, page, page, "post", "page", f"feed {FEED}", None, Origin.LISTING),
            Ended(number * 16, None, status=200, file="crawl-00000.warc.gz", offset=int(number)),
        )
    account = read_account(tmp_path)
    wall, about = account.entries
    walled = account.fetch(wall, Refined("00" * 16, Outcome.NOT_ARTICLE, Reason.BOT_WALL, "the site answered with a check"))
    assert (walled.outcome, walled.reason) == ("http-error", "bot-wall")
    listed = account.fetch(
        about, Refined("01" * 16, Outcome.NOT_ARTICLE, Reason.LIST_PAGE, "Inside the bot wall: a list of links")
    )
    assert (listed.outcome, listed.reason) == ("not-article", "list-page")


def test_a_listing_without_news_is_told_with_what_was_found_for_it(tmp_path: Path) -> None:
    """Of a listing that was read, the reason says that there is something to correct in the watchlist."""
    home, other = "https://post.example/", "https://post.example/new"
    write(
        tmp_path,
        Found("00" * 16, FEED, FEED, "post", "feed", "watchlist", None, Origin.WATCHLIST),
        Ended("00" * 16, Outcome.NOT_ARTICLE, Reason.LISTING, detail="2 entries, 0 new"),
        Found("01" * 16, home, home, "post", "home", f"in place of feed {FEED}", "00" * 16, Origin.REPLACEMENT),
        Ended("01" * 16, Outcome.NOT_ARTICLE, Reason.EMPTY, detail="0 entries, 0 new, 1 more to read"),
        Found("02" * 16, other, other, "post", "feed", f"robots.txt of {home}", "00" * 16, Origin.ROBOTS),
        Ended("02" * 16, Outcome.NOT_ARTICLE, Reason.LISTING, detail="0 surprises, 3 entries"),
    )
    account = read_account(tmp_path)
    end = account.end(account.entries[0])
    assert (end.outcome, end.reason) == ("not-article", "no-news")
    assert end.detail == f"2 entries, 0 new; found {other} in robots.txt and read it: name it in the watchlist"


def test_a_source_whose_listings_were_not_asked_because_the_crawl_was_stopped_has_not_failed(tmp_path: Path) -> None:
    gone = "https://gone.example/rss"
    write(
        tmp_path,
        Found("00" * 16, FEED, FEED, "post", "feed", "watchlist", None, Origin.WATCHLIST),
        Found("01" * 16, gone, gone, "gone", "feed", "watchlist", None, Origin.WATCHLIST),
        Ended("00" * 16, Outcome.FAILED, Reason.INTERRUPTED, detail="not fetched: the crawl was stopped"),
        Ended("01" * 16, Outcome.NETWORK_ERROR, None, detail="refused the connection"),
    )
    assert set(read_account(tmp_path).failed_sources()) == {"gone"}
