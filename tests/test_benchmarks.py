"""The loopback site of the benchmarks, on pages of its own: what it lists is what it serves, and a watchlist can watch it."""

from __future__ import annotations

import gzip
import http.client
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from benchmarks.acceptance import TOPICS, missed, wanted
from benchmarks.peers.rouge import sentences
from benchmarks.sites.changing import Site
from benchmarks.sites.headlines import own_headlines
from benchmarks.sites.listings import KINDS
from benchmarks.sites.real import RealSite
from benchmarks.sites.stories import DAY, HOUR
from benchmarks.sites.stories import page as page_of
from benchmarks.unattended import clock
from benchmarks.unattended.judge import lost_of, wrongly_gone
from flows.watchlist import load_watchlist
from spiders.listings.feeds import read_feed

PUBLISHERS = 9
CYRILLIC = "<html><head><meta charset='windows-1251'></head><body>Новости</body></html>".encode("windows-1251")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Two pages a publisher; one page is known by its query string alone, one is in an old charset, one has no body."""
    folder = tmp_path / "corpus" / "articles" / "mine"
    (folder / "html").mkdir(parents=True)
    rows = []
    for number in range(PUBLISHERS):
        for page in range(2):
            name, url = f"p{number}-{page}", f"https://www.paper{number}.example/world/{number}/story-{page}"
            content = f"<html><head><title>Story {name}</title></head><body><p>{name} says so.</p></body></html>".encode()
            if number == 3:
                url = f"https://www.paper{number}.example/view.html?idx={page}&bc="
            if name == "p4-0":
                content = CYRILLIC
            (folder / "html" / f"{name}.html.gz").write_bytes(gzip.compress(content))
            title = "Police said so & more" if name == "p5-0" else f"Story {name}"
            body = None if name == "p6-0" else f"The text of {name}."
            rows.append({"id": name, "html": f"html/{name}.html.gz", "url": url, "title": title, "body": body})
    (folder / "truth.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    return tmp_path / "corpus"


@pytest.fixture
def site(corpus: Path) -> Iterator[RealSite]:
    with RealSite(corpus, ["mine"], outlets=len(KINDS)) as site:
        yield site


def get(url: str) -> tuple[str, bytes]:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.headers["Content-Type"], answer.read()


def test_every_listed_page_is_served_as_it_is(site: RealSite) -> None:
    assert len(site.truth) == 2 * PUBLISHERS - 1
    assert {outlet.kind for outlet in site.outlets} == set(KINDS)
    for url, page in site.truth.items():
        content_type, content = get(url)
        assert content == page.content
        assert content.decode(content_type.partition("charset=")[2])
    assert all(times == 1 for times in site.requests.values())


def test_pages_that_differ_in_their_query_are_two(site: RealSite) -> None:
    assert {page.id for url, page in site.truth.items() if "idx=" in url} == {"p3-0", "p3-1"}


def test_a_feed_lists_exactly_its_outlets_pages(site: RealSite) -> None:
    (outlet,) = (outlet for outlet in site.outlets if outlet.kind == "rss")
    address = f"{outlet.root}/rss.xml"
    listing = read_feed(get(address)[1], address)
    assert [link.url for link in listing.links] == list(outlet.pages)


def test_an_unchanged_listing_answers_304(site: RealSite) -> None:
    address = f"{site.outlets[0].root}/rss.xml"
    with urllib.request.urlopen(address, timeout=10) as answer:
        etag = answer.headers["ETag"]
    with pytest.raises(urllib.error.HTTPError, match="304"):
        urllib.request.urlopen(urllib.request.Request(address, headers={"If-None-Match": etag}), timeout=10)


def test_its_watchlist_is_valid(site: RealSite, tmp_path: Path) -> None:
    watchlist = load_watchlist(site.watchlist(tmp_path / "here", TOPICS, per_domain=4))
    assert [topic.name for topic in watchlist.topics] == list(TOPICS)
    assert [source.name for source in watchlist.sources] == [outlet.name for outlet in site.outlets]
    assert watchlist.crawl.per_domain == 4


def test_the_acceptance_names_what_is_missing_and_nothing_else(site: RealSite) -> None:
    ((url, topics),) = wanted(site.truth).items()
    assert list(topics) == ["police-and-courts"]
    row = {"url": url, "outcome": "loaded", "detail": None, "article_id": "1", "length": 20}
    assert not missed(site.truth, [row | {"topics": ["police-and-courts"]}])
    assert [miss.outcome for miss in missed(site.truth, [])] == ["never discovered"]
    assert [miss.outcome for miss in missed(site.truth, [row | {"outcome": "failed", "article_id": None, "topics": [None]}])] == [
        "failed"
    ]
    (miss,) = missed(site.truth, [row | {"topics": ["economy"]}])
    assert miss.url == url


def test_a_folder_without_the_corpus_is_told_in_words(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="--corpus"):
        RealSite(tmp_path, ["mine"])


def test_a_page_s_own_headlines_are_those_it_shows_or_declares_without_the_outlet() -> None:
    page = b"""<html><head><title>Ferry sails - World | The Harbour</title><meta property="og:title" content="Ferry sails again">
        <meta property="og:site_name" content="The Harbour">
        <script type="application/ld+json">{"@type": "NewsArticle", "headline": "Rason ferry sails"}</script></head>
        <body><h1>The Harbour</h1><h1>Ferry sails <em>at last</em></h1><h2>Other news</h2><p>Text.</p></body></html>"""
    assert own_headlines(page) >= {"ferry sails again", "rason ferry sails", "ferry sails at last", "ferry sails"}
    assert not own_headlines(page) & {"the harbour", "ferry sails world the harbour", "other news", "world"}
    assert own_headlines(b"") == set()


def test_sentences_are_found_without_a_model() -> None:
    assert sentences("Aid came on Monday. \u201cIt did.\u201d Ships left.\n\nZwei Saetze.").split("\n") == [
        "Aid came on Monday.",
        "\u201cIt did.",
        "Ships left.",
        "Zwei Saetze.",
    ]
    assert sentences("\u8239\u6765\u4e86\u3002\u4eba\u8d70\u4e86\u3002").count("\n") == 1


CLOCKS = """
import os, time, datetime, duckdb, tempfile
from benchmarks.unattended import clock
con, file = duckdb.connect(), tempfile.NamedTemporaryFile()
def clocks():
    of_duckdb = con.execute("SELECT epoch(now())").fetchone()[0]
    return [time.time(), datetime.datetime.now().timestamp(), of_duckdb, os.stat(file.name).st_mtime]
