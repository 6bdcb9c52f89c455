"""Outlets whose pages are drawn by scripts: links, headlines, dates and texts are in the data of the page, and nowhere else."""

from __future__ import annotations

import json
from typing import Any

from newslake.testing import Site
from tests.flows.sources.model import Maker, Outlet, data, rss, sent, shell, show, stories
from tests.flows.sources.words import Story


def arc(site: Site, first: int) -> Outlet:
    """chosun-english: Arc. The home page has `Fusion.contentCache`, an article `Fusion.globalContent` with content elements."""
    told = stories("en", first, "/english/north-korea/2026/11/20/TANKER{n}ABCDE/")
    feed = [_arc(path, one, with_text=False) for path, one in told.items()]
    site.routes["/english/"] = shell(
        f"<script id='fusion-metadata'>window.Fusion=window.Fusion||{{}};Fusion.arcSite='x';"
        f"Fusion.contentCache={data({'story-feed': {'{}': {'data': {'content_elements': feed}}}})};</script>"
    )
    for path, one in told.items():
        site.routes[path] = shell(
            f"<script id='fusion-metadata'>window.Fusion=window.Fusion||{{}};Fusion.globalContent={data(_arc(path, one))};"
            f"Fusion.contentCache={data({'most-read': feed})};</script>",
            f"{one.title} - The Outlet",
        )
    return Outlet("chosun-english", site, {"url": "{url}/english/", "timezone": "Asia/Seoul"}, told)


def _arc(path: str, one: Story, *, with_text: bool = True) -> dict[str, Any]:
    text = [{"type": "image", "caption": "The harbour"}, *({"type": "text", "content": p} for p in one.paragraphs)]
    return {
        "type": "story",
        "canonical_url": path,
        "headlines": {"basic": one.title},
        "display_date": one.iso,
        "credits": {"by": [{"type": "author", "name": "Kim Min-ji"}]},
        "content_elements": text if with_text else [],
    }


def next_pages(site: Site, first: int) -> Outlet:
    """hankyoreh: Next.js with `__NEXT_DATA__` alone; the feed links to the articles relatively, and is served as text/html."""
    told = stories("ko", first, "/arti/politics/defense/{n}.html")
    site.routes["/rss/"] = sent(rss(told, str), "text/html; charset=utf-8")
    for path, one in told.items():
        article = {
            "id": path[-9:-5],
            "title": one.title,
            "createdAt": one.iso,
            "contents": [{"type": "p", "text": p} for p in one.paragraphs],
        }
        props = {
            "props": {"pageProps": {"article": article, "related": [{"title": "다른 기사 제목입니다", "contents": "x" * 900}]}}
        }
        escaped = json.dumps(props)  # every letter of Korean as \\uXXXX
        site.routes[path] = shell(f"<script id='__NEXT_DATA__' type='application/json'>{escaped}</script>", one.title)
    return Outlet("hankyoreh", site, {"feeds": ["{url}/rss/"], "timezone": "Asia/Seoul", "language": "ko"}, told)


def next_blocks(site: Site, first: int) -> Outlet:
    """bbc: a feed with tracking parameters; articles as blocks within blocks in `__NEXT_DATA__`."""
    told = stories("en", first, "/news/articles/c{n}kdjx2y8o")
    site.routes["/world/rss.xml"] = sent(rss(told, lambda path: f"{site.url}{path}?at_medium=RSS&at_campaign=rss"), "text/xml")
    for path, one in told.items():
        blocks = [
            {"type": "headline", "model": {"blocks": [{"type": "text", "model": {"text": one.title}}]}},
            {
                "type": "image",
                "model": {"blocks": [{"type": "caption", "model": {"text": "The harbour of Rason at night, in a picture"}}]},
            },
            *(
                {
                    "type": "text",
                    "model": {
                        "blocks": [
                            {"type": "paragraph", "model": {"text": p, "blocks": [{"type": "fragment", "model": {"text": p}}]}}
                        ]
                    },
                }
                for p in one.paragraphs
            ),
        ]
        value = {
            "props": {
                "pageProps": {
                    "page": {"headline": one.title, "firstPublished": int(one.published.timestamp() * 1000), "content": blocks}
                }
            }
        }
        site.routes[path] = shell(f"<script id='__NEXT_DATA__' type='application/json'>{data(value)}</script>", one.title)
    return Outlet("bbc", site, {"feeds": ["{url}/world/rss.xml"]}, told)


