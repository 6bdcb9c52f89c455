"""List the alerts with their state: how far each has looked, what waits to be sent, and what failed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flows.messages.channel import named
from flows.messages.deliver import waiting_words
from flows.messages.outbox import Message, Outbox, read_outbox
from flows.watchlist import Watchlist
from flows.watchlist.alert import Alert


def alert_rows(watchlist: Watchlist) -> list[dict[str, Any]]:
    """Return a row per alert of the watchlist: what it is about, when it looked and sent last, and what waits."""
    state = _State(watchlist)
    return [_row(watchlist, alert, state) for alert in watchlist.alerts]


def _row(watchlist: Watchlist, alert: Alert, state: _State) -> dict[str, Any]:
    return {
        "name": alert.name,
        "on": alert.on,
        "topic": alert.topic,
        "list": alert.list,
        "digest": f"daily at {alert.at}" if alert.digest == "day" else alert.digest,
        "quiet": alert.quiet or watchlist.notify.quiet,
        "looked_at": _moment(state.marks.get(alert.name, {}).get("looked_at")),
        "last_found": state.last_found.get(alert.name),
        "last_sent": state.last_sent.get(alert.name),
        "waiting": state.waiting.get(alert.name, 0),
    }


def address_rows(watchlist: Watchlist) -> list[dict[str, Any]]:
    """Return a row per address of [notify] at which a message failed: its place, failures in a row, and the next try."""
    return _State(watchlist).failing


def found_by(watchlist: Watchlist, alert: Alert) -> list[Message]:
    """Return the messages of an alert that are kept, sent or not, the oldest first."""
    with read_outbox(watchlist.state) as outbox:
        return outbox.of_alert(alert.name) if outbox else []


def waiting_in_words(watchlist: Watchlist, now: datetime) -> str | None:
    """Return how many messages wait, those of briefs too, and until when; None if none does."""
    with read_outbox(watchlist.state) as outbox:
        count = len(outbox.waiting()) if outbox else 0
        return waiting_words(watchlist, outbox, count, now) if outbox and count else None


def waiting_messages(watchlist: Watchlist) -> int:
    """Return how many messages wait, those of briefs too."""
    return sum(_State(watchlist).waiting.values())


class _State:
    """What the outbox says; nothing if there is none."""

    def __init__(self, watchlist: Watchlist) -> None:
        self.marks: dict[str, dict[str, Any]] = {}
        self.last_found: dict[str, datetime] = {}
        self.last_sent: dict[str, datetime] = {}
        self.waiting: dict[str, int] = {}
        self.failing: list[dict[str, Any]] = []
        with read_outbox(watchlist.state) as outbox:
            if outbox:
                self._read(watchlist, outbox)

    def _read(self, watchlist: Watchlist, outbox: Outbox) -> None:
        self.marks, self.last_found, self.last_sent = outbox.marks(), outbox.last_found(), outbox.last_sent()
        for message in outbox.waiting():
            self.waiting[message.name] = self.waiting.get(message.name, 0) + 1
        known = outbox.deliveries()
        for place, secret in enumerate(watchlist.notify.urls):
            digits = outbox.digits_of(secret.get_secret_value())
            failed = [one for (_, address), one in known.items() if address == digits and one.failures]
            if failed:
                again = [one.again_at for one in failed if one.again_at]
                most = max(one.failures for one in failed)
                self.failing.append({"address": named(watchlist.notify, place), "failures": most, "again_at": min(again)})


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None
