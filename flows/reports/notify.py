"""Notify people through apprise: of a source in trouble or ok again, a run that is set aside, articles that are taken down.

Addresses hold secrets (tokens, passwords) and are never printed, logged or stored, see `flows.messages.channel`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from flows.messages.channel import PREFIX, named, scheme_of, send_letter, silent_apprise
from flows.messages.deliver import FIRST_RETRY
from flows.messages.letter import Item, Letter, Section, plain_letter
from flows.messages.outbox import NOTICES, Entry, Message, open_outbox
from flows.messages.quiet import quiet_until
from flows.messages.turn import one_at_a_time
from flows.reports.gone import why_gone
from flows.reports.health import change_line
from flows.reports.summary import gone_lines
from flows.watchlist.load import read_watchlist
from flows.watchlist.model import Watchlist
from flows.watchlist.notify import Notify
from flows.watchlist.problems import Problem, watchlist_error
from flows.watchlist.toml_lines import key_lines
from newslake.errors import NewslakeError, brief
from newslake.text import counted, one_line
from warehouse.records import LoadReport, StateChange

SHOWN = 20  # articles of a message


def notify_changes(watchlist: Watchlist, changes: Sequence[StateChange]) -> list[str]:
    """Send the changes that the watchlist asks for, in one message to each address; return a sentence for each failure."""
    wanted = watchlist.notify.wanted(changes)
    if not wanted or not watchlist.notify.urls:
        return []
    troubled = sum(change.state != "ok" for change in wanted)
    count = f"{troubled} source{'s' if troubled != 1 else ''} in trouble" if troubled else "all well again"
    names = ", ".join(change.source for change in wanted[:5]) + (", …" if len(wanted) > 5 else "")
    body = "\n\n".join(change_line(change) for change in wanted)
    return _tell(watchlist, f"newslake: {count} ({names})", f"{body}\n\nWatchlist: {watchlist.path}\nMore: newslake sources")


def notify_load(watchlist: Watchlist, report: LoadReport) -> list[str]:
    """Send what a load changed: the health of sources, and articles that were taken down or came back. Return failures."""
    failed = notify_changes(watchlist, report.changes)
    lines = gone_lines(report)
    if not lines or not watchlist.notify.urls or "takedown" not in watchlist.notify.events:
        return failed
    counts = (("taken down", report.taken_down), ("put back", report.came_back))
    title = ", ".join(f"{counted(number, 'article')} {what}" for what, number in counts if number)
    body = "\n\n".join(f"{line[:1].upper()}{line[1:]}" for line in lines)
    sections = (Section("", items=_gone(watchlist, report)),)
    return [*failed, *_tell(watchlist, f"newslake: {title}", f"{body}\n\nWatchlist: {watchlist.path}", sections)]


def _gone(watchlist: Watchlist, report: LoadReport) -> tuple[Item, ...]:
    """Return which articles were taken down, or came back; none if the warehouse cannot be read now."""
    from warehouse.database.connect import open_reader  # with DuckDB, which a check of the file alone does not need

    columns = "source, title, url, reason, article_id, run_id <> $run AS is_back"
    query = (
        f"SELECT {columns} FROM takedowns WHERE $run IN (run_id, back_run_id) ORDER BY is_back DESC, source, title LIMIT {SHOWN}"
    )
    found = list[Item]()
    with suppress(NewslakeError), open_reader(watchlist.warehouse) as con:
        for source, title, url, reason, article_id, is_back in con.execute(query, {"run": report.run_id}).fetchall():
            what = f"{one_line(source)}, {'back' if is_back else f'gone{why_gone(reason)}'}"
            found.append(Item(one_line(title), url, (what,), f"newslake page {article_id}"))
    return tuple(found)


def notify_set_aside(watchlist: Watchlist, line: str) -> list[str]:
    """Notify that a run was set aside, if the watchlist asks for trouble; return a sentence for each failure."""
    if not watchlist.notify.urls or "trouble" not in watchlist.notify.events:
        return []
    return _tell(
        watchlist,
        "newslake: a run was set aside",
        f"{one_line(line)}\n\nWatchlist: {watchlist.path}\nMore: newslake recover",
    )


def _tell(watchlist: Watchlist, title: str, body: str, sections: Sequence[Section] = ()) -> list[str]:
    """Send a message to every address, after the hours of quiet. What could not be sent waits in the outbox, as alerts do."""
    now = datetime.now(UTC)
    letter = plain_letter(title.removeprefix(PREFIX), body)
    letter = replace(letter, sections=(*letter.sections, *sections))
    is_quiet = quiet_until(watchlist.notify.quiet, now, watchlist.zone) is not None
    missed = set() if is_quiet else _missed(watchlist.notify, letter)
    failed = _failures(watchlist.notify, missed)
    if is_quiet or missed:
        try:
            _keep(watchlist, letter, now, missed=missed, was_tried=not is_quiet)
        except NewslakeError as error:
            failed.append(f"a notification is lost: {brief(error)}")
    return failed


def _keep(watchlist: Watchlist, letter: Letter, now: datetime, *, missed: set[int], was_tried: bool) -> None:
    """Let a message wait for the addresses that did not have it."""
    key = uuid4().hex[:12]
    with one_at_a_time(watchlist.state), open_outbox(watchlist.state) as outbox:
        outbox.write(Entry(NOTICES, {"at": now.isoformat()}, [Message(key, "notice", "notice", now, letter)]))
        for place, secret in enumerate(watchlist.notify.urls if was_tried else ()):
            digits = outbox.digits_of(secret.get_secret_value())
            if place in missed:
                outbox.failed([key], digits, 1, now + FIRST_RETRY)
            else:
                outbox.sent([key], digits, now)


def send(notify: Notify, title: str, body: str) -> list[str]:
    """Send a message to every address; return a sentence for each address that failed."""
    return _failures(notify, _missed(notify, plain_letter(title.removeprefix(PREFIX), body)))


def _missed(notify: Notify, letter: Letter) -> set[int]:
    """Send a message to every address; return the places of those that did not take it."""
    with silent_apprise() as apprise:
        urls = enumerate(notify.urls)
        return {place for place, secret in urls if not send_letter(apprise, secret.get_secret_value(), letter)}


def _failures(notify: Notify, missed: set[int]) -> list[str]:
    tries = "newslake check --notify tries it"
    return [f"no notification could be sent to {named(notify, place)}: {tries}" for place in sorted(missed)]


def mistakes(notify: Notify) -> list[tuple[int, str]]:
    """Return the addresses that apprise cannot use: place in the list, and the reason, which does not quote the address."""
    if not notify.urls:
        return []
    found = []
    with silent_apprise() as apprise:
        from apprise.manager_plugins import NotificationManager

        manager: Any = NotificationManager
        known = manager()
        for place, secret in enumerate(notify.urls):
            url = secret.get_secret_value()
            scheme = scheme_of(url)
            if not scheme:
                found.append((place, "not an address such as mailto://…, slack://… or json://…"))
            elif scheme not in known:
                found.append((place, f"unknown scheme {scheme}://{_nearest(scheme, known.schemas())}"))
            elif apprise.Apprise.instantiate(url, suppress_exceptions=True) is None:
                found.append(
                    (place, f"incomplete: apprise cannot use this {scheme}:// address; its documentation says what it needs")
                )
    return found


def check_addresses(watchlist: Watchlist) -> None:
    """Raise WatchlistError if apprise cannot use an address of [notify]; it names the line of each. Sends nothing.

    Not part of `load_watchlist`, because apprise takes a second to import, and most commands send nothing.
    """
    if not (found := mistakes(watchlist.notify)):
        return
    lines = key_lines(read_watchlist(watchlist.path))
    problems = []
    for place, what in found:
        line = lines.get(("notify", "urls", place), lines.get(("notify", "urls"), 1))
        problems.append(Problem(line, f"[notify] → urls[{place}]", what))
    raise watchlist_error(watchlist.path, problems)


def _nearest(scheme: str, known: Sequence[str]) -> str:
    import difflib

    near = difflib.get_close_matches(scheme, known, n=1)
    return f"; did you mean {near[0]}://?" if near else "; apprise's documentation lists all schemes"
