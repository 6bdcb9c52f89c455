"""Outlets with pages of other times: frames, tables, links in scripts, pages that lead on, coded addresses."""

from __future__ import annotations

from base64 import b64encode

from newslake.testing import Site
from tests.flows.sources.model import Maker, Outlet, html, show, stories


def frameset(site: Site, first: int) -> Outlet:
    """kcna of the 2000s: a frameset in a frameset; the list is a table in one of its frames."""
    told = stories("en", first, "/item/2026/202611/news20/20261120-{n}ee.html")
    site.routes["/"] = html(
        "<html><head><title>News</title></head><frameset rows='90,*'><frame src='/top.html'><frame src='/main.html'>"
        "<noframes>Your browser does not show frames.</noframes></frameset></html>"
    )
    site.routes["/top.html"] = html("<html><body bgcolor='#fff'><a href='/index_e.html' target='_top'>English</a></body></html>")
    site.routes["/main.html"] = html(
        "<html><frameset cols='160,*'><frame src='/menu.html'><frame src='/today.html'></frameset></html>"
    )
    site.routes["/menu.html"] = html(
        "<html><body><a href='/calendar.html'>Past news</a><br><a href='/mail.html'>Mail</a></body></html>"
    )
    rows = "".join(
        f"<tr><td><font size=2><a href='{path}' target=main>{one.title}</a></font></td></tr>" for path, one in told.items()
    )
    site.routes["/today.html"] = html(
        f"<html><body><table><tr><td><table width=500>{rows}</table></td></tr></table></body></html>"
    )
    for path, one in told.items():
        body = "<br><br>".join(one.paragraphs)
        site.routes[path] = html(
            f"<html><head><title>{one.title}</title></head><body><table><tr><td><font size=4><b>{one.title}</b></font><br>"
            f"November 20, 2026</td></tr><tr><td><font size=3>{body}</font></td></tr></table></body></html>"
        )
    return Outlet("kcna-frames", site, {"url": "{url}/", "timezone": "Asia/Pyongyang"}, told)


def hashes(site: Site, first: int) -> Outlet:
    """kcna of today: a home page that leads on to a language; addresses of hashes, sections and articles alike."""
    told = stories("ko", first, "/kp/article/q/1232b69e8b1e482ae2115239f97{n}a.kcmsf")
    site.routes["/"] = html("<html><head><meta http-equiv='Refresh' content=\"0;URL='/kp'\"></head><body></body></html>")
    menu = "".join(
        f"<li><a href='/kp/category/articles/q/5394b80bdae203fadef02522cfb578c{n}.kcmsf'>보도 {n}</a></li>" for n in range(5)
    )
    links = "".join(f"<li><a href='{path}'>{one.title}</a> [2026.11.20.]</li>" for path, one in told.items())
    site.routes["/kp"] = html(
        f"<html><head><title>통신</title></head><body><ul class='menu'>{menu}</ul><div><ul>{links}</ul></div></body></html>"
    )
    show(site, told, ("<div class='article-main-title'>", "</div>"))
    return Outlet("kcna", site, {"url": "{url}/", "timezone": "Asia/Pyongyang", "language": "ko"}, told)


def coded(site: Site, first: int) -> Outlet:
    """rodong: every address is one program and a code; only an article's code holds a day."""
    told = stories("ko", first, "/ko/index.php?{{code{n}}}")
    told = {f"/ko/index.php?{_code(f'12@2026-11-20-N{at:03}@15@@0@1')}": one for at, one in enumerate(told.values(), 1)}
    menu = "".join(f"<a href='?{_code(f'2@1@@{n}@')}'>구분 {n} 소식 모음</a>" for n in range(6))
    links = "".join(f"<div class='row'><a href='{path.partition('/ko/')[2]}'>{one.title}</a></div>" for path, one in told.items())
    site.routes["/ko/index.php?MUBAMUAxQA=="] = html(
        f"<html><head><title>신문</title></head><body><div>{menu}</div>{links}</body></html>"
    )
    show(site, told, ("<div id='ContDIV'>", "</div>"))
    return Outlet("rodong", site, {"sections": ["{url}/ko/index.php?MUBAMUAxQA=="], "timezone": "Asia/Pyongyang"}, told)


