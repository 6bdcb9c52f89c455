"""Find the rules of a robots.txt that apply to one crawler (RFC 9309), as Google's parser does. Pure.

- Rules for one agent that stand in several groups are combined.
- Lines of other kinds (sitemaps, unknown words, lines without a colon) end no group; rules of another kind do, such as a delay or
  an unknown rule about a path.
- An agent is named by its product token: `foo/1.0`, `foo bar` and `foo*` name foo. `foo*bot` names foobot as well.
- A byte order mark, comments, blanks, a missing colon and usual misspellings spoil nothing.
"""

from __future__ import annotations

import re
from collections import defaultdict

from newslake.decoding import by_mark, has_mark

# RFC 9309 asks crawlers to read at least 500 KiB of a robots.txt; the rest is ignored.
MAX_BYTES = 512_000

_LINE_END = re.compile(rb"[\r\n]")
_LINES = re.compile(r"\r\n|\r|\n")
_KEY = re.compile(
    r"(?P<agent>user[ -]?agent)|(?P<allow>allow)|(?P<disallow>dis{1,2}al{1,2}ow|diasllow|disallaw)|(?P<delay>crawl[ -]delay)"
    r"|(?P<rate>request[ -]rate|visit[ -]time)",
    re.I,
)
_SEPARATOR = re.compile(r"\s*:\s*|\s+|$")
_UNKNOWN = re.compile(r"[^\s:]+\s*:\s*[/*]")  # an unknown rule about a path
_NAME = re.compile(r"[\w-]+")
_PARTIAL_MARKS = (b"\xef\xbb\xbf", b"\xef\xbb", b"\xef")


def rules_for(body: bytes, token: str) -> str:
    """Return a robots.txt that says of every crawler what `body` says of the crawler `token`.

    It has the rules of the groups that name the token, or if none does, of the groups for all crawlers (`*`). Only the first
    MAX_BYTES are read. A line that the limit would cut is dropped, as half a rule is a different rule.
    """
    if len(body) > MAX_BYTES:
        ends = [found.start() for found in _LINE_END.finditer(body, MAX_BYTES - 10_000, MAX_BYTES)]
        body = body[: ends[-1] if ends else MAX_BYTES]
    wanted = token.casefold()
    rules: defaultdict[str, list[str]] = defaultdict(list)
    group: set[str] = set()
    begun = True  # the group has rules, so the next agent begins another one
    for line in _LINES.split(_text(body)):
        kind, value = _directive(line)
        if kind == "agent":
            if begun:
                group, begun = set(), False
            group |= _names(value)
            for name in group & {wanted, "*"}:
                rules[name]
        elif kind:
            begun = True
            if kind in _WRITTEN and value:
                for name in group & {wanted, "*"}:
                    rules[name].append(f"{_WRITTEN[kind]}: {value}")
    chosen = rules[wanted] if wanted in rules else rules.get("*", [])
    return "\n".join(["User-agent: *", *chosen])


_WRITTEN = {"allow": "Allow", "disallow": "Disallow", "delay": "Crawl-delay"}


def _text(body: bytes) -> str:
    if has_mark(body):
        return by_mark(body) or ""
    for mark in _PARTIAL_MARKS:
        body = body.removeprefix(mark)
    return body.decode("utf-8", "replace")


def _directive(line: str) -> tuple[str | None, str]:
    """Return the kind of a line and its value; None for lines of no consequence."""
    line = line.partition("#")[0].strip(" \t\v\f\0\ufeff")
    key = _KEY.match(line)
    separator = _SEPARATOR.match(line, key.end()) if key else None
    if key is None or separator is None:
        return ("unknown" if _UNKNOWN.match(line) else None), ""
    return key.lastgroup, line[separator.end() :].strip()


def _names(value: str) -> set[str]:
    """Return the agents that a user-agent line names."""
    if value.split()[:1] == ["*"]:
        return {"*"}
    found = (_NAME.match(name) for name in (value, value.replace("*", "")))
    return {name[0].casefold() for name in found if name}
