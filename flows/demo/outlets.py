"""The five outlets: each turns its articles into every page, feed and sitemap it serves, in a format of its own."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from flows.demo.articles import SampleArticle

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters |= {"iso": datetime.isoformat, "rfc822": format_datetime}

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Reply:
    """The response for a path. A listing has an ETag, so that an unchanged one is answered with 304."""

    body: bytes = b""
    content_type: str = HTML
    status: int = 200
    location: str | None = None
    listing: bool = False


Pages = dict[str, Reply]  # by path, query included


@dataclass(frozen=True, slots=True)
class Outlet:
    """One outlet. `path` gives the path of an article; `pages` builds the whole site of one edition."""

    name: str
    title: str
    timezone: str
    language: str
    path: Callable[[SampleArticle], str]
    pages: Callable[[Outlet, str, list[SampleArticle], int], Pages]
    watch: str  # its lines in the watchlist; {site} is its address

    def local(self, moment: datetime) -> datetime:
        return moment.astimezone(ZoneInfo(self.timezone))

    def url(self, site: str, article: SampleArticle) -> str:
        return site + self.path(article)


def _render(template: str, **values: object) -> str:
    return _templates.get_template(template).render(**values)


def _robots(lines: str) -> Reply:
    return Reply(lines.encode(), "text/plain; charset=utf-8")


_ONLINE = datetime(1999, 1, 1, tzinfo=UTC)


def _number(article: SampleArticle) -> int:
    """Number an article, for outlets that do: the minutes from their first day online to its publication."""
    return int((article.published - _ONLINE) / timedelta(minutes=1))


# --- The Harbor Ledger: an RSS feed with tracked links, JSON-LD pages with AMP twins, and much that is no article ---


def _ledger_pages(outlet: Outlet, site: str, articles: list[SampleArticle], edition: int) -> Pages:
    links = []
    by_slug = {article.slug: outlet.url(site, article) for article in articles}
    twins = {
        "tanker-rajin-diesel": "{url}?fbclid=IwAR0sample&utm_source=social",
        "coal-trains-khasan": "{url}/amp?utm_source=rss",
        "customs-figures-gap": "{site}/go/4711",
    }
    for article in articles:
        url = by_slug[article.slug]
        links.append((article, f"{url}?utm_source=rss&utm_medium=feed&utm_campaign=edition{edition}"))
        if twin := twins.get(article.slug):
            links.append((article, twin.format(site=site, url=url)))
    pages = {
        "/robots.txt": _robots("User-agent: *\nDisallow: /subscribers/\n"),
        "/": Reply(_render("ledger/front.html", outlet=outlet, site=site, articles=articles, heading="Front page").encode()),
        "/world/": Reply(_render("ledger/front.html", outlet=outlet, site=site, articles=articles, heading="World").encode()),
        "/video/harbour-live": Reply(_render("ledger/video.html", outlet=outlet, site=site).encode()),
        "/subscribers/briefing": Reply(b"<p>Only people who ignore robots.txt read this.</p>"),
        "/files/port-statistics.pdf": Reply(_pdf("Port statistics"), "application/pdf"),
        "/go/4711": Reply(status=301, location=by_slug["customs-figures-gap"]),
        "/rss.xml": Reply(
            _render("ledger/rss.xml", outlet=outlet, site=site, links=links).encode(),
            "application/rss+xml; charset=utf-8",
            listing=True,
        ),
    }
    for article in articles:
        url = outlet.url(site, article)
        data = _news_article(outlet, site, url, article)
        for path, template in ((outlet.path(article), "ledger/article.html"), (f"{outlet.path(article)}/amp", "ledger/amp.html")):
            page = _render(template, outlet=outlet, site=site, url=url, article=article, data=data, edition=edition)
            pages[path] = Reply(page.encode())
    return pages


def _news_article(outlet: Outlet, site: str, url: str, article: SampleArticle) -> dict[str, object]:
    """Return the JSON-LD of a schema.org NewsArticle."""
    data: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": {"@type": "WebPage", "@id": url},
        "headline": article.title,
        "description": article.description,
        "datePublished": outlet.local(article.published).isoformat(),
        "dateModified": outlet.local(article.modified or article.published).isoformat(),
        "author": [{"@type": "Person", "name": name} for name in article.authors],
        "publisher": {"@type": "NewsMediaOrganization", "name": outlet.title},
        "image": [f"{site}/images/{article.slug}.jpg"],
        "articleSection": article.section,
        "keywords": list(article.tags),
        "inLanguage": article.language,
        "isAccessibleForFree": not article.paywalled,
    }
    if article.paywalled:
        data["hasPart"] = {"@type": "WebPageElement", "isAccessibleForFree": False, "cssSelector": ".members"}
    return data


# --- Meridian Dispatch: a sitemap index, its news sitemap and a gzipped archive; OpenGraph and meta tags ---

_ARCHIVED = timedelta(days=10)


def _meridian_pages(outlet: Outlet, site: str, articles: list[SampleArticle], edition: int) -> Pages:
    newest = articles[0].published
    news = [article for article in articles if newest - article.published < _ARCHIVED]
    archive = [article for article in articles if article not in news]
    values = {"outlet": outlet, "site": site, "edition": edition, "updated": newest}

    def sitemap(template: str, articles: list[SampleArticle]) -> bytes:
        return _render(template, articles=articles, **values).encode()

    xml = "application/xml; charset=utf-8"
    pages = {
        "/robots.txt": _robots(f"User-agent: *\nAllow: /\nSitemap: {site}/sitemap.xml\n"),
        "/": Reply(_render("meridian/front.html", articles=news, **values).encode()),
        "/sitemap.xml": Reply(sitemap("meridian/index.xml", []), xml, listing=True),
        "/sitemap-news.xml": Reply(sitemap("meridian/news.xml", news), xml, listing=True),
        "/sitemap-archive.xml.gz": Reply(
            gzip.compress(sitemap("meridian/archive.xml", archive), mtime=0), "application/gzip", listing=True
        ),
    }
    for article in articles:
        page = _render("meridian/article.html", article=article, url=outlet.url(site, article), **values)
        pages[outlet.path(article)] = Reply(page.encode())
    return pages


# --- Eastgate Herald: listing pages and nested tables of the 2000s, in windows-1252, without metadata ---

_PER_PAGE = 5


def _eastgate_path(article: SampleArticle) -> str:
    day = article.published.astimezone(ZoneInfo("Asia/Seoul"))
    return f"/news/{day:%Y/%m/%d}/{day:%Y%m%d}{_number(article)}.html"


def _eastgate_pages(outlet: Outlet, site: str, articles: list[SampleArticle], edition: int) -> Pages:
    def page(template: str, **values: object) -> Reply:
        text = _render(template, outlet=outlet, site=site, visitors=48_213 + 977 * edition, **values)
        return Reply(text.encode("cp1252", "xmlcharrefreplace"), "text/html")

    count = -(-len(articles) // _PER_PAGE)
    pages = {
        "/robots.txt": Reply(b"<html><body>No such page</body></html>", status=404),
        "/about.html": page("eastgate/about.html"),
    }
    for number in range(1, count + 1):
        shown = articles[(number - 1) * _PER_PAGE : number * _PER_PAGE]
        listing = page("eastgate/list.html", articles=shown, number=number, count=count)
        pages[f"/news/list.html?page={number}"] = listing
        if number == 1:
            pages["/news/list.html"] = pages["/"] = listing
    for article in articles:
        pages[outlet.path(article)] = page("eastgate/article.html", article=article)
    return pages


# --- 누리항일보: an Atom feed, pages in EUC-KR with Korean date lines and bylines ---


def _nurihang_pages(outlet: Outlet, site: str, articles: list[SampleArticle], edition: int) -> Pages:
    feed = _render("nurihang/atom.xml", outlet=outlet, site=site, articles=articles, updated=articles[0].published)
    pages = {
        "/robots.txt": _robots("User-agent: *\nDisallow: /premium/\n"),
        "/premium/1": Reply("<p>구독자 전용</p>".encode()),
        "/atom.xml": Reply(feed.encode(), "application/atom+xml; charset=utf-8", listing=True),
    }
    for article in articles:
        text = _render("nurihang/article.html", outlet=outlet, site=site, article=article, edition=edition)
        pages[outlet.path(article)] = Reply(text.encode("euc-kr", "xmlcharrefreplace"), "text/html; charset=euc-kr")
    return pages


# --- Northwind Wire: found from its bare address: a JSON Feed behind <link rel=alternate>, a text sitemap in robots.txt ---


def _northwind_pages(outlet: Outlet, site: str, articles: list[SampleArticle], edition: int) -> Pages:
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": outlet.title,
        "home_page_url": f"{site}/",
        "feed_url": f"{site}/feed.json",
        "items": [
            {
                "id": article.slug,
                "url": outlet.url(site, article),
                "title": article.title,
                "summary": article.description,
                "date_published": article.published.isoformat(),
                **({"date_modified": article.modified.isoformat()} if article.modified else {}),
                "authors": [{"name": name} for name in article.authors],
                "tags": list(article.tags),
                "language": article.language,
            }
            for article in articles
            # Like many feeds it lists only part of the site; the rest is in the sitemap.
            if article.section != "Archive"
        ],
    }
    pages = {
        "/robots.txt": _robots(f"User-agent: *\nDisallow: /search\n\nSitemap: {site}/sitemap.txt\n"),
        "/": Reply(_render("northwind/home.html", outlet=outlet, site=site, articles=articles).encode()),
        "/feed.json": Reply(json.dumps(feed, ensure_ascii=False).encode(), "application/feed+json", listing=True),
        "/sitemap.txt": Reply(
            "".join(f"{outlet.url(site, article)}\n" for article in articles).encode(), "text/plain; charset=utf-8", listing=True
        ),
    }
    for article in articles:
        page = _render("northwind/article.html", outlet=outlet, site=site, article=article, edition=edition)
        pages[outlet.path(article)] = Reply(page.encode())
    return pages


def _pdf(title: str) -> bytes:
    """Return the smallest PDF that readers open."""
    return (
        f"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        f"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\ntrailer<</Root 1 0 R/Info<</Title({title})>>>>\n%%EOF\n"
    ).encode()


OUTLETS: Mapping[str, Outlet] = {
    outlet.name: outlet
    for outlet in (
        Outlet(
            name="harbor-ledger",
            title="The Harbor Ledger",
            timezone="Asia/Vladivostok",
            language="en",
            path=lambda article: f"/{article.section.lower()}/{article.slug}",
            pages=_ledger_pages,
            watch='feeds = ["{site}/rss.xml"]',
        ),
        Outlet(
            name="meridian-dispatch",
            title="Meridian Dispatch",
            timezone="America/New_York",
            language="en",
            path=lambda article: f"/{article.published.astimezone(ZoneInfo('America/New_York')):%Y/%m}/{article.slug}.html",
            pages=_meridian_pages,
            watch='sitemaps = ["{site}/sitemap.xml"]',
        ),
        Outlet(
            name="eastgate-herald",
            title="Eastgate Herald",
            timezone="Asia/Seoul",
            language="en",
            path=_eastgate_path,
            pages=_eastgate_pages,
            watch='sections = ["{site}/news/list.html"]\nsection_pages = 5\n'
            r"article_pattern = '/news/\d{{4}}/\d\d/\d\d/\d+\.html$'",
        ),
        Outlet(
            name="nurihang-ilbo",
            title="누리항일보",
            timezone="Asia/Seoul",
            language="ko",
            path=lambda article: f"/news/articleView.html?idxno={_number(article)}",
            pages=_nurihang_pages,
            watch='feeds = ["{site}/atom.xml"]',
        ),
        Outlet(
            name="northwind-wire",
            title="Northwind Wire",
            timezone="UTC",
            language="en",
            path=lambda article: f"/{article.language}/stories/{article.slug}/",
            pages=_northwind_pages,
            watch='url = "{site}/"',
        ),
    )
}
