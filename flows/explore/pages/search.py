"""The page of search: results, facets, and charts of all that was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

import numpy as np
import pyarrow as pa

from flows.explore.asked import Asked, Reply, address, place
from flows.explore.charts import by_name, timeline
from flows.explore.downloads import Sheet, download, wanted
from flows.explore.finding import FACETS, NAMES, REACH, SIZES, Found, Search, find, search_of
from flows.explore.render import page as rendered
from flows.explore.room import Corpus, Room
from flows.python.searching import HIT
from flows.reading.events import reported
from flows.reading.view import Span, marked
from flows.search.in_sql import not_indexed
from flows.search.restrict import events_of
from flows.search.rows import COLUMNS, row
from flows.search.search import Hit
from flows.search.wider import wider
from flows.topics import Node, parse_query
from flows.topics.operators import operator_hints
from newslake.errors import NewslakeError, QueryError
from newslake.text import counted
from warehouse.events.read import Told, told_of
from warehouse.explore.found import Count
from warehouse.search.plan import Only
from warehouse.search.saved import saved_searches

LABELS = {
    "topic": "Topic",
    "source": "Source",
    "language": "Language",
    "tag": "Tag",
    "entity": "On your lists",
    "event": "Event",
    "name": "Name",
}
MOST_SAVED = 12
TABLES = ("hits", "timeline", "sources")


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet: how many of the articles have it (None: not counted), and the address that chooses or drops it."""

    label: str
    articles: int | None
    is_chosen: bool
    to: str


@dataclass(frozen=True, slots=True)
class Line:
    """A hit as the page shows it."""

    rank: int
    hit: Hit
    title: tuple[Span, ...]
    snippet: tuple[Span, ...]
    to: str
    told: str


@dataclass(frozen=True, slots=True)
class _Read:
    found: Found
    counts: list[Count]
    days: list[tuple[date, int]]
    saved: dict[str, int | None]
    notes: tuple[str, ...]
    counts_names: bool
    told: Mapping[UUID, Told]
    events: Mapping[str, str]  # what was given for an event, and its id


