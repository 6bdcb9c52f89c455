"""Send what waits in the outbox: each message to each address, after the hours of quiet, and again later where it failed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby

from flows.messages.channel import named, send_letter, silent_apprise
from flows.messages.letter import digest
from flows.messages.outbox import KEPT, Delivery, Message, Outbox
from flows.messages.quiet import quiet_until
from flows.reading.times import minute_in_zone
from flows.watchlist import Watchlist
from newslake.text import counted

FIRST_RETRY = timedelta(minutes=5)
LONGEST_RETRY = timedelta(hours=6)
# A service that refused so many messages one after the other is not asked for the next one now.
IN_A_ROW = 2
MOST = 10  # alerts in one message


def deliver(watchlist: Watchlist, outbox: Outbox, now: datetime) -> list[str]:
    """Send what is due; return a sentence for each address that failed. Only one process may do so at a time.

    A message is done when every address that [notify] has now has had it. So one that waits goes to a corrected address too.
    """
    waiting = outbox.waiting()
    if not waiting:
        return []
    if not watchlist.notify.urls:
        outbox.done([one.id for one in waiting if one.created_at < now - KEPT], now)
        waits = counted(len(waiting), "message waits", "messages wait")
        return [
            f"{waits}, and [notify] of {watchlist.path} has no urls any more: put an address back, and the next run sends to it;"
            f" without one they are dropped after {KEPT.days} days: newslake check"
        ]
    failures = list[str]()
    sent_to = {key: set[str]() for key in (message.id for message in waiting)}
    known = outbox.deliveries()
    addresses = [outbox.digits_of(secret.get_secret_value()) for secret in watchlist.notify.urls]
    with silent_apprise() as apprise:
        for place, (secret, digits) in enumerate(zip(watchlist.notify.urls, addresses, strict=True)):
            left = [one for one in waiting if not known.get((one.id, digits), Delivery()).sent_at]
            due = [one for one in left if _due_at(watchlist, one, known.get((one.id, digits)), now) is None]
            refused = 0
            for parcel in _parcels(due):
                if refused >= IN_A_ROW:
                    break
                ids = [one.id for one in parcel]
                letter = digest([one.letter for one in parcel], ids, [one.name for one in parcel])
                if send_letter(apprise, secret.get_secret_value(), letter, parcel[0].page):
                    outbox.sent(ids, digits, now)
                    left = [one for one in left if one.id not in ids]
                    refused = 0
                else:
                    count = 1 + max(known.get((key, digits), Delivery()).failures for key in ids)
                    outbox.failed(ids, digits, count, now + _wait(count))
                    refused += 1
            if refused:
                failures.append(_failure(watchlist, place, len(left)))
            for message in waiting:
                if message not in left:
                    sent_to[message.id].add(digits)
    outbox.done([key for key, done in sent_to.items() if done >= set(addresses)], now)
    return failures


def next_delivery(watchlist: Watchlist, outbox: Outbox, now: datetime) -> datetime | None:
    """Return when something of what waits may be sent next, `now` at the earliest; None if nothing waits."""
    if not watchlist.notify.urls:
        return None
    known = outbox.deliveries()
    addresses = [outbox.digits_of(secret.get_secret_value()) for secret in watchlist.notify.urls]
    moments = [
        _due_at(watchlist, message, known.get((message.id, digits)), now) or now
        for message in outbox.waiting()
        for digits in addresses
        if not known.get((message.id, digits), Delivery()).sent_at
    ]
    return min(moments, default=None)


def _due_at(watchlist: Watchlist, message: Message, delivery: Delivery | None, now: datetime) -> datetime | None:
    """Return until when a message is held back; None if it is due."""
    ends = quiet_until(_quiet_of(watchlist, message), now, watchlist.zone)
    again = delivery.again_at if delivery and delivery.again_at and delivery.again_at > now else None
    # A clock that was set back must not hold a message for longer than a failure does.
    again = min(again, now + LONGEST_RETRY) if again else None
    held = [moment for moment in (ends, again) if moment]
    return max(held) if held else None


def _quiet_of(watchlist: Watchlist, message: Message) -> str | None:
    """Return the hours of quiet of a message, as the watchlist has them now; a brief has none, since its time was chosen."""
    if message.kind == "brief":
        return None
    own = next((alert.quiet for alert in watchlist.alerts if alert.name == message.name), None)
    return own or watchlist.notify.quiet


def waiting_words(watchlist: Watchlist, outbox: Outbox, count: int, now: datetime) -> str:
    """Return how many messages wait, and until when at least."""
    waits = f"{counted(count, 'message waits', 'messages wait')} to be sent"
    at = next_delivery(watchlist, outbox, now)
    if at is None or at <= now:
        return waits
    return f"{waits}, not before {minute_in_zone(at, watchlist.zone)}"


def _parcels(due: Sequence[Message]) -> list[list[Message]]:
    """Return what is sent as one message: alerts that wait together; a brief is always by itself."""
    by_kind = sorted(due, key=lambda one: one.kind)
    parcels = list[list[Message]]()
    for kind, messages in groupby(by_kind, key=lambda one: one.kind):
        if kind == "alert":
            several = list(messages)
            parcels += [several[at : at + MOST] for at in range(0, len(several), MOST)]
        else:
            parcels += [[one] for one in messages]
    return parcels


def _wait(failures: int) -> timedelta:
    return min(FIRST_RETRY * int(2 ** min(failures - 1, 10)), LONGEST_RETRY)


def _failure(watchlist: Watchlist, place: int, waiting: int) -> str:
    kept = counted(waiting, "message is", "messages are")
    return (
        f"nothing could be sent to {named(watchlist.notify, place)}; {kept} kept and tried again by later runs:"
        f" newslake check --notify tries the address"
    )
