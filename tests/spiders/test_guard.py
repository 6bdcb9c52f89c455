"""Private addresses are out of reach, however they are spelt, named or redirected to."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from spiders.guard import is_public, literal
from spiders.sources import Source
from tests.spiders.crawling import run_crawl
from tests.spiders.loopback import serve


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
        ("news.example", None),
        ("a.b.c.d", None),
        ("", None),
    ],
)
def test_spellings_of_an_address(host: str, address: str | None) -> None:
    assert literal(host) == address


def test_no_spelling_and_no_name_reaches_loopback(tmp_path: Path) -> None:
    with serve() as site:
        site.page("/x")
        port = site.url.rpartition(":")[2]
        hosts = ["127.0.0.1", "localhost", "0x7f.1", "2130706433", "127.1", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0"]
        # each by a path of its own, so that the identity of URLs does not fold them
        sources = [Source(name=f"s{n}", feeds=[f"http://{host}:{port}/{n}"]) for n, host in enumerate(hosts)]
        crawled = run_crawl(tmp_path, *sources, allow_private=False)
        assert site.asked == []
    assert crawled.adds_up()
    assert {one.end for one in crawled.ended} == {"refused"}
    assert all((one.detail or "").startswith("private address: ") for one in crawled.ended)
    assert "localhost (" in crawled.detail("/1")


def test_a_public_page_cannot_redirect_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Only what a child process can see: the guard alone decides, and to it this site is public.
    code = tmp_path / "sitecustomize.py"
    code.write_text("import spiders.guard\nspiders.guard.is_public = lambda address: address == '127.0.0.1'\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with serve() as site, serve() as inside:
        inside.page("/metadata")
        port = inside.url.rpartition(":")[2]
        site.redirect("/a", f"http://127.0.0.2:{port}/metadata")
        site.redirect("/b", f"http://[::1]:{port}/metadata")
        site.page("/c")
        site.feed("/feed", "/a", "/b", "/c")
        crawled = run_crawl(tmp_path, Source(name="s", feeds=[f"{site.url}/feed"]), allow_private=False)
        assert inside.asked == []
    assert crawled.outcomes() == {"/feed": "read", "/a": "refused", "/b": "refused", "/c": "captured"}
    assert "127.0.0.2" in crawled.detail("/a")


def test_private_addresses_can_be_allowed(tmp_path: Path) -> None:
    with serve() as site:
        site.page("/a")
        name = site.url.replace("127.0.0.1", "localhost")
        assert socket.gethostbyname("localhost").startswith("127.")
        site.feed("/feed", f"{name}/a")
        crawled = run_crawl(tmp_path, Source(name="s", feeds=[f"{name}/feed"]), allow_private=True)
    assert crawled.outcomes() == {"/feed": "read", "/a": "captured"}
