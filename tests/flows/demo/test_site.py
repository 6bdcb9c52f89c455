"""The sample site: what its servers answer, and that its ground truth holds."""

from __future__ import annotations

import gzip
import html
import json
import re
import socket
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from flows.demo.articles import WRITTEN_FOR
from flows.demo.site import SampleSite
from flows.topics import compile_topics
from flows.watchlist import load_watchlist


@pytest.fixture
def site() -> Iterator[SampleSite]:
    with SampleSite(WRITTEN_FOR) as site:
        yield site


def get(url: str, **headers: str) -> tuple[int, bytes, dict[str, str]]:
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), dict(error.headers)


def page(url: str) -> str:
    status, body, headers = get(url)
    assert status == 200, url
    found = re.search(r"charset=([\w-]+)", headers["Content-Type"] + body[:600].decode("ascii", "replace"))
    assert found, url
    return body.decode(found[1])


def test_its_watchlist_loads_and_keeps_all_data_in_the_folder(site: SampleSite, tmp_path: Path) -> None:
    watchlist = load_watchlist(site.watchlist(tmp_path / "new"))
    assert {source.name for source in watchlist.sources} == {article.source for article in site.all_articles()}
    assert len(watchlist.topics) == 3
    assert watchlist.crawl.allow_private and watchlist.crawl.delay == 0
    assert watchlist.captures.is_relative_to(tmp_path / "new") and watchlist.state.is_relative_to(tmp_path / "new")


@pytest.mark.parametrize("edition", [1, 2])
def test_the_topics_select_what_a_reader_marked(site: SampleSite, tmp_path: Path, edition: int) -> None:
    site.edition = edition
    matcher = compile_topics(load_watchlist(site.watchlist(tmp_path)).topics)
    for article in site.all_articles():
        text = "\n".join([*article.paragraphs, *article.headings])
        selected = {match.topic for match in matcher.match(article.title, text, article.language)}
        assert selected == set(article.topics), article.url


@pytest.mark.parametrize("edition", [1, 2])
def test_every_article_has_a_page_with_its_whole_text_in_the_encoding_it_claims(site: SampleSite, edition: int) -> None:
    site.edition = edition
    articles = site.all_articles()
    assert len({article.url for article in articles}) == len(articles) >= 40
    for article in articles:
        text = html.unescape(page(article.url))
        for part in (article.title, *article.paragraphs, *article.headings):
            assert part in text, article.url


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("harbor-ledger", "/rss.xml"),
        ("meridian-dispatch", "/sitemap-news.xml"),
        ("nurihang-ilbo", "/atom.xml"),
        ("northwind-wire", "/feed.json"),
    ],
)
def test_a_feed_or_sitemap_answers_304_until_it_changes(site: SampleSite, source: str, path: str) -> None:
    url = site.address(source) + path
    _, first, headers = get(url)
    assert get(url, If_None_Match=headers["ETag"])[:2] == (304, b"")
    site.edition = 2
    status, second, _ = get(url, If_None_Match=headers["ETag"])
    assert status == 200 and second != first
    assert [request.status for request in site.requests] == [200, 304, 200]


def test_one_article_under_many_addresses(site: SampleSite) -> None:
    feed = page_of_feed(site)
    links = re.findall(r"<link>([^<]+)</link>", feed)
    diesel = [link.replace("&amp;", "&") for link in links if "tanker-rajin-diesel" in link]
    assert len(diesel) == 2 and len({get(link)[1] for link in diesel}) == 1
    (amp,) = (link for link in links if "/amp?" in link)
    assert f'<link rel="canonical" href="{amp.partition("/amp?")[0]}">' in page(amp)
    moved = urllib.request.urlopen(site.address("harbor-ledger") + "/go/4711", timeout=10)
    with moved:
        assert moved.geturl().endswith("/business/customs-figures-gap")


def page_of_feed(site: SampleSite) -> str:
    return get(site.address("harbor-ledger") + "/rss.xml")[1].decode()