def _code(text: str) -> str:
    return b64encode(text.encode()).decode()


def clickable(site: Site, first: int) -> Outlet:
    """donga, maeil-business: rows and cards that a script opens when they are clicked."""
    told = stories("ko", first, "/news/politics/{n}123", 5)
    ways = (
        "<tr onclick=\"location.href='{path}'\"><td>{title}</td><td>2026-11-20</td></tr>",
        "<tr onclick=\"window.open('{path}', '_blank')\"><td><strong>{title}</strong></td></tr>",
        "<tr><td><a href=\"javascript:location.href='{path}'\">{title}</a></td></tr>",
        "<tr data-href='{path}'><td>{title}</td></tr>",
        "<tr><td><div class='card' data-url='{path}'><h3>{title}</h3><p>요약</p></div></td></tr>",
    )
    rows = "".join(way.format(path=path, title=one.title) for way, (path, one) in zip(ways, told.items(), strict=True))
    site.routes["/politics"] = html(f"<html><body><table class='list'>{rows}</table></body></html>")
    show(site, told)
    return Outlet("maeil-business", site, {"sections": ["{url}/politics"], "timezone": "Asia/Seoul", "language": "ko"}, told)


def endless(site: Site, first: int) -> Outlet:
    """ria, kyodo-english: a list without an end, whose next part is the address in an attribute."""
    told = stories("ru", first, "/20261120/tanker-20{n}0999.html", 6)
    paths = list(told)
    for number in (1, 2):
        items = "".join(
            f"<div class='list-item'><a class='list-item__title' href='{path}'>{told[path].title}</a></div>"
            for path in paths[3 * number - 3 : 3 * number]
        )
        more = (
            "<div class='lenta__more' data-next-url='/services/world/more.html?id=2052&amp;date=20261120T061500'></div>"
            if number == 1
            else ""
        )
        site.routes["/world/" if number == 1 else "/services/world/more.html"] = html(
            f"<div class='rubric-list'>{items}{more}</div>"
        )
    show(site, told)
    return Outlet("ria", site, {"sections": ["{url}/world/"], "section_pages": 3, "timezone": "Europe/Moscow"}, told)


def led_home(site: Site, first: int) -> Outlet:
    """moscow-times, kommersant: a home page that only a script leads on from, to one that declares its feed relatively."""
    told = stories("ru", first, "/doc/7{n}55")
    site.routes["/"] = html("<html><head><title></title></head><body onload=\"location.href='/ru/'\"></body></html>")
    site.routes["/ru/"] = html(
        "<html><head><base href='/ru/'><link rel='alternate' type='application/rss+xml' href='../RSS/news.xml'></head>"
        "<body></body></html>"
    )
    site.feed("/RSS/news.xml", *told)
    show(site, told)
    return Outlet("kommersant", site, {"url": "{url}/", "timezone": "Europe/Moscow", "language": "ru"}, told)


def tables(site: Site, first: int) -> Outlet:
    """japan-times, yonhap of old: a home page of nested tables, all of it in elements called menu."""
    told = stories("en", first, "/cgi-bin/nn20261120a{n}.html")
    cells = "".join(
        f"<tr><td class='menu'><li><a href={path}><font face=arial>{one.title}</font></a><br></td></tr>"
        for path, one in told.items()
    )
    site.routes["/news.htm"] = html(
        f"<html><body><table id=menu><tr><td><table><tr><td><a href=/>Home</a> | <a href=/sports.htm>Sports</a></td></tr></table>"
        f"<table>{cells}</table></td></tr></table></body></html>"
    )
    show(site, told, ("<table><tr><td><span class='news'>", "</span></td></tr></table>"))
    return Outlet("japan-times", site, {"sections": ["{url}/news.htm"], "timezone": "Asia/Tokyo"}, told)


OLD: tuple[Maker, ...] = (frameset, hashes, coded, clickable, endless, led_home, tables)
