"""Reading what the pipeline itself needs, and what the schema means."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files

import duckdb

from warehouse.records import KnownUrl, Outcome, Place, RepeatedLine, StoredText

CHUNK = 10_000  # rows held at once
RECENT = 50  # texts of a source beside which those of a run are held


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    type: str
    comment: str | None  # None for the columns of a view, which its own comment explains


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or a view of the warehouse."""

    name: str
    kind: str  # table or view
    comment: str | None
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A row of the view `source_health`; rates are None where nothing was measured yet."""

    source: str
    state: str  # ok, stale, failing or silent
    last_run: datetime
    last_success: datetime | None
    last_new_article: datetime | None
    runs: int
    discovered: int
    yield_per_run: float
    usual_yield: float | None
    failure_rate: float | None
    usual_failure_rate: float | None


def known_urls(con: duckdb.DuckDBPyConnection) -> Iterator[KnownUrl]:
    """Every page's URL that the warehouse knows; listings are left out, they are read in every run."""
    rows = con.execute((files("warehouse") / "sql" / "known_urls.sql").read_text("utf-8"))
    while chunk := rows.fetchmany(CHUNK):
        for url_id, url, source, outcome, *rest in chunk:
            yield KnownUrl(url_id, url, source, Outcome(outcome), *rest)


def recent_texts(con: duckdb.DuckDBPyConnection, sources: Sequence[str], count: int = RECENT) -> list[StoredText]:
    """The texts of the newest articles of each source, at most `count` of a source."""
    query = (files("warehouse") / "sql" / "recent_texts.sql").read_text("utf-8")
    rows = con.execute(query, {"sources": list(sources), "count": count}).fetchall()
    return [StoredText(key, source, text, tuple(headings), *rest) for key, source, text, headings, *rest in rows]


def repeated_lines(con: duckdb.DuckDBPyConnection, sources: Sequence[str]) -> list[RepeatedLine]:
    """The lines that are known to be repeated in the articles of these sources."""
    rows = con.execute(
        "SELECT source, line_hash, line, place, articles FROM repeated_lines WHERE source = ANY(?) ORDER BY source, line_hash",
        [list(sources)],
    ).fetchall()
    return [RepeatedLine(source, key, line, Place(place), articles) for source, key, line, place, articles in rows]


def describe(con: duckdb.DuckDBPyConnection) -> list[Relation]:
    """The tables, then the views, each with its columns and what they mean."""
    relations = con.execute(
        "SELECT table_name, 'table', comment FROM duckdb_tables() WHERE database_name = current_database() AND NOT internal "
        "UNION ALL "
        "SELECT view_name, 'view', comment FROM duckdb_views() WHERE database_name = current_database() AND NOT internal "
        "ORDER BY 2, 1"
    ).fetchall()
    columns = con.execute(
        "SELECT table_name, column_name, data_type, comment FROM duckdb_columns() "
        "WHERE database_name = current_database() AND NOT internal ORDER BY table_name, column_index"
    ).fetchall()
    by_table: dict[str, list[Column]] = {}
    for table, *column in columns:
        by_table.setdefault(table, []).append(Column(*column))
    return [Relation(name, kind, comment, tuple(by_table[name])) for name, kind, comment in relations]


def sources_health(con: duckdb.DuckDBPyConnection) -> list[SourceHealth]:
    """The health of each source, by name."""
    rows = con.execute(
        "SELECT source, state, last_run, last_success, last_new_article, runs, discovered, yield, usual_yield, "
        "failure_rate, usual_failure_rate FROM source_health ORDER BY source"
    ).fetchall()
    return [SourceHealth(*row) for row in rows]
