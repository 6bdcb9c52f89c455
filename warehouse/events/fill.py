"""Find the events of articles that no load has compared: of an older newslake, or without the encoder that is there now."""

from __future__ import annotations

from functools import partial

from newslake.events.extra import is_installed
from warehouse.database.connect import LONG_WAIT, open_reader, open_writer
from warehouse.database.statements import statement
from warehouse.events.profiles import RULES
from warehouse.events.write import write_events
from warehouse.location import Location

# Articles that are compared while the lock of the warehouse is held: a few seconds of work.
AT_ONCE = 300


def without_event(location: Location) -> int:
    """Return how many stories were not compared by the present rules; 0 where events are not looked for."""
    if not location.events:
        return 0
    with open_reader(location) as con:
        return len(con.execute(statement("without_event"), _given(None)).fetchall())


def fill_events(location: Location) -> int:
    """Compare what was not compared yet, and return how many stories. Others can load in between; what is done stays."""
    done = 0
    if not location.events:
        return done
    while True:
        with open_reader(location) as con:
            some = [row[0] for row in con.execute(statement("without_event"), _given(AT_ONCE)).fetchall()]
        if not some:
            return done
        with open_writer(location, "maintain", wait=LONG_WAIT) as writer:
            compared = writer.transact(partial(write_events, touched=some))
        done += compared
        if not compared:
            return done


def _given(most: int | None) -> dict[str, object]:
    return {"rules": RULES, "encode": is_installed(), "most": most}
