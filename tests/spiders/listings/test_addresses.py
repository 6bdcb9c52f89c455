"""Addresses come out of listings as they are written: no damage elsewhere in the document makes one address another."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spiders.listings.autodiscovery import robots_sitemaps
from spiders.listings.feeds import read_feed
from spiders.listings.html import read_page
from spiders.listings.sitemaps import read_sitemap

SITE = "https://example.com"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
SITEMAP = f'{HEAD}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">%s</urlset>'
INDEX = f'{HEAD}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">%s</sitemapindex>'
RSS = f'{HEAD}<rss version="2.0"><channel><title>A</title>%s</channel></rss>'
ATOM = f'{HEAD}<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title>%s</feed>'


def in_sitemap(entry: str, after: str = "") -> list[str]:
    text = SITEMAP % f"<url><loc>{entry}</loc></url>{after}<url><loc>{SITE}/v?cat=3&amp;id=2</loc></url>"
    return [link.url for link in read_sitemap(text.encode(), f"{SITE}/").links]


def in_index(entry: str, after: str = "") -> list[str]:
    text = INDEX % f"<sitemap><loc>{entry}</loc></sitemap>{after}<sitemap><loc>{SITE}/v?cat=3&amp;id=2</loc></sitemap>"
    return [follow.url for follow in read_sitemap(text.encode(), f"{SITE}/").follow]


def in_rss(entry: str, after: str = "") -> list[str]:
    text = RSS % f"<item><link>{entry}</link></item>{after}<item><link>{SITE}/v?cat=3&amp;id=2</link></item>"
    return [link.url for link in read_feed(text.encode(), f"{SITE}/").links]


def in_guids(entry: str, after: str = "") -> list[str]:
    text = RSS % f"<item><guid>{entry}</guid></item>{after}<item><guid>{SITE}/v?cat=3&amp;id=2</guid></item>"
    return [link.url for link in read_feed(text.encode(), f"{SITE}/").links]


def in_atom(entry: str, after: str = "") -> list[str]:
    if entry.startswith("<!"):
        pytest.skip("an attribute holds no CDATA")
    text = ATOM % f'<entry><link href="{entry}"/></entry>{after}<entry><link href="{SITE}/v?cat=3&amp;id=2"/></entry>'
    return [link.url for link in read_feed(text.encode(), f"{SITE}/").links]


KINDS = [in_sitemap, in_index, in_rss, in_guids, in_atom]
WRITTEN = [
    (f"{SITE}/v?cat=3&id=1", f"{SITE}/v?cat=3&id=1"),
    (f"{SITE}/v?cat=3&amp;id=1", f"{SITE}/v?cat=3&id=1"),
    (f"{SITE}/v?cat=3&#38;id=1", f"{SITE}/v?cat=3&id=1"),
    (f"{SITE}/v?cat=3&#X26;id=1", f"{SITE}/v?cat=3&id=1"),
    (f"{SITE}/v?cat=3&amp;amp;id=1", f"{SITE}/v?cat=3&id=1"),
    (f"<![CDATA[{SITE}/v?cat=3&id=1]]>", f"{SITE}/v?cat=3&id=1"),
    (f"<![CDATA[{SITE}/v?cat=3&amp;id=1]]>", f"{SITE}/v?cat=3&id=1"),
    (f"{SITE}/v?a=1&copy=2&reg=3&lt=4", f"{SITE}/v?a=1&copy=2&reg=3&lt=4"),
    (f"{SITE}/s&eacute;oul?a=1&id=2", f"{SITE}/s\u00e9oul?a=1&id=2"),
    (f"{SITE}/kim&harbour?a=1", f"{SITE}/kim&harbour?a=1"),
]


@pytest.mark.parametrize("read", KINDS)
@pytest.mark.parametrize(("written", "meant"), WRITTEN)
def test_an_address_is_read_as_written_and_so_is_the_next(read: Callable[..., list[str]], written: str, meant: str) -> None:
    assert read(written) == [meant, f"{SITE}/v?cat=3&id=2"]


@pytest.mark.parametrize("read", KINDS)
@pytest.mark.parametrize("damage", ["<x>R&D</x>", "<x>1 < 2</x>", "<x>&nbsp;&bomb;&#0;</x>", "<x a=1>", "<b>", "\x01"])
def test_damage_between_two_addresses_changes_neither(read: Callable[..., list[str]], damage: str) -> None:
    assert read(f"{SITE}/v?cat=3&amp;id=1", damage) == [f"{SITE}/v?cat=3&id=1", f"{SITE}/v?cat=3&id=2"]


def test_damage_inside_an_entry_of_a_sitemap_costs_that_entry_alone() -> None:
    first = f"<url a=1><loc>{SITE}/1</loc></url><url><loc>{SITE}/2</loc><t>1 < 2</url>"
    last = f"<url><x></loc></url><url><loc>{SITE}/4</loc></url>"
    listing = read_sitemap((SITEMAP % (first + last)).encode(), f"{SITE}/")
    assert [link.url for link in listing.links] == [f"{SITE}/1", f"{SITE}/2", f"{SITE}/4"]
    assert listing.note and "not well-formed" in listing.note


def test_a_picture_s_address_is_no_other_either() -> None:
    image = f"<image:image><image:loc>{SITE}/i?a=1&w=2&amp;h=3</image:loc></image:image>"
    (link,) = read_sitemap((SITEMAP % f"<url><loc>{SITE}/1</loc>{image}</url>").encode(), f"{SITE}/").links
    assert link.hints.image_url == f"{SITE}/i?a=1&w=2&h=3"


def test_a_sitemap_in_two_bytes_a_character_is_read_the_same() -> None:
    entries = f"<url><loc>{SITE}/v?a=1&id=1</loc></url><url><loc>{SITE}/v?a=1&amp;id=2</loc></url>"
    text = (SITEMAP % entries).replace("UTF-8", "UTF-16")
    assert [link.url for link in read_sitemap(text.encode("utf-16"), SITE).links] == [f"{SITE}/v?a=1&id=1", f"{SITE}/v?a=1&id=2"]


def test_a_sitemap_that_only_says_so_is_read_as_what_it_is() -> None:
    text = (SITEMAP % f"<url><loc>{SITE}/v?a=1&id=1</loc></url>").replace("UTF-8", "utf-16")
    assert [link.url for link in read_sitemap(text.encode(), SITE).links] == [f"{SITE}/v?a=1&id=1"]


def test_robots_txt_names_its_sitemaps_as_listings_do() -> None:
    found = robots_sitemaps("Sitemap: https://example.com/map.php?a=1&amp;b=2\nSitemap: /m?a=1&copy=2", SITE)
    assert [follow.url for follow in found] == [f"{SITE}/map.php?a=1&b=2", f"{SITE}/m?a=1&copy=2"]


def test_a_page_s_links_are_read_as_browsers_read_them() -> None:
    written = {
        "/v?a=1&copy=2": "/v?a=1&copy=2",
        "/v?a=1&lang=ko&region=x&not=1&para=3&times=4": "/v?a=1&lang=ko&region=x&not=1&para=3&times=4",
        "/v?a=1&amp;copy=2": "/v?a=1&copy=2",
        "/v?a=1&notit;b=2": "/v?a=1&notit;b=2",
        "/v?a=1&eacute;": "/v?a=1\u00e9",
    }
    page = "".join(f'<a href="{href}">A tanker has left the harbour</a>' for href in written)
    anchors = read_page(f"<html><body>{page}</body></html>".encode(), SITE, "text/html; charset=utf-8").anchors
    assert [anchor.url for anchor in anchors] == [f"{SITE}{meant}" for meant in written.values()]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["&", "&amp;", "<", ">", "&copy", "&nbsp;", "]]>", "<b>", "</b>", "<url>", "a", '"', "&#1;"])))
def test_whatever_stands_in_a_title_the_addresses_stay(parts: list[str]) -> None:
    title = "".join(parts)
    urls = [f"{SITE}/v?cat=3&id={number}" for number in range(4)]
    entries = "".join(f"<url><loc>{url.replace('&', '&amp;')}</loc><t>{title}</t></url>" for url in urls)
    listing = read_sitemap((SITEMAP % entries).encode(), f"{SITE}/")
    assert [link.url for link in listing.links] == urls
