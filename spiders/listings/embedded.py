"""Find the links in the data of pages that scripts draw, and in the answers of the addresses that such pages load. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from newslake.embedded import ADDRESS, HEADLINE, PUBLISHED, Record, Script, dicts, field, fields, moment_of, states, text_of
from newslake.text import plain
from spiders.listings.values import MAX_TITLE, date_of
from spiders.urls.canonical import absolute

__all__ = ["Entry", "entries", "html_of", "next_address"]

MAX_ENTRIES = 5_000

_NEXT = ("next", "nextpage", "nexturl", "nextpageurl", "nextlink", "loadmoreurl", "moreurl")
# Objects that are no articles, whatever fields they have.
_OTHERS = re.compile(
    r"image|photo(?!story)|video|audio|person|author|organi[sz]ation|imprint|breadcrumb|website|webpage|section|tag|topic|category|menu"
    r"|navigation|ad(?:vert\w*)?$|media|logo|stylesheet",
    re.I,
)
_HTML = re.compile(r"<a\s[^>]*href", re.I)
# Characters; a shorter one is the name of a section.
_SHORTEST_TITLE = 6


@dataclass(frozen=True, slots=True)
class Entry:
    """A link in the data of a page. One that has a date beside it is an article, whatever its address looks like."""

    url: str
    title: str
    published: datetime | None


def entries(scripts: Iterable[Script], base: str) -> list[Entry]:
    """Return the links in the data of a page, each once, in page order."""
    found: dict[str, Entry] = {}
    for value in states(scripts):
        for record in dicts(value):
            entry = _entry(record, base)
            if entry and (entry.url not in found or (entry.published and not found[entry.url].published)):
                found[entry.url] = entry
                if len(found) == MAX_ENTRIES:
                    return list(found.values())
    return list(found.values())


def html_of(value: Any) -> str:
    """Return the pieces of HTML with links in an answer of JSON, one after another."""
    inside = (one for record in dicts(value) for one in record.values())
    whole = value if isinstance(value, list) else ()
    return "\n".join(one for one in (*whole, *inside) if isinstance(one, str) and _HTML.search(one))


def next_address(value: Any, base: str) -> str | None:
    """Return the address of the next part of a list that an answer of JSON names; None without one."""
    for record in dicts(value):
        found = field(record, _NEXT)
        named = field(found, ADDRESS) if isinstance(found, dict) else found
        if isinstance(named, str) and named.startswith(("http://", "https://", "/", "?")):
            return absolute(base, named)
    return None


def _entry(record: Record, base: str) -> Entry | None:
    kinds = record.get("@type", record.get("type", record.get("__typename")))
    if any(isinstance(kind, str) and _OTHERS.search(kind) for kind in (kinds if isinstance(kinds, list) else [kinds])):
        return None
    title = plain(text_of(field(record, HEADLINE)), MAX_TITLE)
    target = next(_addresses(record, base), None)
    if target and title and len(title) >= _SHORTEST_TITLE:
        return Entry(target, title, _date(record))
    return Entry(target, "", None) if target and record.get("@type") == "ListItem" else None


def _addresses(record: Record, base: str) -> Iterator[str]:
    for written in fields(record, ADDRESS):
        if isinstance(written, dict):  # {"url": {"canonical": "…"}}
            written = field(written, ("canonical", "default", "web", "full", "href", "path"))
        if isinstance(written, str) and written.startswith(("http://", "https://", "/")) and (target := absolute(base, written)):
            yield target


def _date(record: Record) -> datetime | None:
    when = moment_of(field(record, PUBLISHED))
    return date_of(when) if isinstance(when, str) else when
