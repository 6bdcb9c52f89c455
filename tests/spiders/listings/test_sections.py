"""Sections: the articles of a listing page, whatever its age and layout, and nothing that serves reading around them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newslake.errors import ListingError
from spiders.listings.sections import read_section

URL = "https://www.example.com/world/"
CHROME = """<nav><a href="/">Home</a><a href="/world/">World</a><a href="/politics/">Politics</a><a href="/login">Log in</a>
<a href="/tag/north-korea-missile-test-2024">Tag</a><a href="/author/ann-lee-12345">Ann Lee</a><a href="/rss.xml">RSS</a>
<a href="mailto:desk@example.com">Mail</a><a href="javascript:void(0)">Menu</a></nav>"""
FOOTER = """<footer><a href="/about-our-newsroom-and-standards">About</a><a href="/terms-and-conditions-of-use">Terms</a>
<a href="https://elsewhere.example/2024/05/01/a-story-of-another-site">Partner</a>
<a href="/report-2024-12345.pdf">PDF</a></footer>"""


def page(content: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head><title>World</title>{head}</head><body>{CHROME}{content}{FOOTER}</body></html>".encode()


def paths(body: bytes, url: str = URL, pattern: str | None = None) -> list[str]:
    return [link.url.split("/", 3)[3] for link in read_section(body, url, article_pattern=pattern).links]


@pytest.mark.parametrize(
    "wanted",
    [
        ["2024/05/01/kim", "2024/05/01/putin", "2024/05/02/oil"],
        ["world/kim-meets-putin-in-vladivostok", "world/oil-tankers-leave-the-port", "world/un-panel-ends-its-work"],
        ["article/81234", "article/81235", "article/81236"],
        ["news/articleView.html?idxno=101", "news/articleView.html?idxno=102", "news/articleView.html?idxno=103"],
        ["view.php?id=7", "view.php?id=8"],
        ["a/x.html", "a/y.html"],
        ["page/0001.html", "page/0002.html"],
        ["html_dir/2017/07/25/2017072501.html", "html_dir/2017/07/25/2017072502.html"],
        ["news/c4ng4n1x5p1o", "news/c8dz2k7l3m9t", "news/cx1y2z3w4v5u"],
        [
            "%EB%B6%81%ED%95%9C-%EB%AF%B8%EC%82%AC%EC%9D%BC-%EB%B0%9C%EC%82%AC",
            "%EB%9F%AC%EC%8B%9C%EC%95%84-%EC%84%9D%EC%9C%A0-%EC%88%98%EC%B6%9C",
        ],
        ["category/politics/story-812345", "category/politics/story-812346", "category/politics/story-812347"],
    ],
)
def test_articles_are_told_by_the_shape_of_their_addresses(wanted: list[str]) -> None:
    rows = "".join(
        f'<tr><td><font size=2><a href="/{path}">Headline number {n} of today</a></td></tr>' for n, path in enumerate(wanted)
    )
    assert paths(page(f"<table>{rows}</table>")) == wanted


def test_short_siblings_of_articles_are_articles() -> None:
    slugs = ["kim-meets-putin-in-vladivostok", "oil-tankers-leave-the-port", "un-panel-ends-its-work", "kim-speaks"]
    assert paths(page("".join(f'<h2><a href="/world/{slug}">A headline of today</a></h2>' for slug in slugs))) == [
        f"world/{s}" for s in slugs
    ]


def test_a_pattern_decides_alone() -> None:
    body = page('<a href="/w/kim">One</a><a href="/2024/05/01/other-long-headline-here">Two</a><a href="/tag/kim">Three</a>')
    assert paths(body, pattern=r"/w/|/tag/kim$") == ["w/kim", "tag/kim"]


def test_each_article_comes_once_with_its_best_text_as_title() -> None:
    body = page(
        """<a href="/2024/05/01/kim.html#photo"><img src="t.jpg" alt=""></a><a href="/2024/05/01/kim.html?utm_source=front">Kim
        meets <b>Putin</b></a><a href="/2024/05/01/kim.html">Read more</a><a href="/2024/05/02/oil.html">Read more</a>
        <a href="/2024/05/03/un.html"><img alt="Panel ends its work"></a>"""
    )
    links = read_section(body, URL).links
    assert [(link.url.rpartition("/")[2], link.hints.title) for link in links] == [
        ("kim.html", "Kim meets Putin"),
        ("oil.html", None),
        ("un.html", "Panel ends its work"),
    ]


def test_relative_links_follow_the_base_and_the_page_itself_is_no_article() -> None:
    body = page(
        '<a href="2024050101.html">First of May</a><a href="http://example.com/news/2024050102.html">Second</a>',
        '<base href="/news/">',
    )
    assert paths(body, "https://www.example.com/news/2024050102.html") == ["news/2024050101.html"]


@pytest.mark.parametrize("encoding", ["euc-kr", "utf-8"])
def test_titles_are_read_in_the_encoding_of_the_page(encoding: str) -> None:
    body = f'<html><meta charset="{encoding}"><body><a href="/2017/07/25/1.html">북한 선박, 원유 환적</a>'.encode(encoding)
    assert read_section(body, URL).links[0].hints.title == "북한 선박, 원유 환적"
    unlabelled = body.replace(f'<meta charset="{encoding}">'.encode(), b"")
    assert read_section(unlabelled, URL, f"text/html; charset={encoding}").links[0].hints.title == "북한 선박, 원유 환적"


@pytest.mark.parametrize(
    ("link", "url", "expected"),
    [
        ('<a href="?page=2">2</a>', URL, "https://www.example.com/world/?page=2"),
        ('<a href="?page=2">2</a><a href="?page=3">3</a>', URL + "?page=2", "https://www.example.com/world/?page=3"),
        ('<a href="/world/page/2/">Older posts »</a>', URL, "https://www.example.com/world/page/2/"),
        ('<a rel="next" href="/world/p2">x</a>', URL, "https://www.example.com/world/p2"),
        ('<a href="/list.php?pg=2">다음</a>', URL, "https://www.example.com/list.php?pg=2"),
        ('<a href="/list?p=2">次へ</a>', URL, "https://www.example.com/list?p=2"),
        ('<a href="?PAGEN_1=2&page=2">Следующая</a>', URL, "https://www.example.com/world/?PAGEN_1=2&page=2"),
        ('<a href="/next">Next</a>', URL, None),
        ('<a href="#">Next</a>', URL, None),
        ('<a href="https://elsewhere.example/?page=2">Next</a>', URL, None),
        ('<a rel="next" href="/2024/05/03/the-next-article-of-the-day">Next</a>', URL, None),
        ('<a href="?page=1">1</a>', URL + "?page=2", None),
    ],
)
def test_the_next_page(link: str, url: str, expected: str | None) -> None:
    follow = read_section(page(link), url).follow
    assert [(item.url, item.kind) for item in follow] == ([(expected, "section")] if expected else [])


def test_a_page_without_articles_is_a_listing_with_a_note() -> None:
    listing = read_section(page("<p>Nothing today.</p>"), URL)
    assert listing.links == () and listing.note is not None and "looks like an article" in listing.note
    assert "'/x/'" in str(read_section(page(""), URL, article_pattern="/x/").note)


@pytest.mark.parametrize(
    ("body", "content_type", "message"),
    [
        (b"", None, "empty response"),
        (b"%PDF-1.7 binary", "application/pdf", r"not a web page \(application/pdf\)"),
        (b'{"html": "<b>"}', "application/json", "not a web page"),
        (b"<?xml version='1.0'?><rss version='2.0'><channel/></rss>", None, "name this address under feeds"),
        (b"<urlset><url/></urlset>", None, "name this address under sitemaps"),
    ],
)
def test_what_is_no_page_is_refused_in_words(body: bytes, content_type: str | None, message: str) -> None:
    with pytest.raises(ListingError, match=message):
        read_section(body, URL, content_type)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=150), st.integers(0, 900), st.integers(0, 900))
def test_damage_never_raises_anything_else(noise: bytes, start: int, end: int) -> None:
    whole = page('<a href="/2024/05/01/kim.html">Kim meets Putin</a><a href="?page=2">Next</a>')
    try:
        read_section(whole[:start] + noise + whole[end:], URL)
    except ListingError as refused:
        assert refused.happened


def test_old_pages_that_never_close_a_tag_are_read() -> None:
    rows = "".join(f'<font size=2><b><a href="/2017/07/25/{n:04}.html">Headline {n} of the day</a>' for n in range(300))
    assert len(read_section(page(rows), URL).links) == 300


def test_a_page_nested_without_end_ends() -> None:
    body = b'<a href="/2024/05/01/kim.html">Kim meets Putin</a>' + b"<div>" * 100_000
    assert [link.hints.title for link in read_section(body, URL).links] == ["Kim meets Putin"]
