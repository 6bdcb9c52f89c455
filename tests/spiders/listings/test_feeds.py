"""Feeds: every article link is found, with what the feed says of it; what is no feed is refused in words."""

from __future__ import annotations

import gzip
import json
import time
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newslake.errors import ListingError
from spiders.listings.feeds import MAX_ENTRIES, read_feed
from spiders.listings.values import date_of, plain

URL = "https://example.com/news/feed.xml"
KST = timezone(timedelta(hours=9))


def rss(items: str, head: str = "<title>Harbour Post</title><language>en-gb</language>") -> bytes:
    namespaces = (
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:media="http://search.yahoo.com/mrss/" '
        'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
    )
    return (
        f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0" {namespaces}><channel>{head}{items}</channel></rss>'.encode()
    )


def test_rss_gives_links_with_hints() -> None:
    listing = read_feed(
        rss(
            """<item><title>Fish &amp;amp; &lt;b&gt;chips&lt;/b&gt;</title><link>/a/1.html</link><dc:creator>Ann Lee</dc:creator>
            <pubDate>Tue, 25 Jul 2017 11:52:00 KST</pubDate><category>Trade</category><category>Trade</category>
            <description><![CDATA[<p>Boats <i>came</i> in.</p><script>x()</script>]]></description>
            <media:content url="https://example.com/i.jpg" medium="image"/></item>"""
        ),
        URL,
    )
    (link,) = listing.links
    assert (listing.kind, listing.title, listing.note) == ("feed", "Harbour Post", None)
    assert link.url == "https://example.com/a/1.html"
    assert link.hints.title == "Fish & chips"
    assert link.hints.authors == ("Ann Lee",)
    assert link.hints.published == datetime(2017, 7, 25, 11, 52, tzinfo=KST)
    assert link.hints.published.utcoffset() == timedelta(hours=9)
    assert link.hints.modified is None
    assert link.hints.tags == ("Trade",)
    assert link.hints.description == "Boats came in."
    assert (link.hints.image_url, link.hints.language, link.hints.publication) == (
        "https://example.com/i.jpg",
        "en-gb",
        "Harbour Post",
    )


def test_atom_takes_the_alternate_link_and_both_dates() -> None:
    listing = read_feed(
        b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://example.com/x/"><title>T</title>
        <entry><title>One</title><link rel="replies" href="r"/><link rel="edit" href="e"/><link href="one"/><id>tag:1</id>
        <published>2024-05-01T10:00:00+09:00</published><updated>2024-05-02T00:00:00Z</updated></entry></feed>""",
        URL,
    )
    assert [link.url for link in listing.links] == ["https://example.com/x/one"]
    assert listing.links[0].hints.published == datetime(2024, 5, 1, 1, tzinfo=UTC)
    assert listing.links[0].hints.modified == datetime(2024, 5, 2, tzinfo=UTC)


def test_rdf_and_old_rss_are_read() -> None:
    rdf = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
        xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"><title>C</title></channel>
        <item rdf:about="u"><title>I</title><link>https://example.com/i</link><dc:date>2024-05-01T10:00+09:00</dc:date></item></rdf:RDF>"""
    old = b'<rss version="0.91"><channel><title>C</title><item><title>I</title><link>https://example.com/i</link></item></channel></rss>'
    for body in (rdf, old):
        assert [link.url for link in read_feed(body, URL).links] == ["https://example.com/i"]


def test_json_feed() -> None:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "language": "ko",
        "items": [
            {
                "id": "1",
                "url": "/a",
                "title": "A",
                "date_published": "2024-05-01T10:00:00+09:00",
                "authors": [{"name": "B"}],
                "tags": ["t", 5],
            },
            {"id": "https://example.com/b", "tags": "wrong", "authors": "wrong"},
            {"id": "2", "external_url": "https://other.example/c"},
            {"id": "3"},
            "nonsense",
        ],
    }
    listing = read_feed(json.dumps(feed).encode(), URL, "application/feed+json")
    assert [link.url for link in listing.links] == ["https://example.com/a", "https://example.com/b", "https://other.example/c"]
    assert listing.links[0].hints.authors == ("B",) and listing.links[0].hints.tags == ("t",)
    assert listing.note == "2 entries without a link"


def test_links_come_from_where_feeds_hide_them() -> None:
    listing = read_feed(
        rss(
            "<item><link>https://feedproxy.example/~r/1</link><feedburner:origLink>https://example.com/1</feedburner:origLink></item>"
            "<item><guid>https://example.com/2</guid></item>"
            "<item><guid isPermaLink='false'>tag:3</guid><title>no link</title></item>"
            "<item><link>https://example.com/2</link></item>"
        ),
        URL,
    )
    assert [link.url for link in listing.links] == ["https://example.com/1", "https://example.com/2"]
    assert listing.note == "1 entry without a link"


