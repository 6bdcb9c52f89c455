"""Private addresses are out of reach, however they are spelt, named or redirected to."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from scrapy import Request

from newslake.testing import Answer, Raw, Site
from spiders.sources import Source
from spiders.urls.hosts import is_public, literal
from tests.spiders.crawling import run_crawl


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.9.10",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "233.252.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fe80::1%eth0",
        "fc00::1",
        "ff0e::1",
        "2001:db8::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "192.0.0.8",
        "192.0.0.170",
        "192.88.99.1",
        "203.0.113.7",
        "239.1.2.3",
        "0.1.2.3",
        "::127.0.0.1",
        "::ffff:0:127.0.0.1",
        "::ffff:7f00:1",
        "::ffff:169.254.169.254",
        "64:ff9b::10.0.0.1",
        "64:ff9b:1::808:808",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:80ff:fffe",
        "2002:c0a8:0101::1",
        "2606:4700::5efe:127.0.0.1",
        "2606:4700::200:5efe:10.0.0.1",
        "fd00:ec2::254",
        "fec0::1",
        "3fff::1",
        "5f00::1",
        "100::1",
        "ff02::1",
        "no address",
        "",
    ],
)
def test_addresses_out_of_reach(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "2606:2800:220:1::1", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_public_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("0177.0.0.1", "127.0.0.1"),
        ("[::1]", "::1"),
        ("017700000001", "127.0.0.1"),
        ("127.0.0.1.", "127.0.0.1"),
        ("2130706433.", "127.0.0.1"),
        ("0", "0.0.0.0"),
        ("[0:0:0:0:0:ffff:127.0.0.1]", "::ffff:7f00:1"),
        ("news.example", None),
        ("a.b.c.d", None),
        ("", None),
    ],
)
def test_spellings_of_an_address(host: str, address: str | None) -> None:
    assert literal(host) == address


needs_loopback_network = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the whole of 127.0.0.0/8")


@contextmanager
def outside(folder: Path, monkeypatch: pytest.MonkeyPatch, more: str = "") -> Iterator[Site]:
    """A site at 127.0.0.77, which the guard of the crawl's process takes for public, as nothing else on this machine."""
    code = (
        "import spiders.network.guard as guard\n"
        "real = guard.is_public\n"
        "guard.is_public = lambda one: one == '127.0.0.77' or real(one)\n"
    )
    (folder / "sitecustomize.py").write_text(code + more)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    with Site("127.0.0.77") as site:
        yield site


# Hosts that lead to this machine or its network, some by way of what a browser makes of them.
TRICKS = (
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "127.9.9.9",
    "0x7f.1",
    "0x7f000001",
    "0x7f.0x0.0x0.0x1",
    "2130706433",
    "017700000001",
    "0177.0.0.1",
    "00000177.0.0.1",
    "0",
    "0.0.0.0",
    "localhost",
    "localhost.",
    "LOCALHOST",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "[2001:0:7f00:1::]",
    "[fe80::1]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[ff02::1]",
    "169.254.169.254",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.0.1",
    "100.64.0.1",
    "192.0.0.1",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
    "public.example@127.0.0.1",
    "public.example:80@127.0.0.1",
    "%31%32%37.0.0.1",
    "\uff11\uff12\uff17\uff0e\uff10\uff0e\uff10\uff0e\uff11",
    "127\u30020\u30020\u30021",
    "\u2460\u2461\u2466.0.0.1",
    "\uff4c\uff4f\uff43\uff41\uff4c\uff48\uff4f\uff53\uff54",
    "loc\u00adalhost",
    "127.0.0.1%00.public.example",
    "127.0.0.1\\.public.example",
    "[::1%25lo]",
)


