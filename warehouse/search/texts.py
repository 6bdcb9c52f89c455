"""Read the texts and articles behind the numbers of indexed texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

import duckdb
import numpy as np

from warehouse.database.statements import in_columns, statement
from warehouse.search.rank import Numbers

TITLE = 0  # the part of a text in `passages` that is its title
FEW = 200  # texts that are named one by one
MOST = 5_000  # texts in memory at once
FOUND = "article_id, source, language, published_at, published_precision, first_seen_at"  # columns of docs


class IndexedText(NamedTuple):
    """An article as it is indexed."""

    doc: int
    url: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """An article that a search found. Its address and title are in passages, where they take a tenth of the time to read."""

    article_id: UUID
    source: str
    language: str | None
    published_at: datetime | None
    published_precision: str | None
    first_seen_at: datetime


def texts_of(con: duckdb.DuckDBPyConnection, docs: Numbers) -> Iterator[IndexedText]:
    """Stream the indexed texts with these numbers, in the order of the numbers."""
    docs = np.sort(docs)
    for begin in range(0, len(docs), MOST):
        some = docs[begin : begin + MOST]
        if len(some) <= FEW:
            where = f"WHERE doc IN ({_listed(some)})"
        else:
            ask(con, some)
            where = f"SEMI JOIN asked_docs USING (doc) WHERE doc BETWEEN {some[0]} AND {some[-1]}"
        # Named by their numbers, or at least between two, because DuckDB reads no other row groups then.
        rows = con.execute(f"SELECT doc, text FROM passages {where} ORDER BY doc, part").fetchall()
        for doc, parts in groupby(rows, key=lambda row: row[0]):
            url, title, *pieces = (text for _, text in parts)
            yield IndexedText(doc, url, title, "".join(pieces))


def titles_of(con: duckdb.DuckDBPyConnection, docs: Numbers) -> dict[int, str]:
    """Return the titles of a few indexed texts by their numbers."""
    if not len(docs):
        return {}
    return dict(con.execute(f"SELECT doc, text FROM passages WHERE doc IN ({_listed(docs)}) AND part = {TITLE}").fetchall())


def beginnings_of(con: duckdb.DuckDBPyConnection, articles: Sequence[UUID], size: int) -> dict[UUID, str]:
    """Return how the texts of articles begin, so many characters of each, by article."""
    if not articles:
        return {}
    rows = con.execute("SELECT doc, article_id FROM docs WHERE article_id IN (SELECT unnest(?::UUID[]))", [list(articles)])
    ids: dict[int, UUID] = dict(rows.fetchall())
    found = {ids[one.doc]: one.text[:size] for one in texts_of(con, np.array(list(ids), np.int64))}
    missing = [article_id for article_id in articles if article_id not in found]  # an older newslake loaded them
    query = "SELECT article_id, left(text, ?) FROM articles WHERE article_id IN (SELECT unnest(?::UUID[]))"
    return found | (dict(con.execute(query, [size, missing]).fetchall()) if missing else {})


def articles_of(con: duckdb.DuckDBPyConnection, docs: Numbers) -> dict[int, FoundArticle]:
    """Return the articles of indexed texts by their numbers."""
    found: dict[int, FoundArticle] = {}
    for begin in range(0, len(docs), FEW):
        some = _listed(docs[begin : begin + FEW])  # named, so that DuckDB reads no other row groups
        rows = con.execute(f"SELECT doc, {FOUND} FROM docs WHERE doc IN ({some})").fetchall()
        found |= {doc: FoundArticle(*row) for doc, *row in rows}
    return found


def ids_of(con: duckdb.DuckDBPyConnection, docs: Numbers) -> set[UUID]:
    """Return the ids of the articles of indexed texts."""
    ask(con, docs)
    return {row[0] for row in con.execute("SELECT article_id FROM docs SEMI JOIN asked_docs USING (doc)").fetchall()}


def newest_first(con: duckdb.DuckDBPyConnection, docs: Numbers, limit: int | None = None) -> Numbers:
    """Return the numbers of indexed texts, the latest publication (or first fetch, if that is unknown) first."""
    ask(con, docs)
    found: Numbers = in_columns(con, statement("found_by_date"), {"limit": limit}).column("doc").to_numpy()
    return found


def _listed(docs: Numbers) -> str:
    return ", ".join(map(str, docs.tolist()))


def ask(con: duckdb.DuckDBPyConnection, docs: Numbers) -> None:
    """Make the numbers of indexed texts known to the statements that need asked_docs."""
    import pyarrow as pa

    con.register("asked_docs", pa.table({"doc": pa.array(np.asarray(docs, np.int32))}))
