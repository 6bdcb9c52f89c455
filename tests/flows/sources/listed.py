"""Outlets whose listings are hard: old encodings, redirectors, packed and monthly sitemaps, feeds with their own habits."""

from __future__ import annotations

import gzip
from base64 import urlsafe_b64encode
from html import escape

from newslake.testing import Answer, Site
from tests.flows.sources.model import XML, Maker, Outlet, html, index, page, rss, sent, show, sitemap, stories
from tests.flows.sources.words import Story


def cyrillic(site: Site, first: int) -> Outlet:
    """interfax: a feed and pages in windows-1251, addresses of a section and a number."""
    told = stories("ru", first, "/world/9{n}10")
    text = rss(told, site.absolute).replace("UTF-8", "windows-1251")
    site.routes["/rss.asp"] = sent(text, "text/xml", "cp1251")
    for path, one in told.items():
        site.routes[path] = _old(one, "windows-1251", "itemprop='articleBody'")
    return Outlet("interfax", site, {"feeds": ["{url}/rss.asp"], "timezone": "Europe/Moscow", "language": "ru"}, told)


def _old(one: Story, charset: str, marks: str) -> Answer:
    return html(
        f"<html><head><meta http-equiv='Content-Type' content='text/html; charset={charset}'><title>{one.title}</title>"
        f"<meta property='article:published_time' content='{one.iso}'></head>"
        f"<body><table width='980'><tr><td><a href='/'>Main</a></td></tr>"
        f"<tr><td><h1>{one.title}</h1><div {marks}>{one.html}</div></td></tr></table></body></html>",
        charset,
    )


def gb(site: Site, first: int) -> Outlet:
    """peoples-daily: a feed in GB2312 with links in CDATA; pages of old tables in the same encoding."""
    told = stories("zh", first, "/n1/2026/1120/c1002-4000{n}.html")
    items = "".join(
        f"<item><title><![CDATA[{one.title}]]></title><link><![CDATA[{site.url}{path}]]></link><pubDate><![CDATA[2026-11-20]]></pubDate></item>"
        for path, one in told.items()
    )
    text = f"<?xml version='1.0' encoding='GB2312'?><rss version='2.0'><channel><title>国际</title>{items}</channel></rss>"
    site.routes["/rss/world.xml"] = sent(text, "text/xml", "gb2312")
    for path, one in told.items():
        site.routes[path] = _old(one, "gb2312", "class='rm_txt_con'")
    return Outlet("peoples-daily", site, {"feeds": ["{url}/rss/world.xml"], "timezone": "Asia/Shanghai", "language": "zh"}, told)


def numbered(site: Site, first: int) -> Outlet:
    """tass: RSS whose links are a section and a number; a bare `&` in a title before them."""
    told = stories("ru", first, "/mezhdunarodnaya-panorama/2{n}99")
    text = rss(told, site.absolute, lambda *_: "<category>Политика & экономика</category>")
    site.routes["/rss/v2.xml"] = sent(text, "application/rss+xml")
    show(site, told)
    return Outlet("tass", site, {"feeds": ["{url}/rss/v2.xml"], "timezone": "Europe/Moscow", "language": "ru"}, told)


def full_text(site: Site, first: int) -> Outlet:
    """rbc: RSS with the full text in a namespace of its own, that is not declared."""
    told = stories("ru", first, "/politics/20/11/2026/6{n}f0a79a7947a1b2c3d4e5")
    text = rss(told, site.absolute, lambda _, one: f"<rbc_news:full-text>{escape(one.text)}</rbc_news:full-text>")
    site.routes["/full.rss"] = sent(text, "application/xml")
    show(site, told)
    return Outlet("rbc", site, {"feeds": ["{url}/full.rss"], "timezone": "Europe/Moscow", "language": "ru"}, told)


def wordpress(site: Site, first: int) -> Outlet:
    """nk-news, daily-nk, 38-north: WordPress, found from the home page alone."""
    told = stories("en", first, "/2026/11/tanker-{n}-leaves-the-harbour/")
    links = "".join(
        f"<article><h2 class='entry-title'><a href='{site.url}{path}'>{one.title}</a></h2></article>"
        for path, one in told.items()
    )
    site.routes["/"] = html(
        f"<html><head><link rel='alternate' type='application/rss+xml' title='Feed' href='{site.url}/feed/'>"
        f"<link rel='alternate' type='application/rss+xml' title='Comments Feed' href='{site.url}/comments/feed/'></head>"
        f"<body><main>{links}</main></body></html>"
    )
    site.routes["/feed/"] = sent(
        rss(told, site.absolute, lambda _, one: f"<content:encoded><![CDATA[{one.html}]]></content:encoded>"),
        "application/rss+xml; charset=UTF-8",
    )
    show(site, told, ("<article><div class='entry-content'>", "</div></article>"))
    return Outlet("nk-news", site, {"url": "{url}/", "language": "en"}, told)


