"""What an outlet of these sites is, and the pages and listings that many of them share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from newslake.testing import Answer, Site
from tests.flows.sources.words import Story, story

XML = {"Content-Type": "application/xml"}
PAGES = 3


@dataclass
class Outlet:
    """A site with the structure of an outlet.

    Attributes:
        fields: the keys of its `[[source]]`, with {url} for the address of the site.
        stories: the path of each article, as the warehouse has it, and what it says.
    """

    name: str
    site: Site
    fields: dict[str, Any]
    stories: dict[str, Story] = field(default_factory=dict)

    def toml(self) -> str:
        """Return its `[[source]]`."""
        lines = [f"{key} = {json.dumps(value).replace('{url}', self.site.url)}" for key, value in self.fields.items()]
        return "\n".join(["[[source]]", f'name = "{self.name}"', *lines])


Maker = Callable[[Site, int], Outlet]


def stories(language: str, first: int, paths: str, count: int = PAGES) -> dict[str, Story]:
    """Return articles with their paths; `{n}` in `paths` is the number of each."""
    return {paths.format(n=first + offset): story(language, first + offset) for offset in range(count)}


def page(told: Story, head: str = "", around: tuple[str, str] = ("<article>", "</article>")) -> Answer:
    """Return an article as most outlets write it: metadata in the head, headline, paragraphs."""
    return html(
        f"<!DOCTYPE html><html lang='{told.language}'><head><title>{told.title} | The Outlet</title>"
        f"<meta property='article:published_time' content='{told.iso}'>{head}</head><body><header><nav><a href='/'>Home</a></nav>"
        f"</header>{around[0]}<h1>{told.title}</h1>{told.html}{around[1]}<footer>The Outlet</footer></body></html>"
    )


def shell(body: str, title: str = "The Outlet", head: str = "") -> Answer:
    """Return a page that shows nothing without its scripts."""
    return html(
        f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title>{head}</head><body><div id='root'></div>"
        f"<noscript>This site works best with JavaScript.</noscript>{body}<script src='/app.js'></script></body></html>"
    )


def show(site: Site, told: dict[str, Story], around: tuple[str, str] = ("<article>", "</article>")) -> None:
    """Serve articles at their paths, as `page` writes them."""
    site.routes.update({path: page(one, around=around) for path, one in told.items()})


def html(text: str, charset: str = "utf-8") -> Answer:
    """Return a text as a page."""
    return sent(text, f"text/html; charset={charset}", charset)


def sent(text: str, media_type: str, charset: str = "utf-8") -> Answer:
    """Return a text as an answer of a media type."""
    return Answer(text.encode(charset), headers={"Content-Type": media_type})


def data(value: Any) -> str:
    """Return a value as JSON for a script: no tag of the page ends in it."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def rss(told: dict[str, Story], link: Callable[[str], str], extra: Callable[[str, Story], str] = lambda *_: "") -> str:
    """Return an RSS feed; `link` makes the address of an article from its path."""
    items = "".join(
        f"<item><title>{escape(one.title)}</title><link>{escape(link(path))}</link>"
        f"<pubDate>{one.rfc}</pubDate>{extra(path, one)}</item>"
        for path, one in told.items()
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>The Outlet</title>{items}</channel></rss>'


def sitemap(site: Site, paths: Iterable[str], extra: Callable[[str], str] = lambda _: "") -> bytes:
    """Return a sitemap of articles."""
    urls = "".join(f"<url><loc>{escape(site.absolute(path))}</loc>{extra(path)}</url>" for path in paths)
    return (
        '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">{urls}</urlset>'
    ).encode()


def index(site: Site, paths: Iterable[str]) -> bytes:
    """Return a sitemap index."""
    maps = "".join(f"<sitemap><loc>{site.absolute(path)}</loc></sitemap>" for path in paths)
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{maps}</sitemapindex>'.encode()
