"""Walk through the data of a page, and look up fields by the names that publishers give them. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from typing import Any

from newslake.embedded.literals import MAX_DEPTH, MAX_VALUES

__all__ = ["ADDRESS", "HEADLINE", "PUBLISHED", "Record", "dicts", "field", "fields", "moment_of", "text_of"]

Record = dict[str, Any]

# The names that publishers give to the address, the headline and the publication of an article, the surest first.
ADDRESS = (
    "canonicalurl",
    "websiteurl",
    "weburl",
    "articleurl",
    "newsurl",
    "pageurl",
    "permalink",
    "fullurl",
    "href",
    "link",
    "url",
    "uri",
    "canonicalpath",
    "urlpath",
    "fullpath",
    "relativeurl",
    "relativepath",
    "pathname",
    "path",
    "@id",
)
HEADLINE = ("headline", "headlines", "title", "newstitle", "articletitle", "subject", "name")
PUBLISHED = (
    "datepublished",
    "publishedat",
    "publisheddate",
    "publicationdate",
    "publishdate",
    "publishtime",
    "published",
    "displaydate",
    "firstpublishdate",
    "firstpublishedat",
    "firstpublished",
    "pubdate",
    "dategmt",
    "date",
    "datetime",
    "regdate",
    "regdt",
    "createdat",
    "created",
    "timestamp",
)
# Epoch seconds that a publication on the web may have; larger numbers are milliseconds.
_EARLIEST, _LATEST, _MILLISECONDS = 500_000_000, 4_000_000_000, 10_000_000_000

# Characters of JSON inside a string.
_SHORTEST = 100
_PUNCTUATION = re.compile(r"[^a-z0-9@]+")
# Keys under which a text is wrapped: {"basic": …} (Arc), {"rendered": …} (WordPress), {"@value": …}.
_WRAPPED = (
    "basic",
    "rendered",
    "main",
    "default",
    "headline",
    "text",
    "value",
    "@value",
    "name",
    "title",
    "html",
    "short",
    "long",
)


def dicts(value: Any) -> Iterator[Record]:
    """Yield every object in a value, outer ones before those inside them; no more values are seen than a literal may have."""
    waiting: list[tuple[Any, int]] = [(value, 0)]
    left = MAX_VALUES
    while waiting and left:
        left -= 1
        one, depth = waiting.pop()
        if isinstance(one, dict):
            yield one
            inside = list(one.values())
        elif isinstance(one, list):
            inside = one
        elif not _may_be_json(one):
            continue
        else:  # JSON inside a string
            try:
                inside = [json.loads(one, strict=False)]
            except (ValueError, RecursionError):
                continue
        if depth < MAX_DEPTH:
            waiting += [(each, depth + 1) for each in reversed(inside) if isinstance(each, (dict, list)) or _may_be_json(each)]


def _may_be_json(value: Any) -> bool:
    return isinstance(value, str) and len(value) > _SHORTEST and value[:1] in ("{", "[") and value.rstrip()[-1:] in ("}", "]")


def field(record: Record, names: Collection[str]) -> Any:
    """Return the first of the `fields` of an object; None without one."""
    return next(fields(record, names), None)


def fields(record: Record, names: Collection[str]) -> Iterator[Any]:
    """Yield the fields of an object that are not empty, in the order of `names`.

    Args:
        names: in lower case without punctuation, so that "publishdate" finds publish_date and publishDate.
    """
    folded: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(key, str) and value not in (None, "", [], {}):
            # GraphQL writes arguments behind a name: segments({"sanitizer":null})
            folded.setdefault(_PUNCTUATION.sub("", key.partition("(")[0].lower()), value)
    yield from (folded[name] for name in names if name in folded)


def text_of(value: Any) -> str:
    """Return the text of a field, also one that is wrapped in an object; "" without one."""
    for _ in range(3):
        if not isinstance(value, dict):
            break
        value = next((value[key] for key in _WRAPPED if value.get(key)), None)
    return value.strip() if isinstance(value, str) else ""


def moment_of(value: Any) -> datetime | str | None:
    """Return the time in a field: a datetime if it counts seconds or milliseconds, the text of one that is written, else None."""
    if isinstance(value, dict):
        value = field(value, ("$date", "iso", "utc", "date", "timestamp", "value"))
    if isinstance(value, str) and value.isdigit() and len(value) in (10, 13):
        value = int(value)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        seconds = value / 1000 if value > _MILLISECONDS else value
        return datetime.fromtimestamp(seconds, UTC) if _EARLIEST < seconds < _LATEST else None
    return value.strip() or None if isinstance(value, str) else None