def page(room: Room, asked: Asked, seconds: float) -> Reply:
    """Return the page of results, or a download of what it shows."""
    is_file = wanted(asked)
    try:
        search = search_of(asked, room.watchlist)
    except QueryError as error:
        if is_file:
            raise
        return _form_only(room, asked, error, error.position)
    except NewslakeError as error:
        if is_file:
            raise
        return _form_only(room, asked, error, None)
    size = asked.number("n", SIZES[0], SIZES[-1])
    number = asked.number("page", 1, REACH // size)
    wants_names = bool(search.given.names) or asked.one("count") == "names"
    try:
        read = room.read(lambda corpus: _read(room, corpus, search, (number - 1) * size, size, wants_names))
    except NewslakeError as error:
        if is_file or not search.given.options:
            raise
        return _form_only(room, asked, error, None)
    if is_file:
        return _file(asked, read, (number - 1) * size)
    return _shown(room, asked, search, read, number, size)


def _read(room: Room, corpus: Corpus, search: Search, first: int, size: int, wants_names: bool) -> _Read:
    found = find(corpus, room.watchlist, search, first, size)
    notes = [*operator_hints(search.query), *not_indexed(corpus.con), *found.notes]
    if not found.total and found.node is not None:
        notes += _elsewhere(corpus, found.node) if search.given.options else _wider(corpus, found.node)
    names = wants_names or not found.chosen.has_many_names
    counts = found.chosen.counts(names=names)
    told = told_of(corpus.con, (hit.article.article_id for hit in found.hits))
    events = {given: str(event) for given in search.given.events for event in events_of(corpus.con, (given,))}
    return _Read(found, counts, found.chosen.days(), _saved(corpus, found), tuple(map(str, notes)), names, told, events)


def _elsewhere(corpus: Corpus, node: Node) -> list[str]:
    """Return what the query finds without the filters, which are why it finds nothing; otherwise what it would find."""
    if count := _count(corpus, node):
        return [f"Without the filters, the search finds {count}."]
    return _wider(corpus, node)


def _wider(corpus: Corpus, node: Node) -> list[str]:
    """Return what the query would find if its words were meant less narrowly."""
    said = []
    for other in wider(node):
        if other.is_slow:
            said.append(f"{other.rule} {other.instead}, the search may find more, and take longer.")
        elif count := _count(corpus, other.node):
            said.append(f"{other.rule} {other.instead}, the search finds {count} in the whole corpus.")
    return said


def _count(corpus: Corpus, node: Node) -> str:
    """Return in words how many articles of the whole corpus a query finds; nothing if it finds none."""
    result = corpus.searcher.search(node, limit=1)
    return f"{'' if result.exact else 'at most '}{counted(result.total, 'article')}" if result.hits else ""


def _saved(corpus: Corpus, found: Found) -> dict[str, int | None]:
    """Return the saved searches, with how many of the articles each finds; None where that would take long."""
    counts: dict[str, int | None] = {}
    for name, query in list(saved_searches(corpus.con).items())[:MOST_SAVED]:
        try:
            result, docs = corpus.searcher.overview(parse_query(query, is_search=True), Only(), 1)
        except QueryError:
            continue
        counts[name] = None if not result.exact else len(docs if found.docs is None else np.intersect1d(docs, found.docs))
    return counts


def _form_only(room: Room, asked: Asked, error: NewslakeError, position: int | None) -> Reply:
    """Return the page with what is wrong, and the form as it was filled in."""
    query = asked.one("q")
    begin = query.rfind("\n", 0, position) + 1 if position is not None else 0
    line = query[begin:].partition("\n")[0]
    at = None if position is None else position - begin
    return rendered(
        "search.html", asked, "Search", 400, error=error, line=line, at=at, names=NAMES, sizes=SIZES, found=None, labels=LABELS
    )


def _file(asked: Asked, read: _Read, first: int) -> Reply:
    of = asked.one("of") or TABLES[0]
    if of == "timeline":
        _, made, _ = timeline(read.days)
        sheet = Sheet.made(("first_day", "articles"), [(one.first, one.articles) for one in made])
        return download(asked, sheet, "timeline")
    if of == "sources":
        rows = [(one.value, one.articles) for one in read.counts if one.facet == "source"]
        return download(asked, Sheet.made(("source", "articles"), rows), "sources")
    hits = [row(rank, hit) for rank, hit in enumerate(read.found.hits, start=first + 1)]
    table = pa.Table.from_pylist(hits, HIT)
    return download(asked, Sheet(list(COLUMNS), [tuple(each.values()) for each in hits], table), "search")


def _shown(room: Room, asked: Asked, search: Search, read: _Read, number: int, size: int) -> Reply:
    found = read.found
    first = (number - 1) * size
    unit, made, chart = timeline(read.days)
    sources = [(one.value, one.articles) for one in read.counts if one.facet == "source"]
    kept = [(name, value) for name, value in asked.query if name in NAMES and value.strip()]
    return rendered(
        "search.html",
        asked,
        f"{search.query} – search" if search.query else "Search",
        error=None,
        found=found,
        summary=_summary(found, first),
        notes=read.notes,
        lines=[
            _line(rank, hit, kept, read.told.get(hit.article.article_id)) for rank, hit in enumerate(found.hits, start=first + 1)
        ],
        facets=_facets(asked, read),
        labels=LABELS,
        to_names=None if read.counts_names or not found.total else asked.address(count="names"),
        unit=unit,
        stretches=made,
        timeline=chart,
        spread=by_name("Articles by source", "source", sources),
        before=asked.address(page=number - 1 if number > 2 else None) if number > 1 else None,
        after=asked.address(page=number + 1) if first + size < min(found.total, REACH) and found.hits else None,
        number=number,
        size=size,
        sizes=SIZES,
        sort=str(search.sort),
        zone=room.zone,
        names=NAMES,
        reach=REACH,
        is_plain=search.is_plain,
    )


def _summary(found: Found, first: int) -> str:
    if not found.hits:
        return "No article matches." if not found.total else "There are no more articles."
    count = f"{'' if found.exact else 'at most '}{counted(found.total, 'article')}"
    return f"{first + 1:,} to {first + len(found.hits):,} of {count}"


def _line(rank: int, hit: Hit, kept: Sequence[tuple[str, str]], told: Told | None) -> Line:
    to = address(place("article", hit.article.article_id), kept, at=rank) if kept else place("article", hit.article.article_id)
    title, snippet = (marked(text, hit.match.terms) for text in (hit.title, hit.match.snippet))
    return Line(rank, hit, title, snippet, to, reported(told) if told else "")


def _facets(asked: Asked, read: _Read) -> dict[str, list[Choice]]:
    """Return the values of each facet: those that are chosen, then the most frequent."""
    made: dict[str, list[Choice]] = {}
    for facet in FACETS:
        chosen = asked.many(facet)
        counts = {one.value: one for one in read.counts if one.facet == facet}
        if facet == "event":  # an article that reports it stands for an event
            counts = {given: counts.pop(event) for given, event in read.events.items() if event in counts} | counts
        values: dict[str, int | None] = {**dict.fromkeys(chosen), **{value: one.articles for value, one in counts.items()}}
        if facet == "topic":
            values |= {name: count for name, count in read.saved.items() if name not in counts}
        labels = {value: one.label for value, one in counts.items() if one.label}
        made[facet] = [
            Choice(labels.get(value, value), count, value in chosen, asked.address(page=None, **{facet: _toggled(chosen, value)}))
            for value, count in values.items()
            if count != 0 or value in chosen
        ]
    return made


def _toggled(chosen: Sequence[str], value: str) -> tuple[str, ...]:
    return tuple(each for each in chosen if each != value) if value in chosen else (*chosen, value)