def initial_state(site: Site, first: int) -> Outlet:
    """meduza: pages with `window.__INITIAL_STATE__`, an object of JavaScript and no JSON; two feeds."""
    told = stories("ru", first, "/feature/2026/11/20/tanker-{n}")
    site.routes["/rss/all"] = sent(rss(told, site.absolute), "application/rss+xml")
    for path, one in told.items():
        seconds = int(one.published.timestamp())
        material = f"{{title:{json.dumps(one.title)},published_at:{seconds},content:{{body:{data(one.html)}}}}}"
        value = f"{{route:'{path}',material:{material},user:undefined}}"
        site.routes[path] = shell(f"<script>window.__INITIAL_STATE__ = {value};</script>", one.title)
    return Outlet("meduza", site, {"feeds": ["{url}/rss/all"], "timezone": "Europe/Moscow"}, told)


def nuxt(site: Site, first: int) -> Outlet:
    """hankook-ilbo: a news sitemap; pages of Nuxt, whose data are the arguments of a function."""
    told = stories("ko", first, "/News/Read/A2026112010{n}0001")
    site.sitemap("/sitemap/latest-articles", *told)
    for path, one in told.items():
        body = ",".join(f"{{type:a,text:{json.dumps(p, ensure_ascii=False)}}}" for p in one.paragraphs)
        returned = f'{{layout:"default",data:[{{news:{{title:b,deployDt:c,publishedAt:c,body:[{body}]}}}}],error:null}}'
        given = f'"paragraph",{json.dumps(one.title, ensure_ascii=False)},"{one.iso}"'
        value = f"(function(a,b,c){{return {returned}}}({given}))"
        site.routes[path] = shell(f"<script>window.__NUXT__={value};</script>", one.title)
    return Outlet("hankook-ilbo", site, {"sitemaps": ["{url}/sitemap/latest-articles"], "language": "ko"}, told)


def nuxt_parts(site: Site, first: int) -> Outlet:
    """mainichi-like: Nuxt 3, whose data name each other by their place in a list."""
    told = stories("ja", first, "/articles/20261120/k00/00m/030/{n}000c")
    site.routes["/rss/flash.rss"] = sent(_rdf(site, told), "application/rss+xml")
    for path, one in told.items():
        parts: list[Any] = [["ShallowReactive", 1], {"data": 2}, ["ShallowReactive", 3], {"article": 4}]
        parts += [{"title": 5, "publishedAt": 6, "body": 7}, one.title, one.iso, one.html]
        site.routes[path] = shell(f"<script type='application/json' id='__NUXT_DATA__'>{data(parts)}</script>", one.title)
    return Outlet("mainichi", site, {"feeds": ["{url}/rss/flash.rss"], "timezone": "Asia/Tokyo", "language": "ja"}, told)


def _rdf(site: Site, told: dict[str, Story]) -> str:
    items = "".join(
        f"<item rdf:about='{site.url}{path}'><title>{one.title}</title><link>{site.url}{path}</link>"
        f"<dc:date>{one.iso}</dc:date></item>"
        for path, one in told.items()
    )
    return (
        "<?xml version='1.0' encoding='utf-8'?><rdf:RDF xmlns='http://purl.org/rss/1.0/' xmlns:dc='http://purl.org/dc/elements/1.1/'"
        f" xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><channel><title>速報</title></channel>{items}</rdf:RDF>"
    )


def json_ld(site: Site, first: int) -> Outlet:
    """associated-press-like: a news sitemap, and articles that stand in JSON-LD alone; the home page is an ItemList."""
    told = stories("en", first, "/article/tanker-leaves-harbour-{n}")
    listed = [{"@type": "ListItem", "position": at, "url": site.absolute(path)} for at, path in enumerate(told, 1)]
    site.routes["/"] = shell(
        f"<script type='application/ld+json'>{data({'@type': 'ItemList', 'itemListElement': listed})}</script>"
    )
    for path, one in told.items():
        value = {"@type": "NewsArticle", "headline": one.title, "datePublished": one.iso, "articleBody": one.text}
        site.routes[path] = shell(f"<script type='application/ld+json'>{data(value)}</script>", one.title)
    return Outlet("json-ld-alone", site, {"url": "{url}/"}, told)