def news_sitemap(site: Site, first: int) -> Outlet:
    """yomiuri, asahi: a news sitemap with titles and dates, a stray `&` and pictures in it."""
    told = stories("ja", first, "/articles/ASTC{n}QTASTCNUHBI00Z.html")

    def extra(path: str) -> str:
        one = told[path]
        return (
            f"<news:news><news:publication><news:name>新聞</news:name><news:language>ja</news:language></news:publication>"
            f"<news:publication_date>{one.iso}</news:publication_date><news:title>{one.title} & 港</news:title></news:news>"
            f"<image:image><image:loc>{site.url}/i.jpg?w=1&h=2</image:loc></image:image>"
        )

    site.routes["/sitemap.xml"] = Answer(sitemap(site, told, extra), headers=XML)
    show(site, told)
    return Outlet("asahi", site, {"sitemaps": ["{url}/sitemap.xml"], "timezone": "Asia/Tokyo", "language": "ja"}, told)


def monthly(site: Site, first: int) -> Outlet:
    """voa, rfa: an index of packed monthly sitemaps over twelve years, oldest first and without dates."""
    told = stories("en", first, "/a/tanker-leaves-rason/{n}01.html")
    months = [f"/sitemap_{year}_{month:02}.xml.gz" for year in range(2015, 2027) for month in range(1, 13)][:-1]
    site.routes["/sitemap.xml"] = Answer(index(site, months), headers=XML)
    packed = {"Content-Type": "application/x-gzip"}
    for path in months:
        site.routes[path] = Answer(gzip.compress(sitemap(site, ())), headers=packed)
    site.routes[months[-1]] = Answer(gzip.compress(sitemap(site, told)), headers=packed)
    show(site, told)
    return Outlet("monthly-sitemaps", site, {"sitemaps": ["{url}/sitemap.xml"], "language": "en"}, told)


def redirected(site: Site, first: int) -> Outlet:
    """un-news, new-york-times: each entry of the feed links to a redirector, two of them to the same article."""
    told = stories("en", first, "/en/story/2026/11/116{n}")
    links = {path: f"/feed/view/{at}" for at, path in enumerate(told)}
    for path, link in links.items():
        site.redirect(link, to=site.absolute(path))
    again = "<item><title>Again</title><link>/feed/view/again</link></item>"
    site.redirect("/feed/view/again", to=site.absolute(next(iter(told))))
    site.routes["/rss.xml"] = sent(rss(told, links.__getitem__).replace("</channel>", f"{again}</channel>"), "application/xml")
    show(site, told)
    return Outlet("un-news", site, {"feeds": ["{url}/rss.xml"]}, told)


def led_by_pages(site: Site, first: int) -> Outlet:
    """A feed whose links are pages that lead on: by a refresh, by a script, and through a code of Google News."""
    told = stories("en", first, "/business/tanker-leaves-{n}")
    refreshed, scripted, coded = told
    site.routes["/go/1"] = html(
        f"<html><head><title>Redirecting</title><meta http-equiv='refresh' content='0; url={refreshed}'></head></html>"
    )
    site.routes["/go/2"] = html(
        f"<script>window.location.replace('{site.url}{scripted}')</script><noscript><a href='{scripted}'>go</a></noscript>"
    )
    inside = f"{site.url}{coded}".encode()
    code = urlsafe_b64encode(b"\x08\x13\x22" + bytes([len(inside)]) + inside + b"\xd2\x01\x00").decode().rstrip("=")
    links = {refreshed: "/go/1", scripted: "/go/2", coded: f"https://news.google.com/rss/articles/{code}?oc=5"}
    site.routes["/rss"] = sent(rss(told, links.__getitem__), "application/xml")
    show(site, told)
    return Outlet("led-on", site, {"feeds": ["{url}/rss"]}, told)


def feedburner(site: Site, first: int) -> Outlet:
    """A feed by way of FeedBurner, whose entries name the address that they had before; double escapes in it."""
    told = stories("en", first, "/view.php?cat=3&id={n}00")
    text = rss(
        told,
        lambda _: "http://feedproxy.example/~r/post/~3/abc/",
        lambda path, _: f"<feedburner:origLink>{escape(escape(site.absolute(path)))}</feedburner:origLink>",
    )
    text = text.replace("<rss ", "<rss xmlns:feedburner='http://rssnamespace.org/feedburner/ext/1.0' ")
    site.routes["/rss"] = sent(text, "application/xml")
    show(site, told)
    return Outlet("feedburner", site, {"feeds": ["{url}/rss"]}, told)


def atom(site: Site, first: int) -> Outlet:
    """deutsche-welle, guardian: Atom with xml:base, relative links and tracking parameters."""
    told = stories("en", first, "/en/tanker-leaves-the-harbour/a-7{n}88")
    entries = "".join(
        f"<entry><title type='html'>{one.title}</title>"
        f"<link rel='alternate' href='{path[1:]}?maca=en-rss-en-all-1573-xml&amp;copy=1'/>"
        f"<updated>{one.iso}</updated></entry>"
        for path, one in told.items()
    )
    site.routes["/xml/rss-en-all"] = sent(
        f"<feed xmlns='http://www.w3.org/2005/Atom' xml:base='{site.url}/'><title>Outlet</title>{entries}</feed>",
        "application/atom+xml",
    )
    for path, one in told.items():
        site.routes[path] = page(one, f"<link rel='canonical' href='{site.url}{path}'>")
    return Outlet("deutsche-welle", site, {"feeds": ["{url}/xml/rss-en-all"]}, told)


LISTED: tuple[Maker, ...] = (
    cyrillic,
    gb,
    numbered,
    full_text,
    wordpress,
    news_sitemap,
    monthly,
    redirected,
    led_by_pages,
    feedburner,
    atom,
)