@needs_loopback_network
def test_no_spelling_of_a_link_reaches_the_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links of a feed, on a site that the guard alone takes for public."""
    with outside(tmp_path, monkeypatch) as site, Site() as inside:
        port = inside.url.rpartition(":")[2]
        links = [f"http://{host}:{port}/{n}" for n, host in enumerate(TRICKS)]
        links += [f"http:/\\/127.0.0.1:{port}/a", f"http:\\\\127.0.0.1:{port}/b", f"ht\ntp://127.0.0.1:{port}/c"]
        links += [f"http://127.0.0.1\t:{port}/d", f"//127.0.0.1:{port}/e", f"HTTP://127.0.0.1:{port}/f"]
        links += ["file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://127.0.0.1/x", "data:text/html,x", "javascript:alert(1)"]
        items = "".join(f"<item><link>{escape(link)}</link></item>" for link in links)
        site.routes["/feed"] = Answer(f'<rss version="2.0"><channel>{items}</channel></rss>'.encode())
        crawled = run_crawl(tmp_path, Source(name="s", feeds=[f"{site.url}/feed"]), allow_private=False)
        assert inside.asked == []
    assert crawled.adds_up()
    by_id = {one.id: one for one in crawled.ended}
    ends = {found.url: by_id[found.id] for found in crawled.found if found.kind == "page"}
    assert len(ends) > len(TRICKS) / 2  # many are one address, and some are none that could be asked for
    assert all(url.lower().startswith("http") for url in ends)
    for url, ended in ends.items():
        if urlsplit(url).port == site.port:
            continue  # a path of the site itself, which a browser takes for another host: asked for there, to no harm
        assert ended.outcome in ("refused", "network-error"), (url, ended)
        # what is no host at all may be told so instead
        assert ended.outcome == "refused" or "no such host" in (ended.detail or ""), (url, ended)


@pytest.mark.parametrize("host", TRICKS)
def test_no_spelling_in_the_watchlist_reaches_the_inside(host: str) -> None:
    """Each address, as far as it can be written into a watchlist, names what the guard refuses before it connects."""
    try:
        source = Source(name="s", feeds=[f"http://{host}/"])
    except ValueError:
        return  # refused as an address
    asked = urlsplit(Request(source.feeds[0]).url).hostname or ""
    address = literal(asked)
    resolved = {address} if address else {str(found[4][0]) for found in _resolved(asked)}
    assert not any(is_public(one) for one in resolved), resolved


def _resolved(host: str) -> list[Any]:
    try:
        return socket.getaddrinfo(host, 80)
    except (OSError, UnicodeError):
        return []


KINDS = ("feeds", "sitemaps", "sections", "url")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_request_is_guarded(tmp_path: Path, kind: str) -> None:
    with Site() as inside:
        address = f"{inside.url.replace('127.0.0.1', 'localhost')}/x"
        source = Source.model_validate({"name": "s", kind: address if kind == "url" else [address]})
        for robots in (True, False):
            crawled = run_crawl(tmp_path, source, name=f"run{robots}", allow_private=False, obey_robots=robots)
            assert inside.asked == []
            assert crawled.adds_up()
            assert {one.outcome for one in crawled.ended} == {"refused"}
            assert "private address: localhost (" in crawled.detail("/x")


# What the child process reads before anything else: a DNS whose answers for `rebind.example` are the lines of a file, in turn.
DNS = """
import pathlib, socket
import twisted.internet._resolver as resolver
answers, look_up = pathlib.Path({answers!r}), socket.getaddrinfo
def answer(host, *given, **named):
    if host != "rebind.example":
        return look_up(host, *given, **named)
    first, *rest = answers.read_text().splitlines()
    answers.write_text("\\n".join(rest or [first]))
    return [found for address in first.split() for found in look_up(address, *given, **named)]
