"""Sources that fall into trouble are told at the next run, in words; those that are well are left in peace.

One watchlist of many sources on one loopback site. Their past, sixteen days of a run each, is written into the warehouse; then
the site changes, and `newslake run` collects.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from flows.watchlist import load_watchlist
from newslake.outcomes import Origin, Outcome
from tests.flows.command import newslake
from tests.spiders.loopback import Answer, Site, serve
from tests.warehouse.makers import article, fetch, page, run, words
from warehouse.database.connect import open_reader, open_writer
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


class Webhook:
    """Takes what is posted to it."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hook.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Tests read `got` instead."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"json://127.0.0.1:{self.server.server_port}/hook-s3cret"


@pytest.fixture(scope="module")
def webhook() -> Iterator[Webhook]:
    hook = Webhook()
    thread = threading.Thread(target=hook.server.serve_forever, daemon=True)
    thread.start()
    yield hook
    hook.server.shutdown()
    hook.server.server_close()


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serve() as site:
        yield site


@pytest.fixture(scope="module", params=["ducklake:sqlite:data/catalog.sqlite", "data/news.duckdb"])
def config(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, site: Site, webhook: Webhook) -> Path:
    webhook.got.clear()
    file = tmp_path_factory.mktemp("health") / "watchlist.toml"
    sources = "".join(
        f'[[source]]\nname = "{name}"\nurl = "{site.url}/{name}/"\nfeeds = ["{site.url}/{name}/rss"]\n' for name in NAMES
    )
    file.write_text(
        f'[warehouse]\ncatalog = "{request.param}"\n[crawl]\ndelay = 0\nper_domain = 8\nallow_private = true\n'
        "revisit_hours = []\n"
        f'[notify]\nurls = ["json://127.0.0.1:9/dead-s3cret", "{webhook.url}"]\n'
        f'[[topic]]\nname = "harbours"\nquery = "harbour"\n{sources}'
    )
    with open_writer(load_watchlist(file).warehouse, "the past of a test") as writer:
        for batch in past(site, datetime.now(UTC)):
            report = load(writer, batch)
            assert report.changes == (), "a past in which all is well must not alarm"
            again = load(writer, batch)
            assert again.changes == report.changes
    return file


@pytest.fixture(scope="module")
def bad_day(config: Path, site: Site) -> Any:
    trouble(site)
    done = newslake("run", "--plain", "--json", "-c", config, seconds=400)
    assert done.returncode == 1, done.stderr
    assert "s3cret" not in done.stdout + done.stderr
    return json.loads(done.stdout)


def health(config: Path) -> dict[str, dict[str, Any]]:
    told = json.loads(newslake("sources", "-c", config, "--json", seconds=300).stdout)
    return {source["source"]: source for source in told}


def test_a_bad_day_and_the_day_after(config: Path, site: Site, webhook: Webhook, bad_day: Any) -> None:
    told = health(config)
    assert {name: source["state"] for name, source in told.items()} == dict.fromkeys(HEALTHY, "ok") | {
        name: state for name, (state, _) in TROUBLED.items()
    }, {name: source["reason"] for name, source in told.items()}
    for name, (_, reason) in TROUBLED.items():
        assert re.search(reason, told[name]["reason"]), told[name]["reason"]
    assert all(told[name]["reason"] is None for name in HEALTHY)
    # said by the run, and sent
    changes = {change["source"]: change for change in bad_day["changes"]}
    assert {name: change["state"] for name, change in changes.items()} == {name: state for name, (state, _) in TROUBLED.items()}
    assert all(change["state_before"] == "ok" and change["reason"] == told[name]["reason"] for name, change in changes.items())
    (message,) = webhook.got
    assert message["title"].startswith("newslake: 13 sources in trouble")
    assert all(f"{name} is {state} (was ok): " in message["message"] for name, (state, _) in TROUBLED.items())
    assert bad_day["warnings"] == [
        "no notification could be sent to [notify] urls[0] (json://…): newslake check --notify tries it"
    ]
    # a wall is neither news nor no news
    with open_reader(load_watchlist(config).warehouse) as con:
        ends = con.execute(
            "SELECT source, outcome, count(*) FROM fetches WHERE reason IN ('bot-wall', 'consent-wall', 'uniform') "
            "GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        count = {"challenged": 4, "cookies": 1, "hollow": 1, "refused": 1, "unknown": 5}
        assert ends == [(name, "http-error", number) for name, number in count.items()]
        moved = con.execute("SELECT count(*) FROM articles WHERE source IN ('moved', 'turned') AND url LIKE '%berth%'").fetchall()
        assert moved == [(8,)]
        states = "SELECT count(*) FROM source_states WHERE state <> 'ok'"
        assert con.execute(states).fetchall() == [(len(TROUBLED),)]

    shown = newslake("sources", "-c", config, seconds=300).stdout
    assert "moved failing since" in shown and "name it in the watchlist" in shown
    assert re.search(r"well\s+│?\s*ok\s+│?\s*·{11}█{17}", shown), shown

    for name in NAMES:
        mend(site, name, 90)
    webhook.got.clear()
    done = newslake("run", "--plain", "-c", config, seconds=400)
    after = health(config)
    # their next articles are fine
    assert {name: source["state"] for name, source in after.items()} == dict.fromkeys(NAMES, "ok"), after
    assert done.returncode == 0, done.stdout
    assert "refused is ok again (was blocked)" in done.stdout
    assert "Warning: no notification could be sent to [notify] urls[0]" in done.stdout
    (message,) = webhook.got
    assert "all well again" in message["title"] and "moved is ok again (was failing)" in message["message"]
