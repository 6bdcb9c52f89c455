"""Sources that fall into trouble are told at the next run, in words; those that are well are left in peace.

One watchlist of many sources on one loopback site. Their past, sixteen days of a run each, is written into the warehouse; then
the site changes, and `newslake run` collects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.watchlist import load_watchlist
from newslake.outcomes import Origin, Outcome
from newslake.testing import Answer, Site
from tests.flows.command import CATALOGS, Done, ask, newslake
from tests.warehouse.makers import article, fetch, page, run, words
from warehouse.database.connect import open_writer
from warehouse.load.run import load
from warehouse.records import FetchRecord

# One that is well, one that is quiet on such days, one that writes about walls.
HEALTHY = ("well", "quiet", "news")
TROUBLED = {
    "empty": ("silent", r"its listings name no page any more; on a \w+day they always did"),
    "frozen": ("stale", r"no new article since .*; in that time at least 4 usually come"),
    "refused": ("blocked", r"bot wall: Cloudflare answers with a check for robots in place of the feed \(403 Forbidden\)"),
    "challenged": ("blocked", r"4 of 5 requests met a wall. bot wall: DataDome answers .* in place of the page \(200 OK\)"),
    "hollow": ("blocked", r"bot wall: 202 Accepted without content in place of the feed"),
    "cookies": ("blocked", r"consent wall: the site sends to 127.0.0.1/cookies/consent/ask, which asks about cookies"),
    "redrawn": ("failing", r"4 of its last 4 pages held no article \(.*\); usually 0 of 100: its layout may have changed"),
    "nameless": ("failing", r"4 of its last 4 articles have no author; usually 100 of 100 have one"),
    "alike": ("blocked", r"its last 4 pages have one and the same title"),
    "unknown": (
        "blocked",
        r"5 of 6 requests met a wall. bot wall: 5 of 5 pages in this run have one and the same title and text",
    ),
    "moved": ("failing", r"its feed \S+ answers 404 Not Found; found \S+/moved/new.xml on the home page and read it: name it in"),
    "turned": ("failing", r"HTML where a feed should be.*; found \S+/turned/new.xml on the home page and read it"),
    "gone": ("failing", r"it did not answer: its feed \S+ answers 404 Not Found; its home page \S+ could not be read either"),
}
NAMES = (*HEALTHY, *TROUBLED)
DAYS = 16
CLOUDFLARE = Answer(b"<html><title>Just a moment...</title><script>window._cf_chl_opt={}</script></html>", 403)
DATADOME = Answer(b"<html><script>var dd={'rt':'c'}</script><script src='https://ct.captcha-delivery.com/c.js'></script></html>")
CONSENT = Answer(b"<html><title>Your privacy</title><p>We and our partners use cookies. Accept all cookies?</p></html>")


def story(name: str, number: int, author: str = "Ada Park", title: str | None = None) -> Answer:
    title = title or f"Harbour of {name} opens berth number {number} to tankers"
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": title,
        "datePublished": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
    } | ({"author": {"@type": "Person", "name": author}} if author else {})
    text = "".join(f"<p>{words(f'{name}{number}x{n}y', 30)}, the harbour said on Monday.</p>" for n in range(4))
    script = f'<script type="application/ld+json">{json.dumps(data)}</script>'
    return Answer(
        f"<html><head><title>{title}</title>{script}</head><body><article><h1>{title}</h1>{text}</article></body></html>".encode()
    )


def mend(site: Site, name: str, day: int) -> list[str]:
    """A source as it should be: a feed of four new articles."""
    paths = [f"/{name}/{day}/berth-{number}-opens-to-tankers" for number in range(4)]
    for number, path in enumerate(paths):
        site.routes[path] = story(name, number + 10 * day)
    site.feed(f"/{name}/rss", *paths)
    return paths


def trouble(site: Site) -> None:
    """The site on the day on which all goes wrong."""
    paths = {name: mend(site, name, 0) for name in NAMES}
    old = f"/{{}}/{DAYS}/0"  # known from the past
    home = (
        '<html><head><link rel="alternate" type="application/rss+xml" href="/{0}/new.xml"></head><body><p>{0}</p></body></html>'
    )
    site.feed("/quiet/rss", old.format("quiet"))
    site.feed("/frozen/rss", old.format("frozen"))
    site.feed("/empty/rss")
    site.routes["/refused/rss"] = CLOUDFLARE
    for path in paths["challenged"]:
        site.routes[path] = DATADOME
    site.routes["/hollow/rss"] = Answer(status=202)
    site.routes["/cookies/rss"] = Answer(status=302, headers={"Location": "/cookies/consent/ask"})
    site.routes["/cookies/consent/ask"] = CONSENT
    for number in range(4):
        site.routes[paths["redrawn"][number]] = Answer(f"<html><title>Post</title><div id=app{number}></div></html>".encode())
        site.routes[paths["nameless"][number]] = story("nameless", number, author="")
        site.routes[paths["alike"][number]] = story("alike", number, title="Subscribe to read on")
    extra = "/unknown/0/berth-4-opens-to-tankers"
    site.feed("/unknown/rss", *paths["unknown"], extra)
    for path in (*paths["unknown"], extra):
        site.routes[path] = story("unknown", 1, title="Subscribe to read on")
    for name, answer in (("moved", Answer(status=404)), ("turned", Answer(b"<html><body>New site</body></html>"))):
        site.routes[f"/{name}/rss"] = answer
        site.routes[f"/{name}/"] = Answer(home.format(name).encode())
        site.feed(f"/{name}/new.xml", *paths[name])
    del site.routes["/gone/rss"]
    # writes about walls, and has the scripts of their makers on its pages
    about = b"<p>Cloudflare, DataDome and px-captcha: just a moment, checking your browser.</p><div class=g-recaptcha>"
    for path in paths["news"]:
        site.routes[path].body = site.routes[path].body.replace(b"<article>", b"<article>" + about)  # type: ignore[union-attr]


def past(site: Site, now: datetime) -> list[Any]:
    batches = []
    for ago in range(DAYS, 0, -1):
        at = now - timedelta(days=ago)
        rows: list[FetchRecord] = []
        for name in NAMES:
            rows.append(
                page(f"{site.url}/{name}/rss", Outcome.NOT_ARTICLE, name, kind="feed", origin=Origin.WATCHLIST, requested_at=at)
            )
            count = 4
            if name == "quiet" and (now - at).days % 7 in (0, 1):  # nothing on this weekday and the day before
                count = 0
                rows.append(page(f"{site.url}/quiet/{DAYS}/0", Outcome.UNCHANGED, "quiet", requested_at=None))
            for number in range(count):
                url = f"{site.url}/{name}/{ago}/{number}"
                text = words(f"{name}{ago}x{number}y", 120)
                made = article(url, name, text, title=f"Title {number} of {ago}", seen_at=at, published_at=at)
                rows.append(fetch(made, found_by=f"feed {site.url}/{name}/rss"))
        batches.append(run(ago, *rows, at=at))
    return batches


@pytest.fixture(scope="module")
def webhook() -> Iterator[Site]:
    """Where notifications go."""
    with Site() as site:
        site.routes["/hook-s3cret"] = Answer()
        yield site


def sent(webhook: Site) -> list[dict[str, Any]]:
    return [json.loads(asked.body) for asked in webhook.asked]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture(scope="module", params=CATALOGS)
def config(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, site: Site, webhook: Site) -> Path:
    webhook.asked.clear()
    file = tmp_path_factory.mktemp("health") / "watchlist.toml"
    sources = "".join(
        f'[[source]]\nname = "{name}"\nurl = "{site.url}/{name}/"\nfeeds = ["{site.url}/{name}/rss"]\n' for name in NAMES
    )
    file.write_text(
        f'[warehouse]\ncatalog = "{request.param}"\n[crawl]\ndelay = 0\nper_domain = 8\nallow_private = true\n'
        "revisit_hours = []\n"
        f'[notify]\nurls = ["json://127.0.0.1:9/dead-s3cret", "json://127.0.0.1:{webhook.port}/hook-s3cret"]\n'
        f'[[topic]]\nname = "harbours"\nquery = "harbour"\n{sources}'
    )
    with open_writer(load_watchlist(file).warehouse, "the past of a test") as writer:
        for batch in past(site, datetime.now(UTC)):
            report = load(writer, batch)
            assert report.changes == (), "a past in which all is well must not alarm"
            again = load(writer, batch)
            assert again.changes == report.changes
    return file


def health(config: Path) -> dict[str, dict[str, Any]]:
    told = json.loads(newslake("sources", "-c", config, "--json").stdout)
    return {source["source"]: source for source in told}


@dataclass
class BadDay:
    """What was to be seen after the run of the day on which all goes wrong."""

    run: dict[str, Any]
    health: dict[str, dict[str, Any]]
    sent: list[dict[str, Any]]
    shown: str
    walls: list[tuple[Any, ...]]  # source, outcome, count
    articles_of_moved: int
    states_in_trouble: int


@pytest.fixture(scope="module")
def bad_day(config: Path, site: Site, webhook: Site) -> BadDay:
    trouble(site)
    done = newslake("run", "--plain", "--json", "-c", config)
    assert done.returncode == 1, done.stderr
    assert "s3cret" not in done.stdout + done.stderr
    walls = ask(
        config,
        "SELECT source, outcome, count(*) FROM fetches WHERE reason IN ('bot-wall', 'consent-wall', 'uniform') "
        "GROUP BY ALL ORDER BY ALL",
    )
    moved = ask(config, "SELECT count(*) FROM articles WHERE source IN ('moved', 'turned') AND url LIKE '%berth%'")
    states = ask(config, "SELECT count(*) FROM source_states WHERE state <> 'ok'")
    shown = newslake("sources", "-c", config).stdout
    return BadDay(json.loads(done.stdout), health(config), sent(webhook), shown, walls, moved[0][0], states[0][0])


@dataclass
class DayAfter:
    """What was to be seen after the next run, when all is mended."""

    run: Done
    health: dict[str, dict[str, Any]]
    sent: list[dict[str, Any]]


@pytest.fixture(scope="module")
def day_after(config: Path, site: Site, webhook: Site, bad_day: BadDay) -> DayAfter:
    for name in NAMES:
        mend(site, name, 90)
    webhook.asked.clear()
    done = newslake("run", "--plain", "-c", config)
    return DayAfter(done, health(config), sent(webhook))


def test_each_trouble_is_named_and_those_that_are_well_are_left_in_peace(bad_day: BadDay) -> None:
    told = bad_day.health
    assert {name: source["state"] for name, source in told.items()} == dict.fromkeys(HEALTHY, "ok") | {
        name: state for name, (state, _) in TROUBLED.items()
    }, {name: source["reason"] for name, source in told.items()}
    for name, (_, reason) in TROUBLED.items():
        assert re.search(reason, told[name]["reason"]), told[name]["reason"]
    assert all(told[name]["reason"] is None for name in HEALTHY)
    assert bad_day.states_in_trouble == len(TROUBLED)


def test_the_run_says_what_changed(bad_day: BadDay) -> None:
    changes = {change["source"]: change for change in bad_day.run["changes"]}
    assert {name: change["state"] for name, change in changes.items()} == {name: state for name, (state, _) in TROUBLED.items()}
    assert all(
        change["state_before"] == "ok" and change["reason"] == bad_day.health[name]["reason"] for name, change in changes.items()
    )


def test_trouble_is_notified_once_and_a_dead_address_is_a_warning(bad_day: BadDay) -> None:
    (message,) = bad_day.sent
    assert message["title"].startswith("newslake: 13 sources in trouble")
    assert all(f"{name} is {state} (was ok): " in message["message"] for name, (state, _) in TROUBLED.items())
    assert bad_day.run["warnings"] == [
        "no notification could be sent to [notify] urls[0] (json://…): newslake check --notify tries it"
    ]


def test_a_wall_is_neither_news_nor_no_news(bad_day: BadDay) -> None:
    count = {"challenged": 4, "cookies": 1, "hollow": 1, "refused": 1, "unknown": 5}
    assert bad_day.walls == [(name, "http-error", number) for name, number in count.items()]


def test_news_of_a_feed_that_moved_is_read_all_the_same(bad_day: BadDay) -> None:
    assert bad_day.articles_of_moved == 8


def test_sources_shows_trouble_and_the_days(bad_day: BadDay) -> None:
    assert "moved failing since" in bad_day.shown and "name it in the watchlist" in bad_day.shown
    assert re.search(r"well\s+│?\s*ok\s+│?\s*·{11}█{17}", bad_day.shown), bad_day.shown


def test_sources_whose_next_articles_are_fine_are_well_again(day_after: DayAfter) -> None:
    assert {name: source["state"] for name, source in day_after.health.items()} == dict.fromkeys(NAMES, "ok"), day_after.health
    assert day_after.run.returncode == 0, day_after.run.stdout
    assert "refused is ok again (was blocked)" in day_after.run.stdout


def test_recovery_is_notified_too(day_after: DayAfter) -> None:
    assert "Warning: no notification could be sent to [notify] urls[0]" in day_after.run.stdout
    (message,) = day_after.sent
    assert "all well again" in message["title"] and "moved is ok again (was failing)" in message["message"]
