"""Index what the search index lacks, as in a corpus that was collected before there was an index."""

from __future__ import annotations

from collections.abc import Callable

from newslake.words.terms import VERSION
from warehouse.database import lock
from warehouse.database.connect import LONG_WAIT, open_reader, open_writer
from warehouse.database.statements import fetch
from warehouse.location import Location
from warehouse.search.lookup import missing
from warehouse.search.write import Text, index

TEXTS = 10_000  # indexed in one transaction

Progress = Callable[[int], None]


def catch_up(location: Location, progress: Progress = lambda left: None, note: lock.Note = lock.ignore) -> int:
    """Index all articles that the index lacks, and return their number.

    Each ten thousand are a transaction of their own, between which loads may have their turn. Stopped at any moment, the next
    call goes on. Readers are not disturbed; until the end their searches lack some articles.

    Args:
        progress: called with the number of articles that are left.
    Raises:
        NewslakeError: as open_writer.
    """
    with open_reader(location) as con:
        left = missing(con)
    done = 0
    while left > 0:
        progress(left)
        with open_writer(location, "index the corpus", wait=LONG_WAIT, note=note) as writer:
            some = writer.transact(lambda con: index(con, fetch(con, "unindexed_texts", Text, {"rules": VERSION, "most": TEXTS})))
        done += some
        left = left - some if some else 0
    return done
