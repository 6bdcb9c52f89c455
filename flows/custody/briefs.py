"""Remove the files of scheduled briefs that tell of forgotten articles, and write the feeds again without these."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from flows.brief.delivery.files import FEED_ENDING, LATEST
from flows.brief.delivery.make import FEEDS_MARK, write_feeds
from flows.custody.traces import Traces
from flows.messages.outbox import FILE, open_outbox
from flows.watchlist import Watchlist
from warehouse.database.connect import open_reader

# The files that are made by schedule; others in that folder are of the user.
_PAGE = re.compile(rf"(?:\d{{4}}-\d\d-\d\d(?:-\d{{6}})?|{LATEST})\.(?:html|md|txt|json)")


def briefs_with(watchlist: Watchlist, traces: Traces) -> list[Path]:
    """Return the pages and feeds of briefs that name one of the forgotten articles."""
    folder = watchlist.briefs
    files = [file for file in folder.iterdir() if file.is_file()] if folder.is_dir() else []
    own = [file for file in files if _PAGE.fullmatch(file.name) or file.suffix == FEED_ENDING]
    return sorted(file for file in own if traces.are_in(file.read_text("utf-8", "replace")))


def remove_briefs(watchlist: Watchlist, traces: Traces, note: Callable[[str], None]) -> None:
    """Remove them. The feeds are then written anew; what prevents that is told, and the next run does it."""
    found = briefs_with(watchlist, traces)
    for file in found:
        file.unlink(missing_ok=True)
    if watchlist.brief is None or not (watchlist.state / FILE).exists():
        return
    with open_outbox(watchlist.state) as outbox:
        outbox.forget_marks([FEEDS_MARK])
        if any(file.suffix == FEED_ENDING for file in found):
            with open_reader(watchlist.warehouse) as con:
                for why in write_feeds(watchlist, con, outbox, datetime.now(UTC)):
                    note(why)
