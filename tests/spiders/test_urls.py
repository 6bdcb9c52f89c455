"""URLs: one article, one identity, whatever the address looks like; and nothing from the web can break them."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from spiders.urls import absolute, canonicalise, check_http_url, domain, same_page_canonical, same_site, site, url_id

# Pieces that rules look at, put together in ways nobody writes.
PIECES = [
    *(
        "http://",
        "https://",
        "HTTP:\\\\",
        "www.",
        "m.",
        "amp.",
        "mobile.",
        "example.com",
        "EXAMPLE.co.kr",
        "пример.рф",
        "[::1]",
        "127.0.0.1",
    ),
    *(
        ":80",
        ":443",
        ":8000",
        ":x",
        "user:pw@",
        "www.google.com",
        "a-b.cdn.ampproject.org",
        "/url?url=",
        "/c/s/",
        "/%63/s/",
        "/amp/s/",
    ),
    *(
        "/",
        "//",
        "/./",
        "/../",
        "/..",
        "\\",
        "/a",
        "/amp",
        ".amp",
        ".html",
        "/articleView",
        "Amp.html",
        "/index.html",
        "%",
        "%41",
        "%2e",
        "%2f",
    ),
    *(
        "%E3%81%82",
        "뉴스",
        "?",
        "&",
        "=",
        "&amp;",
        "amp;",
        "%61mp;",
        "&#038;",
        "#",
        "#!",
        "!",
        "utm_source=x",
        "id=1",
        "ref=rss",
        ";jsessionid=1",
    ),
    *(".;jsessionid=1", "/(S(abc))", " ", "\t", "\n", "\u00a0", "\ud800", "\x00", ":", "ß", "。", "https%3A%2F%2Fb.example%2F"),
]
messy_urls = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
    st.lists(st.sampled_from(PIECES), max_size=14).map(lambda pieces: "http://example.com/" + "".join(pieces)),
    st.text(alphabet=string.printable, max_size=40).map(lambda tail: "https://example.com/" + tail),
)


@settings(max_examples=1500, deadline=None)
@given(messy_urls)
@example("https://a.cdn.ampproject.org/c/%73/example.com/x")
@example("https://a.cdn.ampproject.org/amp/c/s/example.com/x")
@example("http://example.com/..;jsessionid=1/x")
@example("http://example.com/?utm_a=1&amp;amp;b=1")
def test_a_canonical_form_is_final_and_keeps_the_identity(url: str) -> None:
    once = canonicalise(url)
    assert canonicalise(once) == once
    assert url_id(once) == url_id(url)
    assert domain(once) == domain(url) and site(once) == site(url)
