"""Write articles into the search index. The cost depends on the texts that are written, not on the corpus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

import duckdb
import numpy as np
import pyarrow as pa

from newslake.words.readings import has_clitics
from newslake.words.terms import VERSION
from warehouse.database.stage import stage, storable
from warehouse.database.statements import statement
from warehouse.search.invert import Inverted

DOCS = {
    "doc": "INTEGER",
    "article_id": "UUID",
    "revision": "INTEGER",
    "clitics": "BOOLEAN",
    "length": "INTEGER",
    "rules": "INTEGER",
}
SWEEP_SHARE = 10  # of the indexed texts: if so many are earlier ones, they go
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
ADDRESS = -1  # the first part of an article in `passages`; its title and text follow
# Characters of a passage. DuckDB reads 2,048 passages to get one of them, so that short ones are read by less work.
LONGEST = 250  # an article has at most a million


class Text(NamedTuple):
    """The current text of an article."""

    article_id: UUID
    revision: int
    url: str
    title: str
    text: str
    language: str | None


def index(
    con: duckdb.DuckDBPyConnection,
    texts: Sequence[Text],
    others: Iterable[UUID] = (),
    *,
    since: datetime = LONG_AGO,
    are_new: bool = False,
) -> int:
    """Put texts into the index, in place of earlier ones of the same articles, and return their number.

    The tables must have the articles and their matches already.

    Args:
        others: articles whose texts stay, but of which something else may have changed by which a search finds them.
        since: none of these articles was first seen before.
        are_new: the index has no text of these articles.
    """
    noticed = sorted({*(text.article_id for text in texts), *others})
    if noticed:
        stage(con, "batch_noticed", {"article_id": "UUID"}, ((article_id,) for article_id in noticed))
        con.execute(statement("batch_found_by"), {"since": since})
    if texts:
        _insert(con, texts, are_new=are_new)
    if len(noticed) > len(texts):
        con.execute(statement("update_docs"))
    return len(texts)


def _insert(con: duckdb.DuckDBPyConnection, texts: Sequence[Text], *, are_new: bool) -> None:
    # No number is used twice: a text leaves `docs` only when another one comes with a higher number, or with all its postings.
    ((first,),) = con.execute("SELECT coalesce(max(doc) + 1, 0) FROM docs").fetchall()
    inverted = Inverted(first)
    for text in texts:
        inverted.add(storable(text.title or ""), storable(text.text), clitics=has_clitics(text.language))
    lengths = inverted.lengths()
    docs = [
        (doc, text.article_id, text.revision, has_clitics(text.language), length, VERSION)
        for doc, (text, length) in enumerate(zip(texts, lengths, strict=True), start=first)
    ]
    stage(con, "batch_docs", DOCS, docs)
    if not are_new:
        con.execute("DELETE FROM docs WHERE article_id IN (SELECT article_id FROM batch_docs)")
    con.execute(statement("insert_docs"))
    con.register("batch_postings", inverted.postings())
    con.register("batch_passages", _passages(texts, first))
    with _in_order(con):
        con.execute(statement("insert_postings"))
    con.unregister("batch_postings")
    con.unregister("batch_passages")


def _passages(texts: Sequence[Text], first: int) -> pa.Table:
    pieces: list[str] = []
    parts: list[int] = []
    counts: list[int] = []
    for text in texts:
        whole = storable(text.text)
        pieces += [
            storable(text.url),
            storable(text.title or ""),
            *(whole[begin : begin + LONGEST] for begin in range(0, len(whole), LONGEST)),
        ]
        counts.append(len(pieces) - len(parts))
        parts += range(ADDRESS, ADDRESS + counts[-1])
    docs = np.repeat(np.arange(first, first + len(texts)), counts)
    return pa.table(
        [pa.array(docs, pa.int32()), pa.array(parts, pa.int16()), pa.array(pieces, pa.string())], ["doc", "part", "text"]
    )


def sweep(con: duckdb.DuckDBPyConnection) -> int:
    """Remove from the index what belongs to earlier texts, once it is a tenth of it. Return the number of these texts."""
    ((gone, count),) = con.execute(statement("replaced_docs")).fetchall()
    if gone * SWEEP_SHARE < count or not gone:
        return 0
    con.execute(statement("sweep_index"))
    return int(gone)


@contextmanager
def _in_order(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Keep the order of what is inserted, by which DuckDB later skips most of it. Otherwise its threads mix it."""
    con.execute("SET preserve_insertion_order = true")
    yield  # after an error the connection is closed, and could not be set before it has rolled back
    con.execute("SET preserve_insertion_order = false")