def test_a_date_without_zone_stays_without() -> None:
    listing = read_feed(rss("<item><link>/1</link><pubDate>2017-07-25 11:52</pubDate></item>"), URL)
    assert listing.links[0].hints.published == datetime(2017, 7, 25, 11, 52)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Tue, 25 Jul 2017 11:52:00 GMT+0900", "2017-07-25T11:52:00+09:00"),
        ("Tue, 25 Jul 2017 11:52:00 -0000", "2017-07-25T11:52:00+00:00"),
        ("25 Jul 2017 11:52 MSK", "2017-07-25T11:52:00+03:00"),
        ("Tue, 25 Jul 2017 11:52:00", "2017-07-25T11:52:00"),
        ("2017/07/25 11:52", "2017-07-25T11:52:00"),
        ("20170725", "2017-07-25T00:00:00"),
        ("2017-07-25T24:00:00Z", "2017-07-26T00:00:00+00:00"),
        ("2017년 7월 25일 (화) 11시 52분", "2017-07-25T11:52:00"),
        ("2017年7月25日", "2017-07-25T00:00:00"),
        ("25.07.2017 11:52", "2017-07-25T11:52:00"),
        ("25/07/2017", "2017-07-25T00:00:00"),
        ("03/04/2017", None),
        ("Fri, Nov 20 2026 08:28:28 PM", "2026-11-20T20:28:28"),
        ("11/20/2026 9:00:00 PM", "2026-11-20T21:00:00"),
        ("2026년 11월 20일 오후 3:05", "2026-11-20T15:05:00"),
        ("Fri, 20 Nov 2026 15:05:00 GMT+7", "2026-11-20T15:05:00+07:00"),
        ("Sun, 06 Nov 1994 08:49:37 XYZT", None),
        ("20. listopadu 2026 10:05", "2026-11-20T10:05:00"),
        ("2017-02-30", None),
        ("2017", None),
        ("1970-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00Z", None),
        ("9999-12-31T23:59:59Z", None),
        ("yesterday, before noon", None),
    ],
)
def test_dates(raw: str, expected: str | None) -> None:
    found = date_of(raw)
    assert (found.isoformat() if found else None) == expected


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.text(max_size=60), st.from_regex(r"[0-9]{1,4}[-/. ][0-9]{1,2}[-/. ][0-9]{1,4}[T ][0-9:+. ZA-Z]{0,20}", fullmatch=True)
    )
)
def test_no_date_of_the_web_breaks_the_reader(raw: str) -> None:
    found = date_of(raw)
    assert found is None or 1800 < found.year < 2100


def test_plain_text_is_bounded() -> None:
    text = plain("<p>" + "word " * 1000 + "</p>", 100)
    assert text is not None and len(text) <= 100 and text.endswith("…")
    assert plain("&lt;b&gt;bold&lt;/b&gt; a < b", 100) == "bold a < b"
    assert plain("<img src=x>", 100) is None


def test_an_empty_feed_is_a_listing_with_a_note() -> None:
    listing = read_feed(rss(""), URL)
    assert listing.links == () and listing.note == "a feed without entries"


def test_a_broken_feed_gives_what_can_be_read_and_says_so() -> None:
    listing = read_feed(rss("<item><link>https://example.com/1</link><title>A & B &nbsp;</title></item>")[:-10], URL)
    assert [link.url for link in listing.links] == ["https://example.com/1"]
    assert listing.note is not None and listing.note.startswith("not well-formed")


def test_a_packed_feed_is_unpacked() -> None:
    assert len(read_feed(gzip.compress(rss("<item><link>/1</link></item>")), URL).links) == 1


def test_a_gzip_file_of_very_many_members_is_unpacked_in_time_that_grows_with_it() -> None:
    body = gzip.compress(b"") * 300_000 + gzip.compress(rss("<item><link>/1</link></item>"))  # 6 MB
    started = time.monotonic()
    assert len(read_feed(body, URL).links) == 1
    assert time.monotonic() - started < 10  # half a second; with a copy of the rest for each member, half a minute


