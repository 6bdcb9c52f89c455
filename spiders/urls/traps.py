"""Crawler traps: recognises series of addresses that a site can generate endlessly. Pure.

Calendars, combined filters, session ids and nested relative links give ever new addresses without news. Addresses that look like
an article's (a number, a headline, an identifier next to a date) never count as calendar or filters, however many there are.
Session ids count only if the very same addresses appear under several ids.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from urllib.parse import unquote, urlsplit

from spiders.urls.article_shape import Shape, query_shape, shape

# Dates beyond this are of a calendar. An article dated tomorrow comes from another time zone.
AHEAD = timedelta(days=31)
FUTURE_DATES = 3
# Archives link to days and months too, but their pages hardly ever to more than this many.
DATES = 100
FILTERED = 50  # addresses of one page, if they are more than twice as many as their different parameters
REPEATED = 3  # times that the same segments of a path follow each other
DEEP = 25  # segments of a path; the deepest article seen has 12
TOKENS = 5  # possible session ids of one address that are looked at
SHARED = 3  # addresses that appear under a session id and under another one
WHAT_TO_DO = "if they are articles, name article_pattern for this source"

_YEAR, _MONTH, _DAY = r"((?:19|20|21)\d\d)", r"(0?[1-9]|1[0-2])", r"(0?[1-9]|[12]\d|3[01])"
_DATE_ALONE = re.compile(rf".*/{_YEAR}(?:[/-]?{_MONTH}(?:[/-]?{_DAY})?)?/?")
_IN_QUERY = re.compile(rf"{_YEAR}(?:[-/.]?{_MONTH}(?:[-/.]?{_DAY})?)?")
_DATE_NAME = re.compile(r"[\w-]*(?:date|year|month|day)|ym?d?|m|d|cal|view|mode", re.I)
_LETTER = re.compile(r"[^\W\d_]")
_NUMBERS = re.compile(r"\d+")
_TOKEN = re.compile(r"(?=[^\W_]*\d)(?=[^\W_]*[a-z])[0-9a-z]{16,}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.I | re.ASCII)


def nested(url: str) -> str | None:
    """Return why a path must come from nested relative links; None if it need not."""
    steps = [step for step in unquote(urlsplit(url).path).split("/") if step]
    if len(steps) > DEEP:
        return f"endless addresses: a path of {len(steps)} steps; the site's relative links nest"
    for size in range(1, len(steps) // REPEATED + 1):
        for start in range(len(steps) - size * REPEATED + 1):
            part = steps[start : start + size]
            # 2011/11/11/11 is a date and a number
            if steps[start : start + size * REPEATED] == part * REPEATED and any(map(_LETTER.search, part)):
                shown = "/".join(part)[:80]
                return f"endless addresses: /{shown} repeats in the path; the site's relative links nest"
    return None


def far_ahead(url: str, today: date) -> bool:
    """Whether an address consists of just a date, and that lies more than a month ahead."""
    when = _date_alone(url)
    return when is not None and when > today + AHEAD


def braked(urls: Iterable[str], today: date, declared: Collection[str] = ()) -> dict[str, str]:
    """Return the page addresses of a source that belong to an endless series, each with the reason.

    Args:
        urls: the page addresses that the source's listings name.
        declared: those named by feeds and sitemaps, where any number of dates is fine, up to the next month.
    """
    refused: dict[str, str] = {}
    rest: list[str] = []
    for url in dict.fromkeys(urls):
        if why := nested(url):
            refused[url] = why
        else:
            rest.append(url)
    # session ids first: what is left under one of them may still be a calendar
    for found in (_sessions, lambda rest: _calendars(rest, today, declared), _filters):
        refused |= found(rest)
        rest = [url for url in rest if url not in refused]
    return refused


def _calendars(urls: list[str], today: date, declared: Collection[str]) -> dict[str, str]:
    shapes: dict[str, dict[str, date]] = defaultdict(dict)
    for url in urls:
        if when := _date_alone(url):
            shapes[_NUMBERS.sub("#", url.partition("://")[2])][url] = when
    refused: dict[str, str] = {}
    for name, dated in shapes.items():
        last = max(dated.values())
        ahead = sum(when > today + AHEAD for when in dated.values())
        if ahead >= FUTURE_DATES or len(dated.keys() - declared) > DATES:
            reach = f", up to {last:%Y-%m}" if ahead else ""
            why = f"endless addresses: a calendar, {len(dated)} of the shape {name[:120]}{reach}; {WHAT_TO_DO}"
            refused |= dict.fromkeys(dated, why)
    return refused


def _filters(urls: list[str]) -> dict[str, str]:
    pages: dict[str, list[str]] = defaultdict(list)
    for url in urls:
        parts = urlsplit(url)
        pairs = _pairs(parts.query)
        if len(pairs) > 1 and query_shape(parts.query) is Shape.PLAIN and shape(url.partition("?")[0]) < Shape.STRONG:
            pages[f"{parts.netloc}{parts.path}"].append(url)
    refused: dict[str, str] = {}
    for page, filtered in pages.items():
        made_of = {pair for url in filtered for pair in _pairs(urlsplit(url).query)}
        if len(filtered) >= FILTERED and len(filtered) > 2 * len(made_of):
            names = ", ".join(sorted({name for name, _ in made_of}))[:80]
            why = f"endless addresses: {len(filtered)} combinations of {names} at {page[:120]}; {WHAT_TO_DO}"
            refused |= dict.fromkeys(filtered, why)
    return refused


def _sessions(urls: list[str]) -> dict[str, str]:
    """Return all but the first of the addresses that differ only in a session id, if other addresses share the ids."""
    places: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))  # place → address without → id → URL
    for url in urls:
        for place, without, token in islice(_tokens(url), TOKENS):
            places[place][without].setdefault(token, url)
    refused: dict[str, str] = {}
    for place, addresses in places.items():
        shared = Counter(token for tokens in addresses.values() if len(tokens) > 1 for token in tokens)
        ids = {token for token, count in shared.items() if count >= SHARED}
        for tokens in addresses.values() if len(ids) > 1 else ():
            first, *others = [url for token, url in tokens.items() if token in ids] or [""]
            why = f"endless addresses: {len(ids)} session ids in {place}; the same page as {first}; {WHAT_TO_DO}"
            refused |= dict.fromkeys(others, why)
    return refused


def _tokens(url: str) -> Iterator[tuple[str, str, str]]:
    """Yield for each possible session id in an address: its place, the address without it, and the id."""
    parts = urlsplit(url)
    steps = parts.path.split("/")
    for number, step in enumerate(steps[:-1]):  # the last segment names the page
        if _TOKEN.fullmatch(step):
            yield f"step {number} of the path", "/".join((*steps[:number], "*", *steps[number + 1 :])) + "?" + parts.query, step
    pairs = _pairs(parts.query)
    for name, value in pairs:
        if _TOKEN.fullmatch(value):
            rest = "&".join(f"{other}={given}" for other, given in pairs if other != name)
            yield f"the parameter {name[:40]}", f"{parts.path}?{rest}", value


def _date_alone(url: str) -> date | None:
    """Return the day, or the first of the month or year, of an address that has nothing but a date below its section."""
    parts = urlsplit(url)
    if parts.query:
        pairs = _pairs(parts.query)
        is_of_dates = all(_DATE_NAME.fullmatch(name) for name, _ in pairs)
        found = _IN_QUERY.fullmatch("-".join(value for _, value in pairs if value[:1].isdigit())) if is_of_dates else None
    else:
        found = _DATE_ALONE.fullmatch(unquote(parts.path))
    if found is None:
        return None
    year, month, day = (int(part) if part else 1 for part in found.groups())
    return date(year, month, min(day, 28))


def _pairs(query: str) -> list[tuple[str, str]]:
    return [(name, value) for name, _, value in (pair.partition("=") for pair in query.split("&") if pair)]