resolver.GAIResolver.__init__.__defaults__ = (None, answer)
"""


@needs_loopback_network
@pytest.mark.parametrize(
    ("answers", "ends"),
    [
        (["127.0.0.77", "127.0.0.1"], ["empty", "refused"]),
        (["127.0.0.1 127.0.0.77 ::1"], ["empty", "empty"]),
        (["127.0.0.1", "127.0.0.77"], ["refused", "empty"]),
    ],
    ids=["public first", "both at once", "private first"],
)
def test_a_name_that_changes_its_answer_gets_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answers: list[str], ends: list[str]
) -> None:
    """DNS rebinding, at the lowest level there is: each address is judged as it is about to be used."""
    file = tmp_path / "answers"
    file.write_text("\n".join(answers))
    with outside(tmp_path, monkeypatch, DNS.format(answers=str(file))) as site, Site(port=site.port) as inside:
        site.feed("/feed")
        source = Source(name="s", feeds=[f"http://rebind.example:{site.port}/feed"])
        crawls = [run_crawl(tmp_path, source, name=str(n), allow_private=False) for n in range(2)]
        assert inside.asked == []
        assert site.paths().count("/feed") == ends.count("empty")
    assert [crawled.outcomes()["/feed"] for crawled in crawls] == ends
    refused = (
        crawls[ends.index("refused")].detail("/feed") if "refused" in ends else "private address: rebind.example (127.0.0.1)"
    )
    assert refused.startswith("private address: rebind.example (127.0.0.1)")


@needs_loopback_network
def test_a_public_site_cannot_lead_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By redirects of pages, listings and robots.txt, by what listings name, and by what a home page declares."""
    with outside(tmp_path, monkeypatch) as site, Site() as inside:
        port = inside.url.rpartition(":")[2]
        redirects = {
            "/plain": f"{inside.url}/x0",
            "/name": f"http://localhost:{port}/x1",
            "/relative": f"//127.0.0.1:{port}/x2",
            "/six": f"http://[::ffff:127.0.0.1]:{port}/x3",
            "/decimal": f"http://2130706433:{port}/x4",
            "/user": f"http://outlet.example@127.0.0.1:{port}/x5",
            "/secure": f"https://127.0.0.1:{port}/x6",
            "/twice": "/again",
            "/backslash": f"/\\127.0.0.1:{port}/x",
        }
        for path, target in redirects.items():
            site.redirect(path, target)
        site.redirect("/again", f"{inside.url}/x8")
        site.page("/good")
        site.feed("/list", *redirects, "/good")
        site.redirect("/feed", f"{inside.url}/feed")
        site.routes["/index.xml"] = Answer(
            f"<sitemapindex><sitemap><loc>{inside.url}/map.xml</loc></sitemap></sitemapindex>".encode()
        )
        site.routes["/home"] = Answer(
            f'<html><head><link rel="alternate" type="application/rss+xml" href="{inside.url}/rss"><base href="{inside.url}/">'
            "</head><a href=/a>x</a>".encode()
        )
        lists = Source(name="lists", feeds=[f"{site.url}/list", f"{site.url}/feed"], sitemaps=[f"{site.url}/index.xml"])
        first = run_crawl(tmp_path, lists, Source(name="home", url=f"{site.url}/home"), allow_private=False)
        site.redirect("/robots.txt", f"{inside.url}/robots.txt")
        second = run_crawl(tmp_path, lists, name="second", allow_private=False)
        site.routes["/led"] = Answer(f'<meta http-equiv="refresh" content="0;url={inside.url}/x">'.encode())
        third = run_crawl(tmp_path, Source(name="led", url=f"{site.url}/led"), name="third", allow_private=False)
        assert inside.asked == []
    assert first.adds_up() and second.adds_up() and third.adds_up()
    assert third.outcomes()["/led"] == "refused"
    outcomes = first.outcomes()
    assert outcomes.pop("/good") == "captured"
    for path in (*redirects, "/feed", "/map.xml", "/rss"):
        # a backslash is part of a path to us, and a host to browsers: no such page, then
        assert outcomes[path] == ("http-error" if path == "/backslash" else "refused"), (path, first.detail(path))
    assert second.outcomes()["/list"] == "refused"
    assert "private address: 127.0.0.1" in second.detail("/list")


def test_private_addresses_can_be_allowed(tmp_path: Path) -> None:
    with Site() as site:
        site.page("/a")
        name = site.url.replace("127.0.0.1", "localhost")
        assert socket.gethostbyname("localhost").startswith("127.")
        site.feed("/feed", f"{name}/a")
        crawled = run_crawl(tmp_path, Source(name="s", feeds=[f"{name}/feed"]), allow_private=True)
    assert crawled.outcomes() == {"/feed": "listing", "/a": "captured"}


def test_behind_a_proxy_what_the_address_says_is_refused_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy resolves names by itself, and is itself no outlet."""
    with Site() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.replace("127.0.0.1", "localhost"))
        monkeypatch.setenv("no_proxy", "")
        hosts = [f"localhost:{proxy.port}", "localhost", "127.0.0.1", "intranet", "wiki.corp", "printer.local", "[::1]", "0x7f.1"]
        proxy.feed("http://outlet.example/feed", *(f"http://{host}/{n}" for n, host in enumerate(hosts)))
        crawled = run_crawl(tmp_path, Source(name="s", feeds=["http://outlet.example/feed"]), allow_private=False)
        assert {path.removeprefix("http://") for path in proxy.paths()} == {"outlet.example/robots.txt", "outlet.example/feed"}
    assert crawled.outcomes() == {"/feed": "listing"} | {f"/{n}": "refused" for n in range(len(hosts))}


def test_a_proxy_that_opens_no_connection_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    with Site() as proxy:
        proxy.routes["outlet.example:443"] = Raw(refusal)
        monkeypatch.setenv("https_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "")
        crawled = run_crawl(tmp_path, Source(name="s", feeds=["https://outlet.example/feed"]), allow_private=False)
    assert crawled.outcomes() == {"/feed": "network-error"}
    assert crawled.detail("/feed").startswith("the proxy did not connect to outlet.example: it answered 403")
