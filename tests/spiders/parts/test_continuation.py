"""What a page says about the other pages of its article, and what only looks like that."""

from __future__ import annotations

import time

import pytest

from spiders.parts.candidates import may_name_pages
from spiders.parts.continuation import find_paging

SITE = "https://x.example"
PROSE = "<p>" + "The harbour office counted the lorries of this morning once more and wrote that down. " * 6 + "</p>"


def paging(own: str, body: str = "", head: str = "", prose: str = PROSE) -> tuple[str, int, list[int]] | None:
    """The path of the first page, the number of this one, and those of the others."""
    page = f"<html><head><title>Coal</title>{head}</head><body><article><h1>Coal</h1>{prose}{body}</article></body></html>"
    found = find_paging(SITE + own, page.encode())
    return found and (found.first.removeprefix(SITE), found.number, [other.number for other in found.others])


PAGERS = [
    # numbers, words in several languages, head only, data elsewhere
    ("/coal-1600/", '<b>1</b> <a href="/coal-1600/2/">2</a> <a href="/coal-1600/3/">3</a>', "", ("/coal-1600/", 1, [2, 3])),
    ("/coal-1600/2/", '<a href="/coal-1600/">1</a> <b>2</b> <a href="/coal-1600/3/">3</a>', "", ("/coal-1600/", 2, [1, 3])),
    ("/view?no=12345", '<a href="?no=12345&amp;page=2">다음</a>', "", ("/view?no=12345", 1, [2])),
    ("/content_12345.htm", '<a href="content_12345_2.htm">下一页</a>', "", ("/content_12345.htm", 1, [2])),
    ("/a/123456/", '<a href="2.html">次へ</a> <a href="/a/123456/2/">2</a>', "", ("/a/123456/", 1, [2])),
    ("/coal-1600.html", "", '<link rel="next" href="/coal-1600-2.html">', ("/coal-1600.html", 1, [2])),
    ("/coal-1600?page=2", '<a href="/coal-1600">1</a> <b>2</b>', "", ("/coal-1600", 2, [1])),
    ("/coal/seite-2", "", '<link rel="canonical" href="/coal">', ("/coal", 2, [1])),
    ("/coal?page=1", '<a href="/coal?page=2">2</a>', "", ("/coal", 1, [2])),
    ("/coal", '<a href="/coal/page-2">Page 2: What the crew of the second ship had to say of it all</a>', "", ("/coal", 1, [2])),
    ("/top-10", '<a href="/top-10?page=2">2</a>', "", ("/top-10", 1, [2])),
    ("/coal.html", '<a href="coal-2.html">next</a>', '<base href="https://x.example/">', ("/coal.html", 1, [2])),
]
# Drupal and others count from zero in addresses, and from one for readers.
FROM_ZERO = [
    ("/coal", '<a href="?page=0">1</a> <a href="?page=1">2</a> <a href="?page=2">3</a>', ("/coal", 1, [2, 3])),
    ("/coal", '<b>1</b> <a href="?page=1"><span>Page </span>2</a>', ("/coal", 1, [2])),
    ("/coal?page=0", '<a href="?page=0">1</a> <a href="?page=1">2</a>', ("/coal", 1, [2])),
    ("/coal?page=1", '<a href="?page=0">1</a> <b>2</b> <a href="?page=2">3</a>', ("/coal", 2, [1, 3])),
    ("/coal?page=1", '<a rel="prev" href="/coal">zurück</a> <a href="/coal">1</a> <b>2</b>', ("/coal", 2, [1])),
    ("/coal?page=2", '<a href="/coal">1</a> <a href="/coal?page=1">2</a> <b>3</b>', ("/coal", 3, [1, 2])),
    ("/coal?page=0%2C1", '<a href="/coal">1</a> <a href="/coal?page=0%2C2">3</a>', ("/coal", 2, [1, 3])),
    ("/coal?id=7&page=1", '<a href="/coal?id=7&amp;page=0">1</a>', ("/coal?id=7", 2, [1])),
]
NO_PAGERS = [
    ("/coal.html", '<div id="comments"><a href="?page=2">2</a></div>', ""),  # pages of comments
    ("/coal.html", '<div class="photo-gallery"><a href="/coal.html?page=2">2</a></div>', ""),
    ("/coal.html", '<aside class="related"><a href="/coal-2.html">2</a></aside>', ""),
    ("/coal.html", '<a rel="next" href="/timber.html">Next</a>', '<link rel="next" href="/timber.html">'),  # the next story
    ("/coal", '<a href="/coal-2">Coal again: the second ship leaves without its captain</a>', ""),
    ("/coal", '<a href="https://elsewhere.example/coal?page=2">2</a>', ""),
    ("/coal?page=3", "", ""),  # nothing on the page says so
    ("/", '<a href="/?page=2">2</a>', ""),
]


