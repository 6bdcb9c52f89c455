"""Compare the texts of articles with the user's lists of names, and write which names each has."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID

import duckdb

from newslake.names.lists import Entry, Hit, Match, NameList
from warehouse.database.connect import LONG_WAIT, open_reader, open_writer
from warehouse.database.stage import stage
from warehouse.database.statements import first, statement
from warehouse.derived.pieces import pieces
from warehouse.location import Location

AT_ONCE = 500  # articles that are written while the lock of the warehouse is held
_LISTED = {
    "article_id": "UUID",
    "list": "VARCHAR",
    "entity": "VARCHAR",
    "kind": "VARCHAR",
    "written": "VARCHAR[]",
    "match": "VARCHAR",
    "reason": "VARCHAR",
    "score": "DOUBLE",
    "in_title": "BOOLEAN",
    "times": "INTEGER",
}
_COMPARED = {"article_id": "UUID", "list": "VARCHAR", "version": "VARCHAR", "text_hash": "VARCHAR"}


@dataclass(frozen=True, slots=True)
class ListOfNames:
    """A list of names as the warehouse compares it.

    Attributes:
        version: of its names and of how they are compared; texts are compared again with another one.
    """

    name: str
    version: str
    entries: tuple[Entry, ...]
    match: Match


class _Text(NamedTuple):
    article_id: UUID
    title: str
    text: str
    text_hash: str


def uncompared(location: Location, lists: Iterable[ListOfNames]) -> int:
    """Return how many texts are still to be compared, counted once for each list."""
    with open_reader(location) as con:
        return sum(waiting(con, one) for one in lists)


def compare_lists(
    location: Location, lists: Sequence[ListOfNames], most: int | None = None, since: datetime | None = None
) -> int:
    """Compare the texts that were not compared with the lists as they are now, and return their number.

    Others can load in between; what is done stays.

    Args:
        most: so many texts of each list, the latest first; all if None.
        since: what was loaded then or later is compared in any case.
    """
    done = 0
    for one in lists:
        with open_reader(location) as con:
            if not waiting(con, one):
                continue
            ids = None if most is None else _first(con, one, most, since)
        compiled = NameList(one.entries, one.match)
        given = {"list": one.name, "version": one.version, "ids": ids}
        for texts in pieces(location, "uncompared_texts", _Text, given, AT_ONCE):
            rows = [row for text in texts for row in _rows(one, text, compiled.find(f"{text.title}\n{text.text}"))]
            with open_writer(location, "names of lists", wait=LONG_WAIT) as writer:
                writer.transact(partial(_write, one=one, texts=texts, rows=rows))
            done += len(texts)
    return done


def drop_lists(location: Location, keep: Iterable[str]) -> None:
    """Remove what was found of lists that are on the watchlist no more."""
    names = list(keep)
    query = "FROM {} WHERE NOT list_contains(?, list)"
    with open_reader(location) as con:
        stale = [table for table in ("listed", "compared") if first(con, f"{query.format(table)} LIMIT 1", [names])]
    if stale:
        with open_writer(location, "names of lists", wait=LONG_WAIT) as writer:
            for table in stale:
                writer.con.execute(f"DELETE {query.format(table)}", [names])


def drop_rewritten(con: duckdb.DuckDBPyConnection, articles: Iterable[UUID], known: Container[UUID]) -> None:
    """Remove what lists found in articles whose current text a load replaced; they are compared again after it.

    Args:
        known: articles that the warehouse has, so that lists may have found something in them.
    """
    had = [(article_id,) for article_id in articles if article_id in known]
    if had and first(con, "SELECT 1 FROM listed LIMIT 1"):
        stage(con, "batch_unlisted", {"article_id": "UUID"}, had)
        con.execute(statement("drop_listed"))


def _first(con: duckdb.DuckDBPyConnection, one: ListOfNames, most: int, since: datetime | None) -> list[UUID]:
    """Return the articles that are compared first."""
    given = {"list": one.name, "version": one.version, "most": most, "since": since}
    return [article_id for (article_id,) in con.execute(statement("first_uncompared"), given).fetchall()]


def waiting(con: duckdb.DuckDBPyConnection, one: ListOfNames, articles: Iterable[UUID] | None = None) -> int:
    """Return how many articles, of all or of some, are still to be compared with a list."""
    ids = None if articles is None else list(articles)
    [(left,)] = con.execute(statement("uncompared"), {"list": one.name, "version": one.version, "ids": ids}).fetchall()
    return int(left)


def _rows(one: ListOfNames, text: _Text, hits: Sequence[Hit]) -> Iterator[tuple[object, ...]]:
    by_entry: defaultdict[int, list[Hit]] = defaultdict(list)
    for hit in hits:
        by_entry[hit.entry].append(hit)
    for number, some in sorted(by_entry.items()):
        best = max(some, key=lambda hit: hit.score)
        entry = one.entries[number]
        written = list(dict.fromkeys(hit.written for hit in some))
        in_title = any(hit.start < len(text.title) for hit in some)
        kind, match = str(entry.kind), str(best.match)
        yield text.article_id, one.name, entry.name, kind, written, match, best.reason, best.score, in_title, len(some)


def _write(con: duckdb.DuckDBPyConnection, one: ListOfNames, texts: Sequence[_Text], rows: Sequence[tuple[object, ...]]) -> None:
    done = [(text.article_id, one.name, one.version, text.text_hash) for text in texts]
    stage(con, "batch_gone_through", _COMPARED, done)
    stage(con, "batch_listed", _LISTED, rows)
    for table in ("listed", "compared"):  # what an earlier text had, or an earlier list
        con.execute(
            f"DELETE FROM {table} WHERE list = ? AND article_id IN (SELECT article_id FROM batch_gone_through)", [one.name]
        )
    con.execute(statement("insert_listed"))
    con.execute(statement("insert_compared"))