def test_members_end_where_they_end_and_a_broken_one_gives_its_beginning() -> None:
    whole = rss("".join(f"<item><link>/{number}</link></item>" for number in range(3000)))
    packed = b"".join(gzip.compress(whole[at : at + 700]) for at in range(0, len(whole), 700))
    assert len(read_feed(packed, URL).links) == 3000
    assert len(read_feed(packed + b"\0" * 512, URL).links) == 3000
    assert 0 < len(read_feed(packed[: len(packed) // 2], URL).links) < 3000


@pytest.mark.parametrize(
    "date",
    [
        "9999-12-31T23:59:59-12:00",
        "9999-12-31T23:59:59-99:00",
        "0001-01-01T00:00:00+09:00",
        "2150-01-01T00:00:00Z",
        "99999-01-01",
    ],
)
@pytest.mark.parametrize("tag", ["pubDate", "updated", "dc:date"])
def test_a_date_out_of_all_range_costs_its_entry_the_date_alone(date: str, tag: str) -> None:
    items = (
        f"<item><link>/1</link><{tag}>{date}</{tag}></item><item><link>/2</link><pubDate>2024-05-01T00:00:00Z</pubDate></item>"
    )
    odd, plain = (link.hints for link in read_feed(rss(items), URL).links)
    assert odd.published is None and odd.modified is None
    assert plain.published == datetime(2024, 5, 1, tzinfo=UTC)


def test_hints_have_no_control_characters() -> None:
    assert plain("Red \x1b[31malert\x9b &#27;&#155;\x85bell\x07\tand\nline", 100) == "Red [31malert › bell and line"


def test_an_endless_feed_is_cut() -> None:
    items = [{"id": str(number), "url": f"/a/{number}"} for number in range(MAX_ENTRIES + 5)]
    listing = read_feed(json.dumps({"version": "https://jsonfeed.org/version/1", "items": items}).encode(), URL)
    assert len(listing.links) == MAX_ENTRIES and listing.note is not None and str(MAX_ENTRIES + 5) in listing.note


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"", "empty response"),
        (b" \n\t ", "empty response"),
        (b"<!DOCTYPE html><html><head><title>Just a moment&hellip;</title></head><body></body></html>", "Just a moment…"),
        (b"<?xml version='1.0'?><!-- x --><html xmlns='http://www.w3.org/1999/xhtml'></html>", "HTML where a feed should be"),
        (b"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'></urlset>", "sitemap where a feed"),
        (b"<catalog><book/></catalog>", "neither RSS nor Atom"),
        (b'<!DOCTYPE a [<!ENTITY b "b"><rss version="2.0"><channel/></rss>', "entities"),
        (b'<!DOCTYPE a [<!ENTITY b "%s">]><rss version="2.0">%s</rss>' % (b"b" * 16, b"&b;" * 1000), "entities"),
        (b'<!DOCTYPE a [<!ENTITY b "b">]><!DOCTYPE a [<!ENTITY c "c">]><rss version="2.0"/>', "entities"),
        (b'{"items": []}', "not a JSON Feed"),
        (b'{"items": ', "JSON that cannot be read"),
        (b"[" * 100_000, "JSON that cannot be read"),
        (b"\x1f\x8b\x08broken", "gzip"),
        (gzip.compress(b"\0" * 70_000_000), "MB in one listing"),
    ],
)
def test_what_is_no_feed_is_refused_in_words(body: bytes, message: str) -> None:
    with pytest.raises(ListingError, match=message) as refused:
        read_feed(body, URL)
    assert URL in str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "euc-kr"])
def test_a_feed_that_declares_entities_is_read(encoding: str) -> None:
    declared = (
        '<!DOCTYPE rss [<!-- ] > --><!ENTITY nbsp "&#160;"><!ENTITY desk "북]한"><!ENTITY raquo "&#38;#187;">'
        '<!ENTITY far SYSTEM "file:///etc/hostname"><!ENTITY bomb "&desk;&desk;">'
        '<!ENTITY % set SYSTEM "http://192.0.2.1/x"> %set;]>'
    )
    title = "A&nbsp;tanker &desk; &eacute;&raquo;&far;&bomb; &amp;amp; <![CDATA[turns&nbsp;back]]>"
    item = f"<item><title>{title}</title><link>https://example.com/1?a=1&amp;b=2</link></item>"
    text = f'<?xml version="1.0" encoding="{encoding}"?>{declared}<rss version="2.0"><channel>{item}</channel></rss>'
    [link] = read_feed(text.encode(encoding), URL).links
    assert link.url == "https://example.com/1?a=1&b=2"
    assert link.hints.title == "A tanker 북]한 é» & turns back"


@pytest.mark.parametrize(
    "odd",
    [
        '<x:origLink xmlns:x="http://rssnamespace.org/feedburner/ext/1.0" kind="a">https://other.example/</x:origLink>',
        "<links>none</links>",
        "<tags>ferries</tags>",
        '<source_detail a="b">c</source_detail><source/>',
        "<title_detail>t</title_detail>",
        "<media_content>m</media_content>",
        "<media_thumbnail>m</media_thumbnail>",
        '<updated_parsed a="b">2026</updated_parsed><updated>soon, they say</updated>',
        '<authors a="b">c</authors>',
        '<created a="b">2026-11-20</created>',
    ],
)
def test_an_element_of_an_unexpected_form_costs_its_own_field_and_never_the_feed(odd: str) -> None:
    items = f"<item><link>https://example.com/1</link>{odd}</item><item><link>https://example.com/2</link></item>"
    assert [link.url for link in read_feed(rss(items), URL).links] == ["https://example.com/1", "https://example.com/2"]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 400), st.integers(0, 400))
def test_damage_never_raises_anything_else(noise: bytes, start: int, end: int) -> None:
    whole = rss("<item><title>T</title><link>https://example.com/1</link><pubDate>Tue, 25 Jul 2017 11:52:00 GMT</pubDate></item>")
    try:
        read_feed(whole[:start] + noise + whole[end:], URL)
    except ListingError as refused:
        assert refused.happened
