"""Make the brief that is due, where the last one ended, and hand its files and its message to the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from flows.brief.delivery.due import MARK, moment
from flows.brief.delivery.files import LATEST, feeds_of, pages_of, write_one
from flows.brief.delivery.letter import letter_of
from flows.brief.formats import Form, written
from flows.brief.gather import brief_of
from flows.brief.model import Brief
from flows.brief.text import markdown_of
from flows.brief.words import summary
from flows.messages.outbox import Entry, Message, Outbox, Page
from flows.search.called import missing_names
from flows.watchlist import Watchlist
from newslake.errors import NewslakeError, brief
from warehouse.brief.news import news
from warehouse.database.statements import one_state
from warehouse.news import latest_load

if TYPE_CHECKING:
    import duckdb

FEEDS_MARK = "[feeds]"  # no alert has such a name
FIRST = {"run": timedelta(days=1), "day": timedelta(days=1), "week": timedelta(days=7)}
FEED = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Made:
    """A brief that was made: a line that says so, its text in Markdown, and warnings."""

    line: str
    markdown: str | None = None
    warnings: tuple[str, ...] = ()


def make(watchlist: Watchlist, con: duckdb.DuckDBPyConnection, outbox: Outbox, now: datetime) -> Made:
    """Make the brief of what was loaded since the last one ended.

    It is in the outbox then, with the mark where the next one begins, or nothing has changed.
    """
    table = watchlist.brief
    assert table
    names, warnings = known_names(watchlist, con)
    if table.topics and not names:
        return Made("", None, warnings)
    with one_state(con):
        until = latest_load(con) or now
        since = moment(outbox.marks(), "until") or now - FIRST[table.every]
        made, _ = brief_of(watchlist, con, min(since, now - timedelta(seconds=1)), max(now, until), names)
    mark = {"until": max(since, until).isoformat(), "made_at": now.isoformat(), "is_empty": made.is_empty}
    files = {} if made.is_empty else pages_of(watchlist, made, now)
    sends = table.send and (table.send_empty or not made.is_empty)
    key = uuid5(NAMESPACE_URL, f"{watchlist.path} brief {mark['until']} {mark['made_at']}").hex[:12]
    messages = [Message(key, "brief", "brief", now, letter_of(made), _page(made, files, now))] if sends else []
    outbox.write(Entry(MARK, mark, messages, files))
    where = [f"written to {watchlist.briefs}"] if files else []
    where += ["to be sent" if sends else "not sent" if table.send else ""]
    line = f"Brief: {summary(made)} {', '.join(filter(None, where)).capitalize()}".strip()
    return Made(line if line.endswith(".") else f"{line}.", markdown_of(made), warnings)


def _page(made: Brief, files: Mapping[str, bytes], now: datetime) -> Page | None:
    """Return the page that goes with the message, from the files if they have it; None for an empty brief."""
    if made.is_empty:
        return None
    data = files.get(f"{LATEST}.{Form.HTML}") or written(made, Form.HTML)
    return Page(f"brief-{now.astimezone(made.zone):%Y-%m-%d}.html", data)


def write_feeds(watchlist: Watchlist, con: duckdb.DuckDBPyConnection, outbox: Outbox, now: datetime) -> list[str]:
    """Write the feeds of the last seven days if something came in since they were written; return why that fails."""
    if watchlist.brief is None or "atom" not in watchlist.brief.formats:
        return []
    names, _ = known_names(watchlist, con)  # what is missing is told with the brief
    if watchlist.brief.topics and not names:
        return []
    mark = outbox.marks().get(FEEDS_MARK, {})
    asked = [*sorted(names), watchlist.brief.folder]
    with one_state(con):
        until = latest_load(con) or now
        if mark.get("asked") == asked and (last := moment({MARK: mark}, "until")) and not news(con, last, until):
            return []
        made, _ = brief_of(watchlist, con, now - FEED, max(now, until), names)
    for name, data in feeds_of(made).items():
        if why := write_one(watchlist.briefs / name, data):
            return [why]
    outbox.write(Entry(FEEDS_MARK, {"until": until.isoformat(), "asked": asked}))
    return []


def known_names(watchlist: Watchlist, con: duckdb.DuckDBPyConnection) -> tuple[list[str], tuple[str, ...]]:
    """Return the names of [brief] that mean something, and a sentence for each that does not. No name means all topics."""
    assert watchlist.brief
    missing = missing_names(watchlist, con, watchlist.brief.topics)
    warnings = tuple(f"[brief] topics: {why}; it was left out: newslake check" for why in missing.values())
    known = [name for name in watchlist.brief.topics if name not in missing]
    return known, warnings


def made_or_warned(watchlist: Watchlist, con: duckdb.DuckDBPyConnection, outbox: Outbox, now: datetime) -> Made:
    """Make the brief; if that fails, say so: it is made by the next run then."""
    try:
        return make(watchlist, con, outbox, now)
    except NewslakeError as error:
        return Made("", None, (f"no brief could be made: {brief(error)}; the next run tries again: newslake brief",))
