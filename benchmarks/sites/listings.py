"""Writes the listings of an outlet of the loopback site: feeds, sitemaps, section pages."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape

from benchmarks.sites.pages import Page

PER_SECTION_PAGE = 8
NAVIGATION = ("/about-us", "/contact", "/tag/politics", "/newsletter")


@dataclass(frozen=True, slots=True)
class Document:
    """One response of the site other than an article."""

    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Listed:
    """An outlet's listing: its documents by target, and the keys that its `[[source]]` in the watchlist has."""

    documents: dict[str, Document]
    source: dict[str, str | int | list[str]]


def _document(content_type: str, text: str) -> Document:
    return Document(content_type, text.encode())


def _title(page: Page) -> str:
    return page.title or page.body.strip().partition("\n")[0][:80]


def _instant(page: Page) -> datetime | None:
    """Return the time of publication, or None if the truth has only the day, because feeds write instants."""
    if not page.published or len(page.published) <= 10:
        return None
    when = datetime.fromisoformat(page.published.replace("Z", "+00:00"))
    return when if when.tzinfo else None


def rss(root: str, name: str, pages: Sequence[Page]) -> Listed:
    items = "".join(
        f"<item><title>{escape(_title(page))}</title><link>{escape(root + page.target)}</link>"
        + (f"<pubDate>{format_datetime(when)}</pubDate>" if (when := _instant(page)) else "")
        + f"<guid isPermaLink='false'>{escape(page.id)}</guid></item>\n"
        for page in pages
    )
    feed = f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>{name}</title><link>{root}/</link><description>All news</description>
{items}</channel></rss>"""
    return Listed({"/rss.xml": _document("application/rss+xml; charset=utf-8", feed)}, {"feeds": [f"{root}/rss.xml"]})


def atom(root: str, name: str, pages: Sequence[Page]) -> Listed:
    entries = "".join(
        f"<entry><title>{escape(_title(page))}</title><id>urn:x-page:{escape(page.id)}</id>"
        f'<link rel="alternate" type="text/html" href="{escape(root + page.target)}"/>'
        f"<updated>{(_instant(page) or datetime(2025, 1, 1, tzinfo=UTC)).isoformat()}</updated></entry>\n"
        for page in pages
    )
    feed = f"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>{name}</title><id>{root}/</id><updated>2025-07-01T00:00:00Z</updated>
{entries}</feed>"""
    return Listed({"/atom.xml": _document("application/atom+xml; charset=utf-8", feed)}, {"feeds": [f"{root}/atom.xml"]})


def json_feed(root: str, name: str, pages: Sequence[Page]) -> Listed:
    items: list[dict[str, str]] = []
    for page in pages:
        item = {"id": page.id, "url": root + page.target, "title": _title(page)}
        if when := _instant(page):
            item["date_published"] = when.isoformat()
        items.append(item)
    feed = json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": name, "home_page_url": root, "items": items})
    return Listed({"/feed.json": _document("application/feed+json", feed)}, {"feeds": [f"{root}/feed.json"]})


def sitemap(root: str, name: str, pages: Sequence[Page]) -> Listed:
    """Return an index of two sitemaps."""
    del name
    documents: dict[str, Document] = {}
    for number, part in enumerate((pages[::2], pages[1::2]), 1):
        urls = "".join(f"<url><loc>{escape(root + page.target)}</loc></url>\n" for page in part)
        documents[f"/sitemap-{number}.xml"] = _document(
            "application/xml",
            f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}</urlset>',
        )
    parts = "".join(f"<sitemap><loc>{root}{target}</loc></sitemap>\n" for target in documents)
    documents["/sitemap.xml"] = _document(
        "application/xml",
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{parts}</sitemapindex>',
    )
    return Listed(documents, {"sitemaps": [f"{root}/sitemap.xml"]})


def news_sitemap(root: str, name: str, pages: Sequence[Page]) -> Listed:
    urls = "".join(
        f"<url><loc>{escape(root + page.target)}</loc><news:news><news:publication><news:name>{name}</news:name>"
        f"<news:language>{page.language or 'en'}</news:language></news:publication>"
        + (f"<news:publication_date>{page.published}</news:publication_date>" if page.published else "")
        + f"<news:title>{escape(_title(page))}</news:title></news:news></url>\n"
        for page in pages
    )
    text = f"""<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
{urls}</urlset>"""
    return Listed({"/news-sitemap.xml": _document("text/xml; charset=utf-8", text)}, {"sitemaps": [f"{root}/news-sitemap.xml"]})


def section(root: str, name: str, pages: Sequence[Page]) -> Listed:
    """Return section pages that link every article twice (picture and headline), with navigation and a next page."""
    chunks = [pages[i : i + PER_SECTION_PAGE] for i in range(0, len(pages), PER_SECTION_PAGE)]
    documents: dict[str, Document] = {}
    for number, chunk in enumerate(chunks, 1):
        cards = "".join(
            f'<article><a href="{escape(page.target)}"><img src="/thumb.jpg" alt=""></a>'
            f'<h3><a href="{escape(page.target)}">{escape(_title(page))}</a></h3></article>\n'
            for page in chunk
        )
        following = f'<a rel="next" href="/latest?page={number + 1}">Next</a>' if number < len(chunks) else ""
        menu = "".join(f'<a href="{target}">{target.rpartition("/")[2].title()}</a> ' for target in NAVIGATION)
        documents["/latest" + (f"?page={number}" if number > 1 else "")] = _document(
            "text/html; charset=utf-8",
            f"<!doctype html><html><head><title>Latest news | {name}</title></head><body><nav>{menu}</nav>\n"
            "<main><h1>Latest news</h1>\n"
            f'{cards}</main><div class="pagination">{following}</div><footer>{menu}</footer></body></html>',
        )
    for target in NAVIGATION:
        documents[target] = _document(
            "text/html; charset=utf-8",
            f"<!doctype html><html><head><title>{name}</title></head><body><p>{target}</p></body></html>",
        )
    return Listed(documents, {"sections": [f"{root}/latest"], "section_pages": len(chunks)})


def home(root: str, name: str, pages: Sequence[Page]) -> Listed:
    """Return a home page, the only address on the watchlist, whose <head> names a feed."""
    feed = rss(root, name, pages).documents
    page = (
        f"<!doctype html><html><head><title>{name}</title>"
        '<link rel="alternate" type="application/rss+xml" href="/rss.xml"></head>'
        "<body><h1>Welcome</h1></body></html>"
    )
    return Listed({**feed, "/": _document("text/html; charset=utf-8", page)}, {"url": f"{root}/"})


KINDS: dict[str, Callable[[str, str, Sequence[Page]], Listed]] = {
    "rss": rss,
    "atom": atom,
    "json-feed": json_feed,
    "sitemap": sitemap,
    "news-sitemap": news_sitemap,
    "section": section,
    "home": home,
}
