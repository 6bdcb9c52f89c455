"""Write whom and what articles name: with each load, and for articles that an older newslake or older rules left."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

import duckdb

from newslake.names import RULES, names
from warehouse.database.connect import LONG_WAIT, open_reader, open_writer
from warehouse.database.stage import stage
from warehouse.database.statements import statement
from warehouse.database.writer import Writer
from warehouse.derived.pieces import pieces
from warehouse.location import Location
from warehouse.records import ArticleRecord

# Articles that are searched while the lock of the warehouse is held: a few seconds of work.
AT_ONCE = 500
FROM_TEXT = "text"
_COLUMNS = {
    "article_id": "UUID",
    "kind": "VARCHAR",
    "name": "VARCHAR",
    "entity": "VARCHAR",
    "in_title": "BOOLEAN",
    "times": "INTEGER",
    "position": "BIGINT",
    "forms": "VARCHAR[]",
    "found_by": "VARCHAR",
}


class _Text(NamedTuple):
    article_id: UUID
    title: str
    text: str
    language: str | None


def write_mentions(
    con: duckdb.DuckDBPyConnection, articles: Mapping[UUID, ArticleRecord], known: Container[UUID], *, wanted: bool
) -> None:
    """Write whom and what articles name of which a run brings or rewrites the current text.

    Args:
        known: articles that the warehouse has, so that they may have rows already.
        wanted: whether names are looked for. If not, those of an earlier text still go: they would be wrong.
    """
    texts = [_Text(key, one.page.title, one.page.text, one.page.language) for key, one in sorted(articles.items())]
    had = [text.article_id for text in texts if text.article_id in known]
    if had:
        _remove(con, had)
    if wanted:
        _write(con, texts)


def unnamed(location: Location) -> int:
    """Return how many articles were not searched for names by the present rules; 0 where names are not looked for."""
    if not location.names:
        return 0
    with open_reader(location) as con:
        done = f"(SELECT article_id FROM named WHERE rules >= {RULES})"
        [(left,)] = con.execute(f"SELECT count(*) FROM articles ANTI JOIN {done} AS done USING (article_id)").fetchall()
        return int(left)


def fill_mentions(location: Location) -> int:
    """Search the articles that were not searched yet, and return their number. Others can load in between; what is done stays."""
    done = 0
    if not unnamed(location):
        return done
    for texts in pieces(location, "unnamed_texts", _Text, {"rules": RULES}, AT_ONCE):
        with open_writer(location, "maintain", wait=LONG_WAIT) as writer:
            done += _filled(writer, texts)
    return done


def _filled(writer: Writer, texts: list[_Text]) -> int:
    """Write whom those texts name that no load has searched, replaced or removed meanwhile; return their number."""

    def work(con: duckdb.DuckDBPyConnection) -> int:
        stage(con, "batch_to_name", {"article_id": "UUID"}, ((text.article_id,) for text in texts))
        wanted = {row[0] for row in con.execute(statement("still_unnamed"), {"rules": RULES}).fetchall()}
        _remove(con, wanted)  # what older rules found
        _write(con, [text for text in texts if text.article_id in wanted])
        return len(wanted)

    return writer.transact(work)


def _stage_named(con: duckdb.DuckDBPyConnection, articles: Iterable[UUID]) -> None:
    stage(con, "batch_named", {"article_id": "UUID"}, ((article_id,) for article_id in articles))


def _remove(con: duckdb.DuckDBPyConnection, articles: Iterable[UUID]) -> None:
    _stage_named(con, articles)
    for table in ("mentions", "named"):
        con.execute(f"DELETE FROM {table} WHERE article_id IN (SELECT article_id FROM batch_named)")


def _write(con: duckdb.DuckDBPyConnection, texts: list[_Text]) -> None:
    _stage_named(con, (text.article_id for text in texts))
    stage(con, "batch_mentions", _COLUMNS, _rows(texts))
    con.execute(statement("insert_mentions"))
    con.execute(statement("insert_named"), {"rules": RULES})


def _rows(texts: Iterable[_Text]) -> Iterable[tuple[object, ...]]:
    for text in texts:
        for one in names(text.title, text.text, text.language):
            yield (
                text.article_id, one.kind, one.name, None, one.in_title, one.times, one.position, list(one.forms), FROM_TEXT,
            )  # fmt: skip
