"""Tell people what a run brought: look for what alerts tell, make the brief that is due, and send what waits.

None of it may cost a run: whatever fails is a warning, and is done by a later run.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from flows.alerts.again import Told as ToldSpike
from flows.alerts.listed import hindrance, lists_told
from flows.alerts.look import scope_of, seen_in, spikes_in
from flows.alerts.model import Seen
from flows.alerts.told import Told, is_needed
from flows.alerts.words import letter_of
from flows.brief.delivery.due import MARK, is_due, next_due
from flows.brief.delivery.files import write_files
from flows.brief.delivery.make import FEEDS_MARK, made_or_warned, write_feeds
from flows.messages.deliver import deliver, next_delivery, waiting_words
from flows.messages.outbox import NOTICES, Entry, Message, Outbox, open_outbox, read_outbox
from flows.messages.quiet import last_slot, next_slot
from flows.messages.turn import one_at_a_time
from flows.search.called import called, missing_names
from flows.watchlist import Watchlist
from flows.watchlist.alert import Alert
from newslake.errors import CollectionUnderWay, NewslakeError, WarehouseMissing, brief
from newslake.text import counted
from warehouse.brief.news import news
from warehouse.database.connect import open_reader
from warehouse.database.statements import one_state
from warehouse.news import latest_load

if TYPE_CHECKING:
    import duckdb

OWN_MARKS = (MARK, FEEDS_MARK, NOTICES)


def utc_now() -> datetime:
    return datetime.now(UTC)


def tell(
    watchlist: Watchlist,
    began: datetime,
    *,
    after_run: bool = True,
    now: Callable[[], datetime] = utc_now,
    brief_now: bool = False,
) -> Told:
    """Tell what there is to tell.

    Args:
        began: when the run began. Of an alert that was not there before, what was loaded earlier is the past.
        after_run: a run was loaded; else only what is due by the clock is done.
        brief_now: make the brief of [brief], whether or not it is due.
    """
    if not is_needed(watchlist):
        return Told()
    try:
        with one_at_a_time(watchlist.state), open_outbox(watchlist.state) as outbox:
            return _tell(watchlist, outbox, began, now(), after_run=after_run, brief_now=brief_now)
    except CollectionUnderWay as error:
        return Told(warnings=(f"another process sends messages; the next run tells what this one brought: {brief(error)}",))
    except Exception as error:  # noqa: BLE001 - a mistake in a brief or an alert must not cost the run
        return Told(warnings=(f"nothing was told of this run, and the next one tries again: {brief(error)}",))


def next_telling(watchlist: Watchlist, now: datetime) -> datetime | None:
    """Return when a brief, a digest or a message that waits is due by the clock, without a run; None if nothing is."""
    if not is_needed(watchlist):
        return None
    with suppress(NewslakeError), read_outbox(watchlist.state) as outbox:
        marks = outbox.marks() if outbox else {}
        moments = [next_due(watchlist, marks, now), next_delivery(watchlist, outbox, now) if outbox else None]
        moments += [_next_look(watchlist, alert, marks[alert.name], now) for alert in watchlist.alerts if alert.name in marks]
        return min((moment for moment in moments if moment), default=None)
    return None


def _tell(watchlist: Watchlist, outbox: Outbox, began: datetime, now: datetime, *, after_run: bool, brief_now: bool) -> Told:
    lines, warnings = list[str](), list[str]()
    names = {alert.name for alert in watchlist.alerts}
    outbox.forget_marks(set(outbox.marks()) - names - set(OWN_MARKS))
    made = None
    with suppress(WarehouseMissing), open_reader(watchlist.warehouse) as con:
        for alert in watchlist.alerts:
            try:
                found, why = look(watchlist, con, outbox, alert, began, now)
                warnings += why
                if found and not watchlist.notify.urls:
                    lines.append(f"Alert {found}: newslake alerts show {alert.name}")
            except NewslakeError as error:
                warnings.append(f"alert {alert.name} could not look, and the next run tries again: {brief(error)}")
        if (brief_now and watchlist.brief) or is_due(watchlist, outbox.marks(), now, after_run=after_run):
            made = made_or_warned(watchlist, con, outbox, now)
            lines += [made.line] if made.line else []
            warnings += made.warnings
        warnings += write_feeds(watchlist, con, outbox, now)
    warnings += write_files(watchlist, outbox)
    before = len(outbox.waiting())
    warnings += deliver(watchlist, outbox, now)
    left = len(outbox.waiting())
    if before > left:
        lines.append(f"Sent {counted(before - left, 'message')}.")
    if left:
        lines.append(f"{waiting_words(watchlist, outbox, left, now)}: newslake alerts")
    return Told(tuple(lines), tuple(warnings), made.markdown if made else None)


def look(
    watchlist: Watchlist, con: duckdb.DuckDBPyConnection, outbox: Outbox, alert: Alert, began: datetime, now: datetime
) -> tuple[str | None, list[str]]:
    """Let an alert look at what was loaded since its last look, and write what it tells to the outbox.

    Returns:
        The title of its message, if there is one, and warnings.
    """
    mark = outbox.marks().get(alert.name)
    if mark is None:
        mark = {"since": began.isoformat(), "looked_at": began.isoformat(), "told": {}}
        outbox.write(Entry(alert.name, mark))
    if not _is_due(watchlist, alert, mark, now):
        return None, []
    missing = missing_names(watchlist, con, alert.topic)
    warnings = [f'[[alert]] "{alert.name}": {why}; it was left out: newslake check' for why in missing.values()]
    known = [name for name in alert.topic if name not in missing]
    if alert.topic and not known:
        return None, warnings
    since = datetime.fromisoformat(mark["since"])
    with one_state(con):
        until = latest_load(con) or since
        named = called(watchlist, con, known, "nothing was told")
        scope = scope_of(con, named, lists_told(watchlist, alert))
        found = news(con, since, until) if until > since and alert.on != "spike" else ()
        if alert.on == "listed" and (why := hindrance(con, watchlist, alert, scope.lists, found)):
            return None, [*warnings, f"alert {alert.name} looks later at what came in since its last look: {why}"]
        if alert.on == "spike":
            told = {topic: ToldSpike(*one) for topic, one in mark["told"].items()}
            seen = spikes_in(con, alert, scope, now, told)
        else:
            seen = seen_in(con, alert, scope, found, until)
    entry = entry_of(watchlist, alert, seen, mark, max(since, until), now)
    outbox.write(entry, None if watchlist.notify.urls else now)
    return next((message.letter.title for message in entry.messages), None), warnings


def entry_of(watchlist: Watchlist, alert: Alert, seen: Seen, mark: dict[str, Any], until: datetime, now: datetime) -> Entry:
    """Return what is written after a look: the new mark, and the message if there is one."""
    told = {topic: (one.articles, one.seen_at) for topic, one in seen.told.items()}
    after = {"since": until.isoformat(), "looked_at": now.isoformat(), "told": told}
    if seen.is_empty:
        return Entry(alert.name, after)
    since = datetime.fromisoformat(mark["since"])
    key = uuid5(NAMESPACE_URL, f"{watchlist.path} {alert.name} {mark['since']} {until.isoformat()} {sorted(told)}").hex[:12]
    letter = letter_of(alert, seen, since, watchlist.zone)
    return Entry(alert.name, after, [Message(key, "alert", alert.name, now, letter)])


def _is_due(watchlist: Watchlist, alert: Alert, mark: dict[str, Any], now: datetime) -> bool:
    """Return whether an alert looks now: at once, or once after each moment of its digest."""
    looked_at = datetime.fromisoformat(mark["looked_at"])
    return alert.digest == "at once" or looked_at > now or looked_at < last_slot(alert.at, None, now, watchlist.zone)


def _next_look(watchlist: Watchlist, alert: Alert, mark: dict[str, Any], now: datetime) -> datetime | None:
    """Return when an alert looks next by the clock; None if it looks after each run."""
    if alert.digest == "at once":
        return None
    return now if _is_due(watchlist, alert, mark, now) else next_slot(alert.at, None, now, watchlist.zone)
