"""The prefilter is sound: whatever a page does to a word, a page that the matcher would keep is never dropped."""

from __future__ import annotations

import html
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.clean import CleanArticle, clean
from flows.refine.page import NOT_CLEANED, PageTask, Refined, refine_page
from flows.topics import Matcher, parse_query
from flows.topics.prefilter import Prefilter
from spiders.warc.model import Capture, Hints

WORDS = (
    "sanctions", "Rússia", "Łódź", "straße", "O'Brien", "U.S.", "Kim", "naïve", "Ærø", "İstanbul", "ﬁnance", "санкции", "Україна",
    "제재", "북한", "국제사회", "制裁", "北朝鮮", "ミサイル", "العقوبات", "إيران", "סנקציות", "คว่ำบาตร", "ＩＡＥＡ", "Þór",
    "ŋanda",
)  # fmt: skip
ENCODINGS = ("utf-8", "utf-16", "windows-1251", "windows-1252", "euc-kr", "shift_jis", "gb18030", "big5", "koi8-r", "iso-2022-jp")
FILLING = "The harbour office counted the boats again and found that three of them had left before the tide turned. "
INSIDE = (
    "\u00ad", "\u200b", "\u2060", "&shy;", "&#8203;", "&zwj;", "<b>", "</b>", "<i class='x'>", "</i>", "<!-- a > b -->", "<wbr>",
    "\u0301",
    "<span data-x=\"a>b\">", "</span>",
)  # fmt: skip


@st.composite
def written(draw: st.DrawFn, word: str) -> str:
    """A word as a page may write it."""
    shape = draw(st.sampled_from(("plain", "upper", "nfd", "wide")))
    if shape == "upper":
        word = word.upper()
    elif shape == "nfd":
        word = unicodedata.normalize("NFD", word)
    elif shape == "wide":
        word = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word)
    parts = []
    for at, char in enumerate(word):
        how = draw(st.sampled_from(("as is", "as is", "as is", "decimal", "hex", "broken")))
        if how == "decimal":
            char = f"&#{ord(char)};"
        elif how == "hex":
            char = f"&#x{ord(char):X};"
        if how == "broken" and at:
            parts.append(draw(st.sampled_from(INSIDE)))
        parts.append(char)
    return "".join(parts)


@st.composite
def pages(draw: st.DrawFn) -> bytes:
    """A page with some of the words in its title, text, data, or hidden where nobody reads them."""
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=4))
    said = " ".join([draw(written(word)) for word in words])
    place = draw(st.sampled_from(("text", "h1", "title", "json-ld", "og", "microdata", "lead", "pre", "heading")))
    head, body = "<title>Boats counted</title>", "<h1>Boats counted</h1>"
    text = f"<p>{FILLING * 3}</p>"
    if place == "text":
        text += f"<p>{FILLING}{said}</p>"
    elif place == "h1":
        body = f"<h1>{said}</h1>"
    elif place == "title":
        head, body = f"<title>{said}</title>", ""
    elif place == "json-ld":
        plain = html.unescape(said).replace('"', "")
        head += f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{plain}"}}</script>'
        body = ""
    elif place == "og":
        head += f'<meta property="og:title" content="{html.escape(said)}">'
    elif place == "microdata":
        kind = "https://schema.org/NewsArticle"
        body = f'<div itemscope itemtype="{kind}"><meta itemprop="headline" content="{html.escape(said)}"></div>'
    elif place == "lead":
        body += f"<p>{said} {FILLING}</p>"
    elif place == "pre":
        text += f"<pre>{said}\n{FILLING}</pre>"
    else:
        text += f"<h2>{said}</h2><p>{FILLING}</p>"
    noise = draw(
        st.sampled_from((
            "", "<script>if (a < b && c > d) { x('</p>') }</script>", "<style>p > a {}</style>", "<!-- <p>gone</p> -->", "<br/>",
            "<a title='1 > 0' href='/x'>more</a>", "<script src='a.js'/>", "<iframe><p>in a frame</p></iframe>",
            "<textarea>a<b</textarea>", "<![CDATA[ x ]]>", "<p class=\"a\"\">odd</p>", "5 < 6 and 7 > 6",
        ))
    )  # fmt: skip
    encoding = draw(st.sampled_from(ENCODINGS))
    page = (
        f'<html><head><meta charset="{encoding}">{head}'
        f'<meta property="article:published_time" content="2026-03-01T10:00:00Z"></head>'
        f"<body>{noise}<article>{body}{text}</article>{noise}</body></html>"
    )
    return page.encode(encoding, "xmlcharrefreplace")


QUERIES = [
    *(f'"{word}"' for word in WORDS),
    "sanction*",
    "*ction?",
    '"sanctions Kim"~5 OR 制裁',
    "sanctions AND NOT Kim",
    "title:북한 OR text:санкц*",
    "(Łódź OR İstanbul) AND (sanctions OR 제재)",
]


@settings(max_examples=400, deadline=None)
@given(page=pages())
def test_no_page_is_dropped_that_a_topic_selects(page: bytes) -> None:
    capture = Capture("https://boats.example/a", datetime(2026, 3, 2, tzinfo=UTC), 200, "text/html", page, Hints(), "", 0)
    article = clean(capture)
    if not isinstance(article, CleanArticle):
        return
    for query in QUERIES:
        node = parse_query(query)
        if Matcher([("t", node)]).match(article.title, article.text, article.language):
            prefilter = Prefilter([("t", node)])
            assert prefilter.may_match(capture), (query, article.title, article.text)
            task = PageTask("k", "s", capture.url, Path("x"), 0, was_filtered=True)
            refined = refine_page(task, capture, Matcher([("t", node)]), prefilter)
            assert refined.outcome is None, (query, article.title, article.text)


