"""Page numbers in addresses: is this address page N of that one?"""

from __future__ import annotations

import pytest

from spiders.urls.pagination import page_of

SITE = "https://x.example"
PAGES = [
    ("/news/coal-1600", "/news/coal-1600?page=2", 2),
    ("/news/coal-1600?lang=en", "/news/coal-1600?lang=en&page=12", 12),
    ("/view.php?no=123", "/view.php?no=123&p=3", 3),
    ("/view.php?no=123", "/view.php?pageNo=3&no=123", 3),
    ("/a/story.html", "/a/story-2.html", 2),
    ("/a/story_1.html", "/a/story_2.html", 2),
    ("/content_123456.htm", "/content_123456_4.htm", 4),
    ("/politik/kohle", "/politik/kohle,seite-2", 2),
    ("/politik/kohle", "/politik/kohle/seite-3", 3),
    ("/politica/carbone/", "/politica/carbone/pagina-2/", 2),
    ("/2026/02/coal-for-nobody/", "/2026/02/coal-for-nobody/2/", 2),
    ("/2026/02/coal-for-nobody/", "/2026/02/coal-for-nobody/page/2/", 2),
    ("/coal.html", "/coal.html/2", 2),
    ("/coal.html", "/coal.p2.html", 2),
    ("/coal", "/coal;page=2", 2),
    ("/%EC%84%9D%ED%83%84/", "/%EC%84%9D%ED%83%84/2/", 2),
    ("/articles/0217/p1.html", "/articles/0217/p2.html", 2),
    ("/c/2025/1018/8821.html", "/c/2025/1018/8821-2.html", 2),
    ("/n/882/", "/n/882/3/", 3),
    ("/a/story-01.html", "/a/story-02.html", 2),
]
OTHERS = [
    ("/view.php?id=1", "/view.php?id=2"),  # the next article
    ("/news/coal-1600", "/news/coal-1601"),
    ("/news/coal-1600", "/news/coal-1600?cpage=2"),  # pages of comments
    ("/news/coal-1600/", "/news/coal-1600/comment-page-2/"),
    ("/news/coal-1600", "/news/coal-1600?photo=2"),  # a gallery
    ("/2026", "/2026/02"),  # a month
    ("/news/2026-02", "/news/2026-02-03"),
    ("/2025/1018.html", "/2025/1018-2.html"),  # stories of a day
    ("/2025/1018/", "/2025/1018/2/"),
    ("/coal", "/coal-2026"),
    ("/coal", "/coal"),
    ("/coal", "/timber?page=2"),
    ("/coal?page=2", "/coal?page=3"),  # of the same article, which is at neither
]


@pytest.mark.parametrize(("first", "url", "number"), PAGES)
def test_the_page_of_an_article_is_known_by_its_number(first: str, url: str, number: int) -> None:
    found = page_of(SITE + url, SITE + first)
    assert found and found[0] == number


@pytest.mark.parametrize(("first", "url"), OTHERS)
def test_other_addresses_with_numbers_are_no_pages_of_an_article(first: str, url: str) -> None:
    assert page_of(SITE + url, SITE + first) is None
