"""What an outlet takes down is noticed, told and kept; what only looks like it is not."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from flows.watchlist import load_watchlist
from newslake.testing import Answer, Site
from spiders.warc.read import read_capture
from tests.flows.command import CATALOGS, ask, newslake
from tests.flows.later import later

WATCHLIST = """
[warehouse]
catalog = "{catalog}"
[crawl]
delay = 0
allow_private = true
[[topic]]
name = "oil"
query = "oil"
[[source]]
name = "herald"
feeds = ["{url}/feed"]
"""
GONE = {"404", "410", "front-page", "second-to-front-page", "section", "missing-page"}
THERE = {"stays", "forbidden", "busy", "broken", "wall", "moved"}
LISTED = [f"/news/{name}-in-the-oil-port.html" for name in sorted(GONE | THERE)]


def page(title: str, body: str, **meta: str) -> Answer:
    dated = f'<meta property="article:published_time" content="{meta["dated"]}">' if meta else ""
    return Answer(f'<html lang="en"><head><title>{title}</title>{dated}</head><body>{body}</body></html>'.encode())


def article(name: str) -> Answer:
    words = "".join(f"<p>{' '.join(f'{name}{line}x{word}' for word in range(30))} and the oil came.</p>" for line in range(4))
    title = f"Oil and {name}"
    return page(title, f"<article><h1>{title}</h1>{words}</article>", dated="2026-02-03T08:00:00Z")


def teasers() -> str:
    return "".join(f'<li><a href="/news/{n}.html">Headline number {n} of the day about a city</a></li>' for n in range(12))


def put(site: Site) -> None:
    """The front page, a section, and every article."""
    site.routes["/"] = page("The Herald", f"<h1>The Herald</h1><ul>{teasers()}</ul>")
    site.routes["/news/"] = page("News", f"<h1>News</h1><ul>{teasers()}</ul>")
    for path in LISTED:
        site.routes[path] = article(path.split("/")[2].partition("-in-the")[0])


def take_down(site: Site) -> None:
    def at(name: str) -> str:
        return f"/news/{name}-in-the-oil-port.html"

    site.routes[at("404")] = Answer(b"<p>none</p>", 404)
    site.routes[at("410")] = Answer(b"<p>none</p>", 410)
    site.redirect(at("front-page"), "/")
    site.redirect(at("second-to-front-page"), "/")
    site.redirect(at("section"), "/news/")
    site.routes[at("missing-page")] = page("Page not found", "<h1>Page not found</h1><p>The page that you want is not here.</p>")
    site.routes[at("forbidden")] = Answer(b"<p>no</p>", 403)
    site.routes[at("busy")] = Answer(b"<p>later</p>", 503)
    site.routes[at("broken")] = Answer(b"<p>half", cut=True)
    challenge = "<h1>Just a moment...</h1><p>Checking your browser before accessing the site. Enable JavaScript and cookies.</p>"
    site.routes[at("wall")] = page("Just a moment...", challenge)
    site.redirect(at("moved"), "/news/moved-to-a-new-address-in-the-oil-port.html")
    site.routes["/news/moved-to-a-new-address-in-the-oil-port.html"] = article("moved")


@dataclass
class Told:
    """A project, and what its runs said."""

    config: Path
    runs: list[dict[str, Any]] = field(default_factory=list)
    summary: str = ""
    gone: list[set[str]] = field(default_factory=list)

    def run(self) -> None:
        done = newslake("run", "--plain", "--json", "-c", self.config)
        self.runs.append(json.loads(done.stdout))
        self.gone.append({name_of(url) for (url,) in ask(self.config, "SELECT url FROM articles WHERE gone_at IS NOT NULL")})


def name_of(url: str) -> str:
    return url.rpartition("/")[2].partition("-in-the")[0]


@pytest.fixture(scope="module", params=CATALOGS)
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Everything is there; then much is taken down; then some of it comes back."""
    told = Told(tmp_path_factory.mktemp("takedowns") / "watchlist.toml")
    with Site() as site:
        told.config.write_text(WATCHLIST.format(url=site.url, catalog=request.param))
        put(site)
        site.feed("/feed", *LISTED)
        told.run()
        take_down(site)
        later(told.config, 2)
        told.run()
        for name in ("404", "front-page"):
            site.routes[f"/news/{name}-in-the-oil-port.html"] = article(name)
        later(told.config, 3)
        told.summary = newslake("run", "--plain", "-c", told.config).stdout
        told.gone.append({name_of(url) for (url,) in ask(told.config, "SELECT url FROM articles WHERE gone_at IS NOT NULL")})
    return told


def test_an_article_that_is_taken_down_is_marked_and_nothing_else_is(told: Told) -> None:
    assert told.gone[:2] == [set(), GONE]
    assert (told.runs[0]["taken_down"], told.runs[1]["taken_down"]) == (0, len(GONE))
    rows = ask(told.config, "SELECT url, b.gone_status, b.reason FROM takedowns AS b")
    assert {name_of(url): row for url, *row in rows} == {
        "404": [404, "gone"],
        "410": [410, "gone"],
        "front-page": [200, "led-away"],
        "second-to-front-page": [200, "led-away"],
        "section": [200, "led-away"],
        "missing-page": [200, "missing-page"],
    }


def test_what_comes_back_is_there_again_and_its_absence_stays_known(told: Told) -> None:
    assert told.gone[2] == GONE - {"404", "front-page"}
    back = ask(
        told.config, "SELECT url, came_back_at > gone_at, back_run_id IS NOT NULL FROM takedowns WHERE came_back_at IS NOT NULL"
    )
    assert {name_of(url): row for url, *row in back} == {"404": [True, True], "front-page": [True, True]}
    assert "2 articles were put back: newslake sql" in told.summary
    assert ask(told.config, "SELECT count(*) FROM articles WHERE (gone_at IS NULL) <> (gone_status IS NULL)") == [(0,)]


def test_the_answer_that_told_of_the_take_down_is_kept(told: Told) -> None:
    kept = ask(
        told.config,
        "SELECT status, capture_file, capture_offset FROM fetches JOIN urls USING (url_id) "
        "WHERE reason IN ('gone', 'led-away', 'missing-page') AND is_carrier",
    )
    watchlist = load_watchlist(told.config)
    assert kept and {read_capture(watchlist.capture_path(name), offset).status for _, name, offset in kept} == {404, 410, 200}


def test_a_site_whose_articles_are_all_gone_at_once_is_asked_again_before_they_count(tmp_path: Path) -> None:
    told = Told(tmp_path / "watchlist.toml")
    with Site() as site:
        told.config.write_text(WATCHLIST.format(url=site.url, catalog="data/news.duckdb"))
        put(site)
        site.feed("/feed", *LISTED)
        told.run()
        for path in LISTED:
            site.routes[path] = Answer(b"<p>none</p>", 404)
        for hours in (2, 1, 3):
            later(told.config, hours)
            told.run()
        assert told.gone == [set()] * 4 and not any(run["taken_down"] for run in told.runs)
        site.routes[LISTED[0]] = article("back")
        later(told.config, 12)
        told.run()
    there = name_of(LISTED[0])
    assert told.gone[-1] == (GONE | THERE) - {there}
    assert ask(told.config, "SELECT DISTINCT reason FROM takedowns") == [("site-wide",)]
    # they count from when they were first gone
    assert ask(told.config, "SELECT count(*) FROM takedowns WHERE gone_at < now() - INTERVAL 15 HOURS") == [(len(LISTED) - 1,)]
