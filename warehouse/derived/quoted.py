"""Write what is quoted in the texts of articles: with each load, and for articles that an older newslake loaded."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from typing import NamedTuple
from uuid import UUID

import duckdb

from newslake.quotations import quotations
from warehouse.database.connect import LONG_WAIT, open_reader, open_writer
from warehouse.database.stage import stage
from warehouse.database.statements import statement
from warehouse.database.writer import Writer
from warehouse.derived.pieces import pieces
from warehouse.location import Location
from warehouse.records import ArticleRecord

# Articles that are searched while the lock of the warehouse is held: a second or two of work.
AT_ONCE = 3_000
_COLUMNS = {"article_id": "UUID", "positions": "BIGINT[]", "quotations": "VARCHAR[]", "speakers": "VARCHAR[]"}


class _Text(NamedTuple):
    article_id: UUID
    text: str
    language: str | None


def write_quotations(con: duckdb.DuckDBPyConnection, articles: Mapping[UUID, ArticleRecord], known: Container[UUID]) -> None:
    """Write what is quoted in articles of which a run brings or rewrites the current text.

    Args:
        known: articles that the warehouse has, so that they may have a row already.
    """
    _stage(con, ((article_id, one.page.text, one.page.language) for article_id, one in sorted(articles.items())))
    if any(article_id in known for article_id in articles):
        con.execute("DELETE FROM quoted WHERE article_id IN (SELECT article_id FROM batch_quoted)")
    con.execute(statement("insert_quoted"))


def missing_quotations(location: Location) -> int:
    """Return how many articles were not searched for quotations, because an older newslake loaded them."""
    with open_reader(location) as con:
        return _missing(con)


def fill_quotations(location: Location) -> int:
    """Search the articles that were not searched yet, and return their number. Others can load in between; what is done stays."""
    done = 0
    if not missing_quotations(location):
        return done
    for texts in pieces(location, "unquoted_texts", _Text, {}, AT_ONCE):
        with open_writer(location, "maintain", wait=LONG_WAIT) as writer:
            done += _filled(writer, texts)
    return done


def _missing(con: duckdb.DuckDBPyConnection) -> int:
    [(left,)] = con.execute("SELECT count(*) FROM articles ANTI JOIN quoted USING (article_id)").fetchall()
    return int(left)


def _filled(writer: Writer, texts: list[_Text]) -> int:
    """Write what is quoted in those texts that no load has searched, replaced or removed meanwhile; return their number."""

    def work(con: duckdb.DuckDBPyConnection) -> int:
        stage(con, "batch_to_quote", {"article_id": "UUID"}, ((text.article_id,) for text in texts))
        wanted = {row[0] for row in con.execute(statement("still_unquoted")).fetchall()}
        _stage(con, (text for text in texts if text.article_id in wanted))
        con.execute(statement("insert_quoted"))
        return len(wanted)

    return writer.transact(work)


def _stage(con: duckdb.DuckDBPyConnection, texts: Iterable[tuple[UUID, str, str | None]]) -> None:
    def rows() -> Iterable[tuple[UUID, list[int], list[str], list[str | None]]]:
        for article_id, text, language in texts:
            found = quotations(text, language)
            yield article_id, [one.position for one in found], [one.text for one in found], [one.speaker for one in found]

    stage(con, "batch_quoted", _COLUMNS, rows())