def test_a_page_without_the_words_is_dropped() -> None:
    page = f"<title>Boats</title><h1>Boats</h1><p>{FILLING * 5}</p>".encode()
    for query in (
        "sanctions",
        "санкции",
        "制裁",
        "제재",
        "boats AND sanctions",
        '"tide sanctions"',
        "sanction*",
        "boats NOT tide",
    ):
        kept = Prefilter([("t", parse_query(query))]).may_match_page(page)
        assert kept is (query == "boats NOT tide"), query


def test_words_of_scripts_styles_and_addresses_do_not_count() -> None:
    page = (
        f"<title>Boats</title><script>let sanctions</script><style>.sanctions {{}}</style><a href='/sanctions'>x</a>{FILLING * 5}"
    )
    assert not Prefilter([("t", parse_query("sanctions"))]).may_match_page(page.encode())


@pytest.mark.parametrize("query", ["x", "x OR sanctions", "r AND d"])
def test_a_query_without_a_usable_literal_lets_every_page_through_and_is_named(query: str) -> None:
    prefilter = Prefilter([("narrow", parse_query("sanctions")), ("wide", parse_query(query))])
    assert prefilter.unfiltered == ("wide",)
    assert prefilter.may_match_page(b"<p>nothing of the kind</p>")


def test_a_page_that_has_the_words_beside_its_text_only_is_not_read() -> None:
    beside = "<nav><ul>" + "<li><a href='/x'>New sanctions</a></li>" * 5 + "</ul></nav>"
    page = f"<title>Boats</title><body>{beside}<article><h1>Boats</h1>" + f"<p>{FILLING * 5}</p>" * 3 + "</article>"
    capture = Capture(
        "https://boats.example/a", datetime(2026, 3, 2, tzinfo=UTC), 200, "text/html", page.encode(), Hints(), "", 0
    )
    query = [("t", parse_query("sanctions"))]
    matcher, prefilter = Matcher(query), Prefilter(query)
    assert prefilter.may_match(capture)
    task = PageTask("k", "s", capture.url, Path("x"), 0, was_filtered=True)
    refined = refine_page(task, capture, matcher, prefilter)
    assert (refined.outcome, refined.detail, refined.article) == ("off-topic", NOT_CLEANED, None)
    assert refine_page(task, capture, matcher).article is not None


@pytest.mark.parametrize(
    ("query", "body"),
    [
        (
            "制裁",
            f"<article><h1>Boats</h1><p>{FILLING * 3}</p><p><ruby>制<rt>せい</rt>裁<rt>さい</rt></ruby>。{FILLING}</p></article>",
        ),
        ("sanctions", f"<h1>Boats</h1><div class='entry read-more'><p>{FILLING * 3}</p><p>New sanctions. {FILLING}</p></div>"),
        ("sanctions", f"<DIV><H1>Boats</H1><SCRIPT>x</SCRIPT><P>{FILLING * 3}<B>Sanc</B>tions came.</P></DIV><STYLE>p</STYLE>"),
    ],
)
def test_what_stands_in_the_text_in_an_odd_way_is_read(query: str, body: str) -> None:
    page = f"<html><head><title>Boats</title><meta property='og:type' content='article'></head><body>{body}</body></html>"
    capture = Capture(
        "https://boats.example/a", datetime(2026, 3, 2, tzinfo=UTC), 200, "text/html", page.encode(), Hints(), "", 0
    )
    parsed = [("t", parse_query(query))]
    task = PageTask("k", "s", capture.url, Path("x"), 0, was_filtered=True)
    assert Prefilter(parsed).may_match(capture)
    assert refine_page(task, capture, Matcher(parsed)).outcome is None
    assert refine_page(task, capture, Matcher(parsed), Prefilter(parsed)).outcome is None


def test_the_title_in_the_feed_counts() -> None:
    capture = Capture(
        "https://boats.example/a",
        datetime(2026, 3, 2, tzinfo=UTC),
        200,
        "text/html",
        b"<p>x</p>",
        Hints(title="New sanctions"),
        "",
        0,
    )
    assert Prefilter([("t", parse_query("sanctions"))]).may_match(capture)


def test_a_scheduled_run_cleans_only_what_may_match_what_is_small_and_what_is_known() -> None:
    """Walls and missing pages are small and keep their names; an article that is known is read whatever it says now."""
    matcher, prefilter = Matcher([("t", parse_query("sanctions"))]), Prefilter([("t", parse_query("sanctions"))])
    filling = f"<title>Boats</title><meta property='og:type' content='article'><h1>Boats</h1><p>{FILLING * 5}</p>"
    large = (filling + "<script>" + "x = 1;" * 10_000 + "</script>").encode()
    wall = b"<title>Just a moment...</title><p>Checking your browser</p>"

    def refined(body: bytes, *, must_clean: bool = False) -> Refined:
        capture = Capture("https://boats.example/a", datetime(2026, 3, 2, tzinfo=UTC), 200, "text/html", body, Hints(), "", 0)
        return refine_page(PageTask("k", "s", capture.url, Path("x"), 0, must_clean=must_clean), capture, matcher, prefilter)

    assert (refined(large).outcome, refined(large).detail, refined(large).article) == ("off-topic", NOT_CLEANED, None)
    assert refined(large, must_clean=True).article is not None
    assert refined(filling.encode()).article is not None
    assert refined(wall).outcome == "not-article"
    assert refined(large.replace(b"boats again", b"sanctions again")).outcome is None
