"""Addresses without end are braked by their shape; those of articles never are, however many."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from newslake.testing import Answer, Site
from spiders.sources import Source
from spiders.urls.traps import braked, nested
from tests.spiders.crawling import run_crawl

TODAY = date(2026, 3, 4)
SITE = "https://outlet.example"
SESSIONS = [f"3f2a9c8d{number:08x}" for number in range(4)]
HEADLINES = ["kim-meets-putin", "oil-tankers-leave", "panel-ends-its-work", "port-reopens-at-last"]
MONTHS = [(2026 + number // 12, number % 12 + 1) for number in range(60)]

ENDLESS = {
    "a calendar of months": ([f"{SITE}/calendar/{year}/{month:02}/" for year, month in MONTHS], "a calendar, 60 of the shape"),
    "a calendar of days": ([f"{SITE}/events/2031-02-{day:02}" for day in range(1, 29)], "up to 2031-02"),
    "a calendar in the query": ([f"{SITE}/cal?year={year}&month={month}" for year, month in MONTHS], "a calendar"),
    "a calendar by the day": ([f"{SITE}/?date=2031-02-{day:02}&view=day" for day in range(1, 29)], "a calendar"),
    "a calendar that goes back": (
        [f"{SITE}/on/{year}/{month:02}" for year in range(1950, 1960) for month in range(1, 13)],
        "120 of",
    ),
    "filters": (
        [f"{SITE}/shop?colour={c}&size={s}&sort={o}" for c in "abcde" for s in "smlx" for o in ("up", "down", "new")],
        "60 combinations of colour, size, sort",
    ),
    "filters that are left out": (
        [f"{SITE}/list.php?{'&'.join(f'f{bit}=on' for bit in range(7) if number >> bit & 1)}" for number in range(128)],
        "combinations of f0, f1",
    ),
}


@pytest.mark.parametrize(("urls", "words"), ENDLESS.values(), ids=ENDLESS)
def test_a_shape_without_end_is_braked(urls: list[str], words: str) -> None:
    article = f"{SITE}/2026/03/04/kim-meets-putin"
    refused = braked([*urls, article], TODAY)
    assert len(refused) >= len(urls) - 8 and article not in refused
    for why in refused.values():
        assert words in why and "article_pattern" in why


@pytest.mark.parametrize(
    "address",
    [
        "/{token}/news/{slug}.html",
        "/s/{token}/2026/03/04/{slug}",
        "/view/{slug}?visit={token}",
        "/article.php?id=1{number}&s={token}",
    ],
)
def test_a_page_is_fetched_under_one_of_its_session_ids(address: str) -> None:
    urls = [
        SITE + address.format(token=token, slug=slug, number=number)
        for token in SESSIONS
        for number, slug in enumerate(HEADLINES)
    ]
    refused = braked(urls, TODAY)
    assert set(refused) == set(urls[len(HEADLINES) :])
    assert "4 session ids in " in refused[urls[-1]] and urls[len(HEADLINES) - 1] in refused[urls[-1]]


@pytest.mark.parametrize(
    ("path", "is_endless"),
    [
        ("/a/b/a/b/a/b", True),
        ("/news/news/news/kim.html", True),
        ("/x/world/asia/index.html/world/asia/index.html/world/asia/index.html", True),
        ("/" + "/".join(f"s{number}" for number in range(40)), True),
        ("/2011/11/11/11/kim", False),
        ("/news/news/kim", False),
        ("/new-york/new-york/2026/03/04/new-york", False),
        ("/a/-/-/-/b", False),
    ],
)
def test_paths_that_nest(path: str, is_endless: bool) -> None:
    assert (nested(SITE + path) is not None) is is_endless


NORMAL = {
    "headlines behind a date": [f"{SITE}/2026/{n % 12 + 1:02}/{n % 28 + 1:02}/story-of-day-{n}" for n in range(900)],
    "numbers behind a date": [f"{SITE}/news/2026/03/04/{n}" for n in range(900)],
    "dates in the leaf": [f"{SITE}/html/20260304{n:03}.html" for n in range(900)],
    "short slugs": [f"{SITE}/world/s{n}" for n in range(900)],
    "identifiers": [f"{SITE}/{beat}/c4ng4n1x5p1o{n:04}" for n in range(300) for beat in ("world", "sport", "business")],
    "identifiers in the query": [f"{SITE}/{beat}/view?key=c4ng4n1x5p1o{n:04}" for n in range(300) for beat in ("world", "sport")],
    "the morning's briefing": [f"{SITE}/articles/c4ng4n1x5p1o{n:04}/morning-briefing" for n in range(300)],
    "boards": [f"{SITE}/board/view.php?idx={n}&menu={n % 7}&page={n % 3}" for n in range(900)],
    "volumes and issues": [f"{SITE}/view?vol={n // 30}&issue={n // 10 % 3}&no={n % 10}" for n in range(900)],
    "an archive of days": [f"{SITE}/2026/02/{day:02}/" for day in range(1, 29)],
    "years": [f"{SITE}/annual-report/{year}" for year in range(1950, 2027)],
}


@pytest.mark.parametrize("urls", NORMAL.values(), ids=NORMAL)
def test_articles_are_never_braked(urls: list[str]) -> None:
    assert braked(urls, TODAY) == {}


def test_feeds_and_sitemaps_may_name_as_many_days_as_they_have() -> None:
    urls = [f"{SITE}/briefing/{TODAY - timedelta(days=days):%Y/%m/%d}" for days in range(900)]
    assert braked(urls, TODAY, declared=urls) == {}
    assert len(braked(urls, TODAY)) == len(urls)


def endless_calendar(site: Site, year: int) -> None:
    """Months that link to their days and to the next month, for ever (that is, for as long as a test may take)."""
    for number in range(120):
        here, following = (f"/calendar/{year + n // 12}/{n % 12 + 1:02}/" for n in (number, number + 1))
        days = "".join(f'<a href="{here}{day:02}">Events of the {day}th</a>' for day in range(1, 29))
        site.routes[here] = Answer(f'<html><title>Calendar</title>{days}<a rel="next" href="{following}">Next</a>'.encode())


def test_an_endless_calendar_costs_a_few_requests(tmp_path: Path) -> None:
    year = datetime.now(UTC).year
    with Site() as site:
        endless_calendar(site, year + 1)
        site.feed("/feed", "/2024/05/01/kim-meets-putin-in-the-harbour")
        site.page("/2024/05/01/kim-meets-putin-in-the-harbour")
        start = f"/calendar/{year + 1}/01/"
        crawled = run_crawl(
            tmp_path,
            Source(name="s", feeds=[f"{site.url}/feed"], sections=[site.url + start], section_pages=100),
        )
        asked = [path for path in site.paths() if "calendar" in path]
    assert crawled.adds_up()
    assert crawled.outcomes()["/2024/05/01/kim-meets-putin-in-the-harbour"] == "captured"
    assert asked == [start]
    assert crawled.outcomes()[f"/calendar/{year + 1}/02/"] == "refused"
    assert "28 of the shape" in crawled.detail(f"{start}28") and crawled.outcomes()[f"{start}28"] == "refused"


def test_a_pattern_for_articles_lets_them_through(tmp_path: Path) -> None:
    year = datetime.now(UTC).year + 1
    with Site() as site:
        endless_calendar(site, year)
        source = Source(name="s", sections=[f"{site.url}/calendar/{year}/01/"], article_pattern=r"/calendar/\d+/\d+/\d+$")
        for day in range(1, 29):
            site.page(f"/calendar/{year}/01/{day:02}")
        outcomes = run_crawl(tmp_path, source).outcomes()
    assert outcomes[f"/calendar/{year}/01/28"] == "captured"


def test_a_trap_of_session_ids_costs_each_page_once(tmp_path: Path) -> None:
    with Site() as site:
        for number, token in enumerate(SESSIONS):
            links = ""
            for slug in HEADLINES:
                path = f"/{token}/2026/03/04/{slug}.html"
                links += f'<h2><a href="{path}">A headline of this day</a></h2>'
                site.page(path)
            links += f'<a rel="next" href="/list?page={number + 2}">Next</a>'
            site.routes[f"/list?page={number + 1}"] = Answer(f"<html><title>List</title>{links}".encode())
        crawled = run_crawl(tmp_path, Source(name="s", sections=[f"{site.url}/list?page=1"], section_pages=4))
    assert crawled.adds_up()
    ends = [end for path, end in crawled.outcomes().items() if path.endswith(".html")]
    assert (ends.count("captured"), ends.count("refused")) == (4, 12)


def test_pages_of_a_section_that_repeat_themselves_end(tmp_path: Path) -> None:
    with Site() as site:
        for number in range(1, 60):
            links = "".join(f'<h2><a href="/2026/03/04/{slug}.html">A headline of this day</a></h2>' for slug in HEADLINES)
            links += f'<a rel="next" href="/list?page={number + 1}">Next</a>'
            site.routes[f"/list?page={number}"] = Answer(f"<html><title>List</title>{links}".encode())
        crawled = run_crawl(tmp_path, Source(name="s", sections=[f"{site.url}/list?page=1"], section_pages=50))
    assert [path for path, end in crawled.outcomes().items() if end == "listing"] == [f"/list?page={n}" for n in range(1, 5)]
    assert "3 pages of this section in a row" in crawled.detail("/list?page=5")
