"""Answers that are made to keep a reader busy, and an outlet that lists them."""

from __future__ import annotations

import gzip

from newslake.testing import Answer, Site

WORDS = (
    "North Korea and Russia signed a trade agreement on oil shipments in Vladivostok on Monday, officials said. The deal covers "
    "diesel, coal and freight across the border near Khasan, and analysts in Seoul doubt that the sanctions allow it."
)


def attributes(count: int) -> bytes:
    """Return a page of one element with so many attributes: parsers compare each with all others."""
    words = b"<article><p>" + WORDS.encode() + b"</p></article>"
    head = b"<!doctype html><html><head><title>North Korea, Russia</title></head><body><p "
    return head + b" ".join(b"a%d=b" % number for number in range(count)) + b"></p>" + words + b"</body></html>"


def story(number: int) -> bytes:
    """Return an article on the topic of the benchmark."""
    text = "".join(f"<p>{WORDS} Ship number {number} of convoy {part} left the port at night.</p>" for part in range(3))
    own = " ".join(f"word{number}x{part}" for part in range(20))
    head = f"<title>Story number {number} of the tankers</title>"
    return f"<!doctype html><html><head>{head}</head><body><article>{text}<p>{own}</p></article></body></html>".encode()


def outlet(site: Site, stories: int) -> None:
    """Make an outlet of a feed and so many articles."""
    paths = [f"/news/a-long-story-number-{number}" for number in range(stories)]
    for number, path in enumerate(paths):
        site.routes[path] = Answer(story(number))
    site.feed("/feed", *paths)


def bombs(site: Site) -> str:
    """Make an outlet of listings and pages that no parser survives; return its table of the watchlist."""
    packed = {"Content-Type": "text/html", "Content-Encoding": "gzip"}
    pages = [f"/news/a-heavy-story-number-{number}" for number in range(6)]
    for number, path in enumerate(pages):
        body = attributes(300_000) if number % 2 else b"<html><body>" + b"<b><i>" * 240_000 + WORDS.encode()
        site.routes[path] = Answer(gzip.compress(body), headers=packed)
    xml = {"Content-Type": "application/xml"}
    entries = "".join(f"<item><title>{path}</title><link>{site.url}{path}</link></item>" for path in pages)
    site.routes["/feed"] = Answer(f"<rss version='2.0'><channel>{entries}</channel></rss>".encode(), headers=xml)
    site.routes["/home"] = Answer(attributes(200_000))
    site.routes["/nested"] = Answer(b"<html><body>" + b"<div><a href='/x'>" * 200_000)
    site.routes["/names.xml"] = Answer(
        b"<rss " + b" ".join(b"xmlns:a%d='b'" % n for n in range(200_000)) + b"></rss>", headers=xml
    )
    site.routes["/items.xml"] = Answer(b"<rss version='2.0'><channel>" + b"<item>" * 1_500_000, headers=xml)
    site.routes["/sitemap.xml"] = Answer(b"<urlset>" + b"<url>" * 4_000_000, headers=xml)
    feeds = ", ".join(f'"{site.url}{path}"' for path in ("/feed", "/names.xml", "/items.xml"))
    sections = ", ".join(f'"{site.url}{path}"' for path in ("/home", "/nested"))
    return f'name = "bombs"\nfeeds = [{feeds}]\nsections = [{sections}]\nsitemaps = ["{site.url}/sitemap.xml"]\n'


def sitemaps(site: Site, addresses: int, in_each: int = 50_000) -> str:
    """Make an outlet whose sitemaps name so many addresses; return its table of the watchlist."""
    xml = {"Content-Type": "application/xml"}
    parts = range(0, addresses, in_each)
    index = "".join(f"<sitemap><loc>{site.url}/part/{part}.xml</loc></sitemap>" for part in parts)
    site.routes["/index.xml"] = Answer(f"<?xml version='1.0'?><sitemapindex>{index}</sitemapindex>".encode(), headers=xml)
    for part in parts:
        urls = "".join(f"<url><loc>{site.url}/n/story-of-the-day-{number}</loc></url>" for number in range(part, part + in_each))
        site.routes[f"/part/{part}.xml"] = Answer(f"<?xml version='1.0'?><urlset>{urls}</urlset>".encode(), headers=xml)
    return f'name = "many"\nsitemaps = ["{site.url}/index.xml"]\nmax_articles = 2\n'