before, began = clocks(), time.monotonic()
clock.forward(86400)
print(*(round((after - earlier) / 3600) for earlier, after in zip(before, clocks())), round((time.monotonic() - began) / 3600))
"""


@pytest.mark.skipif(clock.compiler() is None, reason="needs Linux and a C compiler")
def test_a_clock_put_forward_counts_for_python_duckdb_and_files_and_not_for_durations(tmp_path: Path) -> None:
    environment = os.environ | clock.environment(tmp_path) | {"PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", CLOCKS], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout.split() == ["24", "24", "24", "24", "0"], done.stderr


@pytest.fixture
def soaked() -> Iterator[Site]:
    """The site of the soak after a day, having shown all that it has, and six hours later, when every storm is over."""
    now = time.time()
    with Site(now - 30 * HOUR, now - 6 * HOUR, per_hour=1.0, share=0.0, timeout=0.1, seed=3) as site:
        yield site


def test_the_soak_names_what_is_missing_and_nothing_else(soaked: Site) -> None:
    now = time.time()
    there = [story for story in soaked.stories if story.on_topic and story.at < now < story.gone_at]
    held = {soaked.url(story): page_of(story, story.version(now)).decode() for story in there}
    texts = [(soaked.url(story), page_of(story, each).decode()) for story in there for each in range(1, story.version(now) + 1)]
    for story in there:
        soaked.shown([story], 0)
        soaked.shown([story], story.version(now))
    assert not list(lost_of(soaked, held, texts, now))
    edited = next(story for story in there if story.version(now) > 1)
    lacking = [(url, text) for url, text in texts if (url, text) != (soaked.url(edited), held[soaked.url(edited)])]
    (what,) = lost_of(soaked, held, lacking, now)
    assert what.endswith(f": version {edited.version(now)}")
    stale = held | {soaked.url(edited): page_of(edited, 1).decode()}
    assert [what.partition(": ")[2] for what in lost_of(soaked, stale, texts, now)] == [
        f"its last version, {edited.version(now)}"
    ]
    del held[soaked.url(there[-1])]
    (what,) = lost_of(soaked, held, texts, now)
    assert what.startswith(there[-1].path) and what.endswith("the article")


def test_the_soak_names_take_downs_that_were_missed_or_made_up(soaked: Site) -> None:
    now = time.time() + 30 * DAY
    goes = min(soaked.stories, key=lambda story: story.gone_at - story.at)
    stays = max(soaked.stories, key=lambda story: story.gone_at - story.at)
    down, up = soaked.url(goes), soaked.url(stays)
    seen = {down: datetime.fromtimestamp(goes.at, UTC), up: datetime.fromtimestamp(stays.at, UTC)}
    noticed = datetime.fromtimestamp(goes.gone_at + HOUR, UTC)
    assert not list(wrongly_gone(soaked, {down: noticed, up: None}, seen, now))
    (missed,) = wrongly_gone(soaked, {down: None, up: None}, seen, now)
    assert missed.endswith("taken down, and not noticed")
    (made_up,) = wrongly_gone(soaked, {down: noticed, up: noticed}, seen, now)
    assert made_up.endswith("gone before its time")


def test_the_site_of_the_soak_answers_well_or_badly_and_knows_it(soaked: Site) -> None:
    story = next(story for story in soaked.stories if story.version(time.time()) == 1 and story.gone_at > time.time())
    assert get(soaked.url(story))[1] == page_of(story, 1)
    deadline = time.monotonic() + 10
    while soaked.books.shown[story.number] != {1}:  # written when the answer is out
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert not soaked.books.faults
    soaked.share = 1.0
    whole = 0
    for _ in range(30):
        with suppress(OSError, http.client.HTTPException):
            whole += get(soaked.url(story))[1] == page_of(story, 1)
    assert soaked.books.answers == 31 and soaked.books.faults.total() == 30
    assert len(soaked.books.faults) > 5
    assert whole == soaked.books.faults["slow body"]  # we are patient
