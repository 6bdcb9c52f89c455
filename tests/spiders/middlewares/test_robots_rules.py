"""Which rules of a robots.txt are ours: the decisions of Google's parser and of Protego, and what spoils nothing."""

from __future__ import annotations

import pytest

from spiders.middlewares.robots import Rules

BAN = "Disallow: /"
# robots.txt, the paths that it allows the crawler Foobot, and those that it does not.
CASES = {
    "a sitemap ends no group": (f"User-agent: Foobot\nSitemap: https://foo.example/map\nUser-agent: *\n{BAN}", "", "/x"),
    "an unknown line ends no group": (f"User-agent: Foobot\nUnknown-Line: unknown\nUser-agent: *\n{BAN}", "", "/x"),
    "a line without a colon ends no group": (f"User-agent: Foobot\nhello world\nUser-agent: bar\n{BAN}", "", "/x"),
    "a blank line ends no group": (f"User-agent: Foobot\n\nUser-agent: bar\n\n{BAN}", "", "/x"),
    "a delay ends a group": (f"User-agent: *\nCrawl-delay: 5\nUser-agent: bar\n{BAN}", "/x", ""),
    "a rate ends a group": (f"User-agent: Foobot\nRequest-rate: 1/10s\nUser-agent: bar\n{BAN}", "/x", ""),
    "an unknown rule about a path ends a group": (
        f"User-agent: *\nNoindex: /gb.html\nNoindex: /content/2/\nUser-agent: ia_archiver\n{BAN}",
        "/foo",
        "",
    ),
    "groups of one agent are one": (
        f"User-agent: Foobot\n{BAN}\nUser-agent: bar\nAllow: /\nUser-agent: foobot\nAllow: /z",
        "/z",
        "/x",
    ),
    "a group without rules allows all": (f"User-agent: *\n{BAN}\nUser-agent: Foobot\n", "/x", ""),
    "the group of our name counts alone": ("User-agent: *\nDisallow: /x\nUser-agent: Foobot\nDisallow: /y", "/x", "/y"),
    "another name is not ours": (f"User-agent: Foo\n{BAN}\nUser-agent: Foobots\n{BAN}\nUser-agent: bot\n{BAN}", "/x", ""),
    "a name with its version": (f"User-agent: foobot/2.1 (+https://foo.example)\n{BAN}", "", "/x"),
    "a name before a blank": (f"User-agent: Foobot Images\n{BAN}", "", "/x"),
    "a name before an asterisk": (f"User-agent: foobot*x\n{BAN}", "", "/x"),
    "a name around an asterisk": (f"User-agent: foo*bot\n{BAN}", "", "/x"),
    "another name before an asterisk": (f"User-agent: baz*bot\n{BAN}", "/x", ""),
    "all agents, and words after that": (f"User-agent: * everybody\n{BAN}", "", "/x"),
    "rules before any agent": (f"{BAN}\nUser-agent: Foobot\nDisallow: /y", "/x", "/y"),
    "no colon": ("user-agent Foobot\ndisallow /x", "/y", "/x"),
    "misspelt": ("useragent: Foobot\nDissallow: /a\ndisalow: /b\nuser agent: bar\ndiasllow: /c", "/c", "/a /b"),
    "blanks and comments": ("  User-Agent\t: foobot # us\n\t Disallow : /x # that", "/y", "/x"),
    "carriage returns": ("User-agent: Foobot\rDisallow: /x\r\rDisallow: /y\r", "/z", "/x /y"),
    "a byte order mark": ("\ufeffUser-agent: Foobot\nDisallow: /x", "/y", "/x"),
    "a byte order mark in the middle": ("User-agent: *\n\ufeffDisallow: /x", "/y", "/x"),
    "a path that is encoded in one place": (
        "User-agent: *\nDisallow: /wiki/Käyttäjä\nDisallow: /%EB%B6%81",
        "/wiki",
        "/wiki/K%C3%A4ytt%C3%A4j%C3%A4 /북",
    ),
    "the longest rule": ("User-agent: *\nDisallow: /x\nAllow: /x/y\nDisallow: /*.html", "/x/y", "/x/z /page.html"),
    "an empty rule": (f"User-agent: Foobot\nDisallow:\nUser-agent: *\n{BAN}", "/x", ""),
    "nothing at all": ("", "/x", ""),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_allowed(name: str) -> None:
    text, allowed, forbidden = CASES[name]
    rules = Rules(text.encode(), "Foobot")
    found = {path: rules.allowed(f"https://foo.example{path}", "Foobot") for path in (*allowed.split(), *forbidden.split())}
    assert found == dict.fromkeys(allowed.split(), True) | dict.fromkeys(forbidden.split(), False)


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b"\xef\xbb", b"\xef", b"\xff\xfe"])
def test_whole_and_partial_marks(mark: bytes) -> None:
    text = f"User-agent: Foobot\n{BAN}"
    rules = Rules(mark + text.encode("utf-16-le" if mark == b"\xff\xfe" else "utf-8"), "Foobot")
    assert not rules.allowed("https://foo.example/x", "Foobot")


def test_delays_are_those_of_the_agent() -> None:
    text = b"User-agent: *\nCrawl-delay: 10\nUser-agent: Foobot\nCrawl-delay: 15\nUser-agent: bar\nCrawl-delay: 20"
    assert (Rules(text, "Foobot").crawl_delay("Foobot"), Rules(text, "other").crawl_delay("other")) == (15.0, 10.0)
