"""Index what the search index lacks, as in a corpus that was collected before there was an index."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import duckdb

from newslake.words.terms import VERSION
from warehouse.database import lock
from warehouse.database.connect import LONG_WAIT, open_reader, open_writer
from warehouse.database.statements import statement
from warehouse.database.writer import Writer
from warehouse.location import Location
from warehouse.memory import remembered

if TYPE_CHECKING:
    from warehouse.search.write import Text

PURPOSE = "index the corpus"
TEXTS = 10_000  # indexed in one transaction

Progress = Callable[[int], None]


@remembered
def missing(con: duckdb.DuckDBPyConnection) -> int:
    """Return how many articles the index lacks, as in a corpus from before the index until maintenance has been there."""
    query = "SELECT (SELECT count(*) FROM articles) - (SELECT count(*) FROM docs WHERE rules = ?)"
    ((count,),) = con.execute(query, [VERSION]).fetchall()
    return max(int(count), 0)  # work that was interrupted may leave texts of no article


def catch_up(location: Location, progress: Progress = lambda left: None, note: lock.Note = lock.ignore) -> int:
    """Index all articles that the index lacks, and return their number.

    Each ten thousand are a transaction of their own, between which loads may have their turn. Stopped at any moment, the next
    call goes on. Readers are not disturbed; until the end their searches lack some articles.

    Args:
        progress: called with the number of articles that are left.
    Raises:
        NewslakeError: as open_reader and open_writer.
    """
    with open_reader(location) as con:
        left = missing(con)
    done = 0
    if left <= 0:
        return done
    from warehouse.derived.pieces import pieces
    from warehouse.search.write import Text

    for texts in pieces(location, "unindexed_texts", Text, {"rules": VERSION}, TEXTS):
        progress(left)
        with open_writer(location, PURPOSE, wait=LONG_WAIT, note=note) as writer:
            done += _indexed(writer, texts)
        left -= len(texts)
    return done


def _indexed(writer: Writer, texts: list[Text]) -> int:
    """Index those texts that no load has indexed or removed meanwhile; return their number."""

    from warehouse.database.stage import stage
    from warehouse.search.write import index

    def work(con: duckdb.DuckDBPyConnection) -> int:
        stage(con, "batch_to_index", {"article_id": "UUID"}, ((text.article_id,) for text in texts))
        wanted = {row[0] for row in con.execute(statement("still_unindexed"), {"rules": VERSION}).fetchall()}
        return index(con, [text for text in texts if text.article_id in wanted])

    return writer.transact(work)