@pytest.mark.parametrize(("own", "body", "head", "expected"), PAGERS)
def test_the_pages_of_an_article_are_found(own: str, body: str, head: str, expected: tuple[str, int, list[int]]) -> None:
    assert paging(own, body, head) == expected


@pytest.mark.parametrize(("own", "body", "expected"), FROM_ZERO)
@pytest.mark.parametrize("head", ["", '<link rel="canonical" href="/coal">'])
def test_what_readers_see_says_whether_addresses_count_from_zero(
    own: str, body: str, head: str, expected: tuple[str, int, list[int]]
) -> None:
    assert paging(own, body, "" if "id=7" in own else head) == expected


@pytest.mark.parametrize(("own", "body", "head"), NO_PAGERS)
def test_other_series_are_not(own: str, body: str, head: str) -> None:
    assert paging(own, body, head) is None


def test_a_list_with_pages_of_its_own_is_no_article() -> None:
    links = "".join(f'<li><a href="/news/{n}">Headline {n} of the day about coal and timber</a></li>' for n in range(40))
    assert paging("/world", f'<ul>{links}</ul><a href="/world?page=2">2</a>', prose="") is None


@pytest.mark.parametrize("declared", ["https://other.example/coal", "/the-story-of-coal", "/coal?from=feed"])
def test_a_page_without_pager_is_not_parsed_whatever_address_it_declares(declared: str) -> None:
    page = f'<head><link rel="canonical" href="{declared}"></head><a href="/timber">Timber</a>{PROSE}'.encode()
    assert not may_name_pages(f"{SITE}/coal", page)


@pytest.mark.parametrize(
    ("at", "own", "link"),
    [
        ("/coal/", None, '<a href="2.html">2</a>'),
        ("/coal/", None, "<a href='2'>2</a>"),
        ("/coal/index.html", None, '<a href="/coal/seite-2.html">next page</a>'),
        ("/coal/index.html", None, '<a href="/coal/page/2/">Page 2</a>'),
        ("/coal-p2.html", "/coal.html", ""),  # the page says of which it is a further one, where only cleaning reads it
        ("/coal/2", "/coal", ""),
    ],
)
def test_no_page_with_further_ones_is_passed_over(at: str, own: str | None, link: str) -> None:
    page = f"<html><head><title>Coal</title></head><body><h1>Coal</h1>{PROSE}<p>{link}</p></body></html>".encode()
    assert find_paging(f"{SITE}{at}", page, own and f"{SITE}{own}") is not None


def test_a_hostile_page_is_read_in_linear_time() -> None:
    for piece in ('href="=1&=1&=1&', "href==1&", '<a href="/coal/2/">2</a>', "<base", 'canonical <link href="'):
        page = f"<html><body>{PROSE}{piece * (2_000_000 // len(piece))}".encode()
        started = time.process_time()
        find_paging(f"{SITE}/coal/", page)
        assert time.process_time() - started < 5, piece[:20]