def test_what_a_feed_lists_that_is_no_article(site: SampleSite) -> None:
    address = site.address("harbor-ledger")
    feed = page_of_feed(site)
    for path in (
        "/video/harbour-live",
        "/world/",
        "/subscribers/briefing",
        "/world/withdrawn-report",
        "/files/port-statistics.pdf",
    ):
        assert f"{address}{path}" in feed
    assert get(f"{address}/world/withdrawn-report")[0] == 404
    assert get(f"{address}/files/port-statistics.pdf")[2]["Content-Type"] == "application/pdf"
    assert "Disallow: /subscribers/" in get(f"{address}/robots.txt")[1].decode()


def test_the_paywalled_page_says_so(site: SampleSite) -> None:
    (walled,) = (article for article in site.all_articles() if not article.free_to_read)
    found = re.search(r'ld\+json">(.*?)</script>', page(walled.url))
    assert found and json.loads(found[1])["isAccessibleForFree"] is False


def test_copies_repeat_their_original_word_for_word(site: SampleSite) -> None:
    articles = {article.url: article for article in site.all_articles()}
    copies = [article for article in articles.values() if article.copy_of]
    assert len(copies) >= 4
    for copy in copies:
        original = articles[copy.copy_of or ""]
        assert (copy.title, copy.paragraphs, copy.topics) == (original.title, original.paragraphs, original.topics)
        assert copy.source != original.source


def test_the_second_edition_adds_edits_and_mere_counters(site: SampleSite) -> None:
    first = {article.url: (article, get(article.url)[1]) for article in site.all_articles()}
    site.edition = 2
    second = {article.url: (article, get(article.url)[1]) for article in site.all_articles()}
    assert set(first) < set(second)
    fates: Counter[str] = Counter()
    for url, (before, old_page) in first.items():
        after, new_page = second[url]
        changed = (before.title, before.paragraphs) != (after.title, after.paragraphs)
        assert changed == (after.revision == 2) == (after.modified is not None), url
        fates["edited" if changed else "only its page" if old_page != new_page else "same"] += 1
    assert fates["edited"] >= 3 and fates["only its page"] >= 20
    assert len(second) - len(first) >= 5


def test_sections_page_through_every_article_of_the_old_outlet(site: SampleSite) -> None:
    address = site.address("eastgate-herald")
    seen: list[str] = []
    path: str | None = "/news/list.html"
    while path:
        listing = page(address + path)
        seen += re.findall(r'href="(/news/\d{4}/[^"]+)"', listing)
        following = re.search(r'href="([^"]+)">Next<', listing)
        path = following[1] if following else None
    assert {address + path for path in seen} == {article.url for article in site.all_articles() if "/news/2" in article.url}
    assert "July 25, 2017 11:52" in page(address + seen[-1])


def test_sitemaps_lead_to_every_article_of_their_outlet(site: SampleSite) -> None:
    address = site.address("meridian-dispatch")
    news = get(f"{address}/sitemap-news.xml")[1].decode()
    archive = gzip.decompress(get(f"{address}/sitemap-archive.xml.gz")[1]).decode()
    found = re.findall(r"<loc>([^<]+)</loc>", news) + re.findall(r"<loc>([^<]+)</loc>", archive)
    assert sorted(found) == sorted(article.url for article in site.all_articles() if article.source == "meridian-dispatch")


def test_articles_keep_their_age_whatever_the_day() -> None:
    with SampleSite(date(2031, 2, 3)) as later, SampleSite(WRITTEN_FOR) as now:
        shift = date(2031, 2, 3) - WRITTEN_FOR
        for moved, article in zip(later.all_articles(), now.all_articles(), strict=True):
            expected = timedelta() if article.published.year == 2017 else shift
            assert moved.published - article.published == expected


def test_a_crawler_that_hangs_up_leaves_no_trace(site: SampleSite, capfd: pytest.CaptureFixture[str]) -> None:
    host, port = site.address("harbor-ledger").removeprefix("http://").split(":")
    for request in (b"GET /rss.xml HTTP/1.1\r\n\r\n", b"GET /rs", b""):
        with socket.create_connection((host, int(port)), timeout=5) as connection:
            connection.sendall(request)
    assert get(site.address("harbor-ledger") + "/rss.xml")[0] == 200
    assert capfd.readouterr() == ("", "")


def test_it_stops_with_its_context() -> None:
    with SampleSite() as site:
        address = site.address("harbor-ledger")
        assert get(f"{address}/")[0] == 200
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{address}/", timeout=5)
