"""URLs: one article, one identity, whatever the address looks like; and nothing from the web can break them."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from spiders.urls.canonical import absolute, canonicalise, check_http_url, domain, same_page_canonical, same_site, site, url_id

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
@example("http://example.com/&%41MP;x")
@example("http://example.com/#!&%61%6dp;x")
@example("http://example.com/&a\nmp;x")
def test_a_canonical_form_is_final_and_keeps_the_identity(url: str) -> None:
    once = canonicalise(url)
    assert canonicalise(once) == once
    assert url_id(once) == url_id(url)
    assert domain(once) == domain(url) and site(once) == site(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (
            " HTTPS://WWW.Example.COM:443/News/a%7eb/./x/../y?utm_source=rss&id=5&fbclid=Iw#top ",
            "https://www.example.com/News/a~b/y?id=5",
        ),
        ("http://user:secret@example.com:80", "http://example.com/"),
        ("http://127.0.0.1:8000/a/x.html", "http://127.0.0.1:8000/a/x.html"),
        ("https://пример.рф/новость", "https://xn--e1afmkfd.xn--p1ai/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D1%8C"),
        ("https://example.com//2024//05/story", "https://example.com/2024/05/story"),
        ("https://example.com/a;jsessionid=0A1B?x=1", "https://example.com/a?x=1"),
        ("https://example.com/#!/story/5", "https://example.com/#!/story/5"),
        ("https://example.com/a?b=1&amp;utm_medium=x&#038;c=2", "https://example.com/a?b=1&c=2"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("https://example.com/?20170725", "https://example.com/?20170725"),
        ("https://example.com/a?ref=rss", "https://example.com/a"),
        ("https://example.com/a?ref=48213", "https://example.com/a?ref=48213"),
        ("https://example.com/2024/05/story/amp/", "https://example.com/2024/05/story/"),
        ("https://example.com/amp/2024/story", "https://example.com/2024/story"),
        ("https://example.com/story.amp.html", "https://example.com/story.html"),
        ("https://example.com/story?outputType=amp", "https://example.com/story"),
        ("https://example.co.kr/news/articleViewAmp.html?idxno=7", "https://example.co.kr/news/articleView.html?idxno=7"),
        ("https://www-example-com.cdn.ampproject.org/c/s/www.example.com/story", "https://www.example.com/story"),
        ("https://www.google.com/url?rct=j&url=https://example.com/a%3Fid%3D9&ct=ga", "https://example.com/a?id=9"),
        (
            "https://news.google.com/rss/articles/CBMiHWh0dHBzOi8vZXhhbXBsZS5jb20vYS1zdG9yeS050gEA?oc=5",
            "https://example.com/a-story-9",
        ),
        ("https://news.google.com/articles/of-no-such-length-124", "https://news.google.com/articles/of-no-such-length-124"),
        ("mailto:desk@example.com", "mailto:desk@example.com"),
        ("http://[broken", "http://[broken"),
    ],
)
def test_canonical_forms(url: str, expected: str) -> None:
    assert canonicalise(url) == expected


@pytest.mark.parametrize("name", ["id", "p", "no", "aid", "article", "idxno", "oid", "sid", "news_id", "page", "cid", "mod"])
def test_a_parameter_that_may_name_the_article_stays(name: str) -> None:
    assert url_id(f"https://example.com/view?{name}=1") != url_id(f"https://example.com/view?{name}=2")


@pytest.mark.parametrize(
    "twin",
    [
        "http://example.com/2024/story",
        "https://www.example.com/2024/story/",
        "https://m.example.com/2024/story",
        "https://amp.example.com/2024/story/amp",
        "https://mobile.example.com/2024/story/index.html?gclid=1",
    ],
)
def test_twins_are_one_article(twin: str) -> None:
    assert url_id(twin) == url_id("https://example.com/2024/story")


@pytest.mark.parametrize(
    "other", ["https://example.com/2024/Story", "https://news.example.com/2024/story", "https://example.com:8443/2024/story"]
)
def test_other_addresses_are_other_articles(other: str) -> None:
    assert url_id(other) != url_id("https://example.com/2024/story")


def test_the_order_of_the_query_does_not_matter() -> None:
    assert url_id("https://example.com/v?b=2&a=1") == url_id("https://example.com/v?a=1&b=2")


@pytest.mark.parametrize("suffix", ["co.uk", "com"])
def test_a_mobile_prefix_is_kept_where_it_is_the_name_itself(suffix: str) -> None:
    assert url_id(f"https://m.{suffix}/a") != url_id(f"https://{suffix}/a")


@pytest.mark.parametrize(
    ("url", "expected_domain", "expected_site"),
    [
        ("https://www.news.example.co.uk/a", "news.example.co.uk", "example.co.uk"),
        ("http://127.0.0.1:8000/a", "127.0.0.1:8000", "127.0.0.1:8000"),
        ("http://localhost:80/", "localhost", "localhost"),
        ("http://[0:0:0:0:0:0:0:1]:8000/", "[::1]:8000", "[::1]:8000"),
        ("http://[0:0:0:0:0:ffff:127.0.0.1]:8000/", "[::ffff:7f00:1]:8000", "[::ffff:7f00:1]:8000"),
        ("not a url", "", ""),
    ],
)
def test_domain_and_site(url: str, expected_domain: str, expected_site: str) -> None:
    assert (domain(url), site(url)) == (expected_domain, expected_site)


def test_two_ports_of_one_address_are_two_sites_and_nonsense_is_none() -> None:
    assert same_site("https://a.example.com/", "https://b.example.com/")
    assert not same_site("http://127.0.0.1:8000/", "http://127.0.0.1:8001/")
    assert not same_site("x", "x")
    assert not same_site("https://one.github.io/", "https://two.github.io/")


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        ("https://www.example.com/2024/05/kim-meets-putin", "https://www.example.com/2024/05/kim-meets-putin"),
        ("/2024/05/kim-meets-putin?utm_source=x", "https://m.example.com/2024/05/kim-meets-putin"),
        (
            "https://www.example.com/world/kim-jong-un-meets-vladimir-putin",
            "https://www.example.com/world/kim-jong-un-meets-vladimir-putin",
        ),
        ("https://www.example.com/", None),
        ("https://www.example.com/2024/", None),
        ("https://www.example.com/world", None),
        ("https://elsewhere.example/2024/05/kim-meets-putin", None),
        ("javascript:void(0)", None),
        ("http://[", None),
        ("", None),
        (None, None),
    ],
)
def test_a_declared_canonical_counts_only_where_it_could_name_the_article(declared: str | None, expected: str | None) -> None:
    page = "https://m.example.com/2024/05/kim-meets-putin?fbclid=1"
    assert same_page_canonical(page, declared) == (expected or "https://m.example.com/2024/05/kim-meets-putin")


def test_a_declared_canonical_must_not_lose_the_number_of_the_article() -> None:
    page = "https://example.co.kr/news/articleView.html?idxno=81234"
    assert same_page_canonical(page, "https://example.co.kr/news/articleView.html") == page


@pytest.mark.parametrize(
    ("declared", "headline", "counts"),
    [
        ("/clanky/vlak-plny-knih.html", "Vlak plný knih objede pohraničí", True),
        ("/artikel/muehle-faehrt-wieder", "Mühle fährt nach Jahren wieder", True),
        ("/haber/vapur-tasindi", "Vapur taşındı", True),
        ("/cronaca/mulino-sommerso.html", "Il vecchio mulino di Porto Tolle è di nuovo sommerso dal fango", True),
        ("/c/sol-y-sal/", "Sol y sal en la bahía", True),
        ("/życie/łódź-tonie", "Łódź tonie", True),
        ("/vida-y-estilo", "El estilo y la vida de un pescador", False),  # a section whose words are there by chance
        ("/sport", "Sport pays no taxes", False),
        ("/cronaca/mulino-sommerso", "Il vecchio mulino di Porto Tolle è di nuovo sommerso dal fango", False),
        ("/world-news.html", "World news outlets meet for a week in the capital", False),
        ("/world-news", "World news outlets meet for a week in the capital", False),
        ("/2026/11", "11 ships in 2026", False),
    ],
)
def test_a_short_name_counts_where_it_says_the_headline(declared: str, headline: str, counts: bool) -> None:
    page = "https://example.com/print/1207"
    whole = f"https://example.com{declared}"
    assert (same_page_canonical(page, whole, headline) != page) is counts


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("example.com/rss", "http"),
        ("", "empty"),
        ("ftp://example.com/", "not an http"),
        ("http://", "host"),
        ("http://a b.com/", "white space"),
    ],
)
def test_a_url_of_the_watchlist_is_refused_in_words(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check_http_url(url)


def test_a_url_of_the_watchlist_is_kept_as_written() -> None:
    assert check_http_url(" https://Example.com/RSS?x=1#y\n") == "https://Example.com/RSS?x=1#y"


@pytest.mark.parametrize(
    ("link", "expected"), [("../b?x=1", "https://example.com/b?x=1"), ("#top", "https://example.com/a/c#top"), ("tel:1", None)]
)
def test_absolute(link: str, expected: str | None) -> None:
    assert absolute("https://example.com/a/c", link) == expected
