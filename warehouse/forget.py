"""Remove articles from the warehouse for good: their rows, and the old snapshots and files that still hold them."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import duckdb

from newslake.outcomes import Reason
from warehouse.database import lock
from warehouse.database.connect import LONG_WAIT, open_reader
from warehouse.database.errors import translated
from warehouse.database.stage import columns_of, stage, tables
from warehouse.database.statements import statement
from warehouse.database.writer import Writer
from warehouse.events.write import drop_compared, event_mates, had_events, write_events
from warehouse.export import export
from warehouse.load.tombstones import ADDRESS
from warehouse.location import Location
from warehouse.maintain import call, upkeep
from warehouse.opening.settings import CATALOG
from warehouse.similarity.stories import group
from warehouse.similarity.write_stories import members_of, write_copies

# Columns that say in words why something ended as it did, and may quote an address: that of the article that it repeats, say.
QUOTING = (
    *(("fetches", name) for name in ("detail", "found_by")),
    *(("source_runs", name) for name in ("wall", "failure", "why_not", "listing")),
    ("source_states", "reason"),
)
_URL = re.compile(r"""https?://[^\s"<>]+""")
# What is known of a source beside its articles.
OF_SOURCE = ("repeated_lines", "layouts", "layout_evidence", "source_runs", "source_states", "sources")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be forgotten.

    Attributes:
        articles: ids; urls: ids of the URLs that gave them or repeat them, and of other pages of a whole source.
        addresses: these URLs as text; places: captures, as (file as the rows name it, offset).
        source: the source, if all of it is to be forgotten.
        copies: articles that repeat one of these under another URL, and stay.
        notes: how many notes are on the articles.
    """

    articles: tuple[UUID, ...]
    urls: tuple[tuple[UUID, str | None], ...]  # with the source
    addresses: tuple[str, ...]
    places: tuple[tuple[str, int], ...]
    source: str | None
    copies: tuple[str, ...]
    notes: int = 0


def choose(
    con: duckdb.DuckDBPyConnection, articles: Sequence[UUID] = (), source: str | None = None, until: date | None = None
) -> Chosen:
    """Return what is to be forgotten: these articles, or those of a source, or those up to a day, or both of the latter.

    Args:
        until: the day (UTC) of publication, or of the first fetch if that is unknown, up to which articles are forgotten.
    """
    given = {"articles": list(articles), "source": source, "until": until}
    found = con.execute(statement("forget_articles"), given).fetchall()
    _stage_articles(con, [row[0] for row in found])
    whole = source if until is None and not articles else None
    urls = con.execute(statement("forget_urls"), {"source": whole}).fetchall()
    _stage_urls(con, [row[:2] for row in urls])
    places = con.execute(statement("forget_captures"), {"source": whole}).fetchall()
    copies = con.execute(statement("forget_copies")).fetchall()
    on_them = "FROM notes SEMI JOIN gone_articles USING (article_id) WHERE deleted_at IS NULL"
    ((notes,),) = con.execute(f"SELECT count(*) {on_them}").fetchall()
    return Chosen(
        tuple(row[0] for row in found),
        tuple(row[:2] for row in urls),
        tuple(sorted({text for row in urls for text in row[2:] if text})),
        tuple((str(file), int(offset)) for file, offset in places),
        whole,
        tuple(str(url) for (url,) in copies),
        int(notes),
    )


def captured_listings(con: duckdb.DuckDBPyConnection) -> list[tuple[str, int]]:
    """Return where the captures of listings are, as (file as the rows name it, offset), in the order of the files."""
    rows = con.execute(
        "SELECT DISTINCT capture_file, capture_offset FROM fetches "
        "WHERE kind <> 'page' AND capture_offset IS NOT NULL ORDER BY ALL"
    ).fetchall()
    return [(str(file), int(offset)) for file, offset in rows]


def forget_rows(writer: Writer, chosen: Chosen, asked: str, at: datetime) -> None:
    """Remove the rows of what was chosen and write its tombstones, in one transaction. Doing it again changes nothing."""
    _stage_articles(writer.con, chosen.articles)
    _stage_urls(writer.con, chosen.urls)
    stage(writer.con, "forgotten_places", {"file": "VARCHAR", "place": "BIGINT"}, chosen.places)
    writer.transact(lambda con: _forget(con, chosen, asked, at))


def _stage_articles(con: duckdb.DuckDBPyConnection, articles: Iterable[UUID]) -> None:
    stage(con, "gone_articles", {"article_id": "UUID"}, ((each,) for each in articles))


def _stage_urls(con: duckdb.DuckDBPyConnection, urls: Iterable[tuple[UUID, str | None]]) -> None:
    stage(con, "gone_urls", {"url_id": "UUID", "source": "VARCHAR"}, urls)


def _forget(con: duckdb.DuckDBPyConnection, chosen: Chosen, asked: str, at: datetime) -> None:
    stories = con.execute("SELECT DISTINCT story_id FROM articles SEMI JOIN gone_articles USING (article_id)").fetchall()
    mates = event_mates(con, chosen.articles)
    drop_compared(con, chosen.articles)
    con.execute(statement("insert_tombstones"), {"asked": asked, "at": at})
    con.execute(statement("forget_fetches"), {"address": ADDRESS, "reason": Reason.FORGOTTEN.value})
    con.execute(statement("forget_captured"))
    for table, column in QUOTING:
        _forget_quotations(con, table, column, set(chosen.addresses))
    con.execute(
        "DELETE FROM urls WHERE url_id IN (SELECT url_id FROM gone_urls) OR article_id IN (SELECT article_id FROM gone_articles)"
    )
    con.execute("DELETE FROM copies WHERE of_article_id IN (SELECT article_id FROM gone_articles)")
    for table in tables(con):
        if table not in ("fetches", "urls") and "article_id" in columns_of(con, table):
            con.execute(f'DELETE FROM "{table}" WHERE article_id IN (SELECT article_id FROM gone_articles)')
    con.execute(statement("sweep_index"))  # their words, also those that they had earlier
    for table in OF_SOURCE if chosen.source else ():
        con.execute(f"DELETE FROM {table} WHERE source = ?", [chosen.source])
    left = group(members_of(con, [story for (story,) in stories]), [])
    write_copies(con, left, set(), {})
    if had_events(con):
        write_events(con, mates - set(chosen.articles) | {member.article_id for story in left for member in story.members})


def _forget_quotations(con: duckdb.DuckDBPyConnection, table: str, column: str, addresses: set[str]) -> None:
    """Replace words that quote one of the addresses, in the rows of whatever they are about."""
    rows = con.execute(f"SELECT DISTINCT {column} FROM {table} WHERE contains({column}, '://')").fetchall()
    quoting = [
        (words,) for (words,) in rows if any({found, found.rstrip(".,;:!?)]")} & addresses for found in _URL.findall(words))
    ]
    if quoting:
        stage(con, "gone_words", {"words": "VARCHAR"}, quoting)
        con.execute(f"UPDATE {table} SET {column} = ? WHERE {column} IN (SELECT words FROM gone_words)", [ADDRESS])


def purge(location: Location, note: lock.Note = lock.ignore) -> None:
    """Remove all old snapshots, and everything that only they needed, from the disk. Queries that are running may fail."""
    if location.kind == "file":
        _rewrite_file(location, note)
        return
    with upkeep(location, note) as writer:
        con = writer.con
        writer.transact(lambda con: call(con, "flush_inlined_data", {}))
        writer.transact(lambda con: call(con, "rewrite_data_files", {"delete_threshold": 0.0}))
        versions = [
            row[0] for row in con.execute(f"SELECT snapshot_id FROM ducklake_snapshots('{CATALOG}') ORDER BY 1").fetchall()
        ]
        if versions[:-1]:
            writer.transact(lambda con: call(con, "expire_snapshots", {"versions": versions[:-1]}))
        everything: dict[str, Any] = {"cleanup_all": True}
        call(con, "cleanup_old_files", everything)
        call(con, "delete_orphaned_files", everything)
    if location.kind == "sqlite" and location.file is not None:
        with (
            translated(f"shrink the catalog {location}", "the rows are removed; the catalog may still hold parts of them"),
            lock.file_lock(location.file, "forget", LONG_WAIT, note),
            closing(sqlite3.connect(location.file, timeout=60, isolation_level=None)) as catalog,
        ):
            catalog.execute("VACUUM")  # or the text of deleted rows stays in free pages
            catalog.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _rewrite_file(location: Location, note: lock.Note) -> None:
    """Copy the rows of a plain file into a new one, which takes its place: DuckDB leaves deleted rows in the file."""
    assert location.file is not None
    new = location.file.with_name(f"new-{location.file.name}")
    with lock.file_lock(location.file, "forget", LONG_WAIT, note):
        with open_reader(location) as con:
            export(con, new)
        new.replace(location.file)