def flight(site: Site, first: int) -> Outlet:
    """korea-times: the app router of Next.js, which pushes its data in pieces, and a home page drawn from them."""
    told = stories("en", first, "/foreignaffairs/northkorea/20261120/tanker-number-{n}-leaves")
    site.routes["/"] = shell(
        _pushed([{"headline": one.title, "url": path, "publishedAt": one.iso} for path, one in told.items()])
    )
    for path, one in told.items():
        site.routes[path] = shell(
            _pushed({"article": {"title": one.title, "publishDate": one.iso, "bodyHtml": one.html}}), one.title
        )
    return Outlet("korea-times", site, {"url": "{url}/", "timezone": "Asia/Seoul"}, told)


def _pushed(value: Any) -> str:
    stream = f'1:"$Sreact.fragment"\n2:["$","$L3",null,{json.dumps({"data": value}, ensure_ascii=False)}]\n'
    half = len(stream) // 2
    pieces = "".join(f"<script>self.__next_f.push({data([1, part])})</script>" for part in (stream[:half], stream[half:]))
    return f"<script>(self.__next_f=self.__next_f||[]).push([0])</script>{pieces}"


def apollo(site: Site, first: int) -> Outlet:
    """al-jazeera: a feed; pages with `window.__APOLLO_STATE__`."""
    told = stories("en", first, "/news/2026/11/20/tanker-{n}-leaves-rason")
    site.routes["/xml/rss/all.xml"] = sent(rss(told, lambda path: f"{site.url}{path}?traffic_source=rss"), "text/xml")
    for path, one in told.items():
        state = {
            "ROOT_QUERY": {"article": {"__ref": "Post:1"}},
            "Post:1": {
                "__typename": "Post",
                "title": one.title,
                "date": one.iso,
                "content": one.html,
                "author": [{"__ref": "Author:2"}],
            },
        }
        site.routes[path] = shell(f"<script>window.__APOLLO_STATE__={data(state)};</script>", one.title)
    return Outlet("al-jazeera", site, {"feeds": ["{url}/xml/rss/all.xml"]}, told)


def data_page(site: Site, first: int) -> Outlet:
    """A home page whose data are in an attribute, and that loads its list from an address answering JSON with pieces of HTML."""
    told = stories("en", first, "/story/{n}/tanker-leaves", 6)
    paths = list(told)
    listed = [{"title": told[path].title, "url": path, "date": told[path].iso} for path in paths[:3]]
    site.routes["/news"] = shell(
        f"<div id='app' data-page='{data({'component': 'Home', 'props': {'stories': listed}})}'></div>"
        "<button class='more' data-load-more-url='/api/list?cursor=20261120031500'>Load more</button>"
    )
    more = "".join(f"<li><a href='{path}'>{told[path].title}</a></li>" for path in paths[3:])
    site.routes["/api/list"] = sent(json.dumps({"html": f"<ul>{more}</ul>", "next": None}), "application/json")
    show(site, told)
    return Outlet("load-more", site, {"sections": ["{url}/news"], "section_pages": 3}, told)


def api(site: Site, first: int) -> Outlet:
    """A section that is the address of an API, page after page."""
    told = stories("en", first, "/2026/11/20/tanker-{n}/", 6)
    paths = list(told)
    for number in (1, 2):
        items = [
            {"id": n, "link": site.absolute(path), "title": {"rendered": told[path].title}, "date_gmt": told[path].iso[:19]}
            for n, path in enumerate(paths[3 * (number - 1) : 3 * number])
        ]
        following = {"next": "/wp-json/wp/v2/posts?page=2"} if number == 1 else {}
        site.routes[f"/wp-json/wp/v2/posts?page={number}"] = sent(
            json.dumps({"items": items, **following}), "application/json; charset=utf-8"
        )
    show(site, told)
    return Outlet("api", site, {"sections": ["{url}/wp-json/wp/v2/posts?page=1"], "section_pages": 3}, told)


DRAWN: tuple[Maker, ...] = (
    arc,
    next_pages,
    next_blocks,
    initial_state,
    nuxt,
    nuxt_parts,
    json_ld,
    flight,
    apollo,
    data_page,
    api,
)
