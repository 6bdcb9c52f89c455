"""Sitemaps: every address, with its dates and titles; nested ones newest first; bombs and noise refused in words."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newslake.errors import ListingError
from spiders.listings.sitemaps import read_sitemap

URL = "https://example.com/maps/sitemap.xml"
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NEWS = f"""<?xml version="1.0" encoding="UTF-8"?><urlset {NS} xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
  xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
  <url><loc> https://example.com/a/1.html
  </loc><lastmod>2024-05-02T08:00:00+09:00</lastmod>
  <n:news><n:publication><n:name>Harbour Post</n:name><n:language>ko</n:language></n:publication>
  <n:publication_date>2024-05-01T08:00+09:00</n:publication_date><n:title>Fish &amp; chips</n:title>
  <n:keywords>fish, trade ,fish</n:keywords></n:news>
  <image:image><image:loc>/i/1.jpg</image:loc><image:title>Not the headline</image:title></image:image></url>
  <url><loc>/a/2.html</loc></url><url><loc>/a/2.html</loc></url><url><priority>1</priority></url></urlset>""".encode()


def test_a_news_sitemap_gives_titles_and_dates() -> None:
    listing = read_sitemap(NEWS, URL)
    assert [link.url for link in listing.links] == ["https://example.com/a/1.html", "https://example.com/a/2.html"]
    hints = listing.links[0].hints
    assert (hints.title, hints.publication, hints.language, hints.tags) == (
        "Fish & chips",
        "Harbour Post",
        "ko",
        ("fish", "trade"),
    )
    assert hints.published == datetime(2024, 4, 30, 23, tzinfo=UTC)
    assert hints.modified == datetime(2024, 5, 1, 23, tzinfo=UTC)
    assert hints.image_url == "https://example.com/i/1.jpg"
    assert listing.note == "1 entry without an address"


def test_an_image_before_the_news_title_is_not_the_headline() -> None:
    swapped = NEWS.replace(
        b"<n:news>", b"<image:image><image:loc>/x.png</image:loc><image:title>Caption</image:title></image:image><n:news>"
    )
    assert read_sitemap(swapped, URL).links[0].hints.title == "Fish & chips"


def test_nested_sitemaps_come_newest_first_and_old_ones_not_at_all() -> None:
    index = f"""<sitemapindex {NS}><sitemap><loc>/2023.xml</loc><lastmod>2023-12-31</lastmod></sitemap>
      <sitemap><loc>/may.xml</loc><lastmod>2024-05-02</lastmod></sitemap><sitemap><loc>/april.xml</loc><lastmod>2024-04-30T10:00:00Z</lastmod></sitemap>
      <sitemap><loc>/undated.xml</loc></sitemap></sitemapindex>""".encode()
    listing = read_sitemap(index, URL, since=datetime(2024, 4, 1, tzinfo=UTC))
    assert [follow.url.rpartition("/")[2] for follow in listing.follow] == ["undated.xml", "may.xml", "april.xml"]
    assert {follow.kind for follow in listing.follow} == {"sitemap"} and URL in listing.follow[0].found_by
    assert listing.note == "1 older than 2024-04-01 00:00"


def test_old_articles_are_left_out_and_counted() -> None:
    entries = "".join(
        f"<url><loc>/{name}</loc>{f'<lastmod>{date}</lastmod>' if date else ''}</url>"
        for name, date in (("old", "2024-04-29"), ("same-day", "2024-05-01"), ("new", "2024-05-02T00:00:00Z"), ("undated", ""))
    )
    listing = read_sitemap(f"<urlset {NS}>{entries}</urlset>".encode(), URL, since=datetime(2024, 5, 1, 12, tzinfo=UTC))
    assert [link.url.rpartition("/")[2] for link in listing.links] == ["same-day", "new", "undated"]
    assert listing.note == "1 older than 2024-05-01 12:00"


def test_text_and_feeds_serve_as_sitemaps_packed_or_not() -> None:
    text = b"\xef\xbb\xbfhttps://example.com/1\r\nhttps://example.com/2\r\n\r\nnot an address\r\n"
    listing = read_sitemap(gzip.compress(text), URL)
    assert [link.url for link in listing.links] == ["https://example.com/1", "https://example.com/2"]
    assert listing.note == "1 line that is no address"
    feed = b"<rss version='2.0'><channel><item><link>https://example.com/1</link><title>T</title></item></channel></rss>"
    assert [(link.url, link.hints.title) for link in read_sitemap(feed, URL).links] == [("https://example.com/1", "T")]


@pytest.mark.parametrize(
    "body",
    [
        f"\n\n<?xml version='1.0'?><urlset {NS}><url><loc>https://example.com/1</loc></url></urlset>".encode(),
        b"<urlset><url><loc>https://example.com/1</loc></url></urlset>",
        b'<g:urlset xmlns:g="x"><g:url><g:loc>https://example.com/1</g:loc></g:url></g:urlset>',
        f"<urlset {NS}><url><loc>https://example.com/1</loc><lastmod>x &nbsp; & y</lastmod></url><url><loc>".encode(),
        f"<?xml version='1.0' encoding='utf-16'?><urlset {NS}><url><loc>https://example.com/1</loc></url></urlset>".encode(
            "utf-16"
        ),
    ],
)
def test_sitemaps_as_they_really_are(body: bytes) -> None:
    assert [link.url for link in read_sitemap(body, URL).links] == ["https://example.com/1"]


def test_an_empty_sitemap_is_a_listing_with_a_note() -> None:
    assert read_sitemap(f"<urlset {NS}/>".encode(), URL).note == "a sitemap without entries"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "empty response"),
        (b"<!DOCTYPE html><html><title>Verify you are human</title>", "Verify you are human"),
        (b"<catalog><book/></catalog>", "not a sitemap"),
        (b"User-agent: *\nDisallow: /", "neither XML nor a list of addresses"),
        (b'<!DOCTYPE u [<!ENTITY a "aaaa"><urlset><url><loc>&a;</loc></url></urlset>', "entities"),
    ],
)
def test_what_is_no_sitemap_is_refused_in_words(body: bytes, message: str) -> None:
    with pytest.raises(ListingError, match=message):
        read_sitemap(body, URL)


def test_declared_entities_are_neither_expanded_nor_fetched() -> None:
    declared = b'<!DOCTYPE u [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/hostname">]>'
    places = b"".join(b"<url><loc>%s</loc></url>" % place for place in (b"&b;", b"&c;", b"https://www.example.com/x"))
    listing = read_sitemap(declared + b"<urlset>" + places + b"</urlset>", URL)
    assert [link.url for link in listing.links] == ["https://www.example.com/x"]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=100), st.integers(0, 1200), st.integers(0, 1200))
def test_damage_never_raises_anything_else(noise: bytes, start: int, end: int) -> None:
    try:
        read_sitemap(NEWS[:start] + noise + NEWS[end:], URL, since=datetime(2024, 1, 1, tzinfo=UTC))
    except ListingError as refused:
        assert refused.happened
