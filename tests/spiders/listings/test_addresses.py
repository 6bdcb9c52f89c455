"""Addresses come out of listings as they are written: no damage elsewhere in the document makes one address another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spiders.listings.autodiscovery import robots_sitemaps
from spiders.listings.feeds import read_feed
from spiders.listings.html import read_page
from spiders.listings.model import Listing
from spiders.listings.sitemaps import read_sitemap

SITE = "https://example.com"
HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
SITEMAP = f'{HEAD}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">%s</urlset>'
INDEX = f'{HEAD}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">%s</sitemapindex>'
RSS = f'{HEAD}<rss version="2.0"><channel><title>A</title>%s</channel></rss>'
ATOM = f'{HEAD}<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title>%s</feed>'


@dataclass(frozen=True)
class Kind:
    """A kind of listing: its document and an entry, each with %s for what is inside, and the addresses that are read from it."""

    document: str
    entry: str
    addresses: Callable[[Listing], list[str]]
    read: Callable[[bytes, str], Listing]

    def found(self, written: str, after: str = "") -> list[str]:
        """Return the addresses of a listing with an entry, then something else, then the entry `?cat=3&amp;id=2`."""
        entries = f"{self.entry % written}{after}{self.entry % f'{SITE}/v?cat=3&amp;id=2'}"
        return self.addresses(self.read((self.document % entries).encode(), f"{SITE}/"))


def linked(listing: Listing) -> list[str]:
    return [link.url for link in listing.links]


def followed(listing: Listing) -> list[str]:
    return [follow.url for follow in listing.follow]


KINDS = {
    "sitemap": Kind(SITEMAP, "<url><loc>%s</loc></url>", linked, read_sitemap),
    "index": Kind(INDEX, "<sitemap><loc>%s</loc></sitemap>", followed, read_sitemap),
    "rss": Kind(RSS, "<item><link>%s</link></item>", linked, read_feed),
    "guids": Kind(RSS, "<item><guid>%s</guid></item>", linked, read_feed),
    "atom": Kind(ATOM, '<entry><link href="%s"/></entry>', linked, read_feed),
}
WRITTEN = [
    (f"{SITE}/v?cat=3&id=1", f"{SITE}/v?cat=3&id=1"),
    (f"{SITE}/v?cat=3&amp;id=1", f"{SITE}/v?cat=3&id=1"),
    (f"{SITE}/v?cat=3&#38;id=1", f"{SITE}/v?cat=3&id=1"),
    (f"{SITE}/v?cat=3&#X26;id=1", f"{SITE}/v?cat=3&id=1"),
    (f"{SITE}/v?cat=3&amp;amp;id=1", f"{SITE}/v?cat=3&id=1"),
    (f"{SITE}/v?a=1&copy=2&reg=3&lt=4", f"{SITE}/v?a=1&copy=2&reg=3&lt=4"),
    (f"{SITE}/s&eacute;oul?a=1&id=2", f"{SITE}/s\u00e9oul?a=1&id=2"),
    (f"{SITE}/kim&harbour?a=1", f"{SITE}/kim&harbour?a=1"),
]
IN_CDATA = [
    (f"<![CDATA[{SITE}/v?cat=3&id=1]]>", f"{SITE}/v?cat=3&id=1"),
    (f"<![CDATA[{SITE}/v?cat=3&amp;id=1]]>", f"{SITE}/v?cat=3&id=1"),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("written", "meant"), WRITTEN)
def test_an_address_is_read_as_written_and_so_is_the_next(kind: str, written: str, meant: str) -> None:
    assert KINDS[kind].found(written) == [meant, f"{SITE}/v?cat=3&id=2"]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "atom"])  # Atom has its addresses in attributes
@pytest.mark.parametrize(("written", "meant"), IN_CDATA)
def test_an_address_in_cdata_is_read_as_written_and_so_is_the_next(kind: str, written: str, meant: str) -> None:
    assert KINDS[kind].found(written) == [meant, f"{SITE}/v?cat=3&id=2"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("damage", ["<x>R&D</x>", "<x>1 < 2</x>", "<x>&nbsp;&bomb;&#0;</x>", "<x a=1>", "<b>", "\x01"])
def test_damage_between_two_addresses_changes_neither(kind: str, damage: str) -> None:
    assert KINDS[kind].found(f"{SITE}/v?cat=3&amp;id=1", damage) == [f"{SITE}/v?cat=3&id=1", f"{SITE}/v?cat=3&id=2"]


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
