"""A robots.txt that does not answer for a while costs nothing for good: neither new pages nor looks at articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from newslake.testing import Answer, Site
from tests.flows.command import ask
from tests.flows.later import later
from tests.flows.runs.test_slow_looks import WATCHLIST, asked, path, put

DOWN = Answer(b"out of order", status=503)
OPEN = Answer(b"User-agent: *\nDisallow: /private/\n", headers={"Content-Type": "text/plain"})
CLOSED = Answer(b"User-agent: *\nDisallow: /\n", headers={"Content-Type": "text/plain"})


@pytest.fixture
def outlet(tmp_path: Path) -> Iterator[tuple[Path, Site, Site]]:
    """The watchlist, the site of an outlet, and another site that has its feed: robots.txt of the first has no say there."""
    config = tmp_path / "watchlist.toml"
    with Site() as site, Site("127.0.0.2") as lister:
        text = WATCHLIST.format(url=lister.url).replace("[[source]]", f"[[source]]\nurl = '{site.url}/'", 1)
        config.write_text(text, "utf-8")
        yield config, site, lister


def test_what_it_kept_from_being_fetched_is_fetched_later(outlet: tuple[Path, Site, Site]) -> None:
    config, site, lister = outlet
    site.routes["/robots.txt"] = OPEN
    old = [put(site, name) for name in ("kept", "gone")]
    lister.feed("/feed", *(f"{site.url}{each}" for each in old))
    assert sorted(asked(site, config)) == ["gone", "kept"]
    later(config, 8 * 24)
    site.routes["/robots.txt"] = DOWN
    del site.routes[path("gone")]
    lister.feed("/feed", f"{site.url}{put(site, 'new')}")
    assert asked(site, config) == []
    query = "SELECT DISTINCT reason FROM fetches WHERE outcome = 'robots'"
    assert ask(config, query) == [("robots-unavailable",)]
    lister.feed("/feed")  # the new page has left the listing
    site.routes["/robots.txt"] = OPEN
    assert asked(site, config) == []  # not at once
    later(config, 26)
    assert sorted(asked(site, config)) == ["gone", "kept", "new"]
    assert ask(config, "SELECT url FROM takedowns") == [(f"{site.url}{path('gone')}",)]
    assert ask(config, "SELECT count(*) FROM articles") == [(3,)]


def test_a_site_that_forbids_everything_is_asked_more_and_more_rarely(outlet: tuple[Path, Site, Site]) -> None:
    config, site, lister = outlet
    site.routes["/robots.txt"] = CLOSED
    lister.feed("/feed", f"{site.url}{put(site, 'closed')}")
    assert asked(site, config) == []
    lister.feed("/feed")
    rows = []
    for hours in (12, 11, 11, 11, 11):
        later(config, hours)
        assert asked(site, config) == []
        rows += ask(config, "SELECT count(*) FROM fetches WHERE outcome = 'robots' AND url LIKE '%/news/%'")
    assert [count for (count,) in rows] == [2, 2, 3, 3, 3]  # after 12 and 34 hours, and next after 68
