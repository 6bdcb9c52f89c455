"""robots.txt as RFC 9309 means it, before Scrapy's parser (Protego) reads it.

Protego takes any part of a crawler's name for its name, and copies each rule to every name of a group: half a megabyte of names
and rules keeps it busy for minutes. So the file is first brought down to what concerns us.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Self

from scrapy.robotstxt import ProtegoRobotParser

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

# RFC 9309 asks crawlers to read at least 500 KiB of robots.txt; what is behind is not read.
MAX_BYTES = 512_000

_AGENT = re.compile(rb"^[ \t]*user[ -]?agent[ \t]*[: \t][ \t]*([^#\r\n]*)", re.I | re.M)
_TOKEN = re.compile(r"[\w-]*[^\W\d][\w-]*")
_LINE_END = re.compile(rb"[\r\n]")
_OTHERS = b"User-agent: another-crawler"


class Rules(ProtegoRobotParser):
    """Scrapy's parser on what of a robots.txt is meant for a crawler called `token`."""

    def __init__(self, robotstxt_body: bytes, token: str) -> None:
        super().__init__(for_crawler(robotstxt_body, token), None)

    @classmethod
    def from_crawler(cls, crawler: Crawler, robotstxt_body: bytes) -> Self:
        return cls(robotstxt_body, crawler.settings["ROBOTSTXT_USER_AGENT"])


def product_token(user_agent: str) -> str:
    """What robots.txt files call a crawler (RFC 9309): its name without version and contact."""
    found = _TOKEN.match(user_agent)
    return found[0] if found else "*"


def for_crawler(body: bytes, token: str) -> bytes:
    """The first MAX_BYTES of a robots.txt, every crawler but `token` and `*` by one and the same other name.

    A name counts up to its first space or slash, in any case. A line that the limit cuts is left out: half a rule is another one.
    """
    if len(body) > MAX_BYTES:
        ends = [found.start() for found in _LINE_END.finditer(body, MAX_BYTES - 10_000, MAX_BYTES)]
        body = body[: ends[-1] if ends else MAX_BYTES]
    wanted = token.casefold()

    def renamed(found: re.Match[bytes]) -> bytes:
        name = found[1].decode("utf-8", "replace").strip()
        if name.split() and name.split()[0] == "*":
            return b"User-agent: *"
        said = _TOKEN.match(name.replace("*", ""))
        return f"User-agent: {token}".encode() if said and said[0].casefold() == wanted else _OTHERS

    return _AGENT.sub(renamed, body.removeprefix(b"\xef\xbb\xbf"))
