"""Say why an alert would have sent nothing in a stretch of the past, or not in all of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.alerts.listed import hindrance
from flows.alerts.look import GONE, KINDS, SILENT, Scope, known_since
from flows.alerts.spike import FEWEST
from flows.brief.words import counts
from flows.reading.times import minute_in_zone
from flows.watchlist import Watchlist
from flows.watchlist.alert import Alert
from newslake.text import counted
from warehouse.brief.alerts import watched_since
from warehouse.brief.news import News, first_collection, news
from warehouse.news import latest_load

if TYPE_CHECKING:
    import duckdb

# The whole days of the past that a spike is judged by, and the day that is judged.
NEEDED = timedelta(days=7 * FEWEST + 1)
SHOWN = 5  # outlets
_FIRST = {"first": " from an outlet that never had one"}


def reasons(
    con: duckdb.DuckDBPyConnection,
    alert: Alert,
    scope: Scope,
    since: datetime,
    until: datetime,
    watchlist: Watchlist,
    *,
    found_any: bool,
) -> list[str]:
    """Return sentences for the user; none if the alert could tell something at any time, and did."""
    begun, zone = first_collection(con), watchlist.zone
    if begun is None:
        return ["Nothing was collected yet: newslake run"]
    if alert.on == "spike":
        return list(_of_spikes(con, alert, scope, since, until, zone, found_any=found_any))
    found = [] if found_any else list(_of_news(con, alert, since, until, zone))
    if alert.on == "listed":
        why = hindrance(con, watchlist, alert, scope.lists, news(con, since, until))
        found += [f"Not all is known: {why}."] if why else []
    if alert.on == "first":
        found += _of_first(con, since, zone)
    elif begun > since and not found_any:
        found.append(f"newslake has collected since {minute_in_zone(begun, zone)}, and knows no edit or take-down before that.")
    return found


def _of_spikes(
    con: duckdb.DuckDBPyConnection,
    alert: Alert,
    scope: Scope,
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
    *,
    found_any: bool,
) -> Iterator[str]:
    is_judged = False
    for topic, known in known_since(con, scope).items():
        if known is None or known + NEEDED > since:
            days = counted(max(0, (until - known) // timedelta(days=1)) if known else 0, "day")
            when = f"not before {minute_in_zone(known + NEEDED, zone)}" if known else "not yet"
            yield (
                f"A spike stands out against {FEWEST} weeks of the topic's own past; of {topic} {days}"
                f" {'is' if days == '1 day' else 'are'} known, so spikes can be told {when}."
            )
        is_judged = is_judged or (known is not None and known + NEEDED <= until)
    if is_judged and not found_any:
        yield f"No 24 hours had {alert.min} articles or more that stand out against the past."


def _of_news(con: duckdb.DuckDBPyConnection, alert: Alert, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[str]:
    came = [one for one in news(con, since, until) if not alert.sources or one.source in alert.sources]
    ours = [one for one in came if one.kind in KINDS.get(alert.on, GONE)]
    only = f" of {', '.join(alert.sources)}" if alert.sources else ""
    if not came:
        latest = latest_load(con)
        yield f"Nothing{only} came in since then{f': the latest load was at {minute_in_zone(latest, zone)}' if latest else ''}."
    elif not ours:
        yield f"What came in since then{only}: {_counted(came)}; none of that is what this alert tells of."
    elif alert.on == "left-topic":
        yield f"What came in since then{only}: {_counted(ours)}; none took the words of {' or '.join(alert.topic)} out."
    elif alert.on == "listed":
        lists = f"the list {' or '.join(alert.list)}" if alert.list else "the lists"
        topics = f" on {' or '.join(alert.topic)}" if alert.topic else ""
        yield f"What came in since then{only}: {_counted(ours)}; none{topics} names an entry of {lists}."
    else:
        yield f"What came in since then{only}: {_counted(ours)}; none on {' or '.join(alert.topic)}{_FIRST.get(alert.on, '')}."


def _counted(found: Sequence[News]) -> str:
    return counts(Counter(one.kind for one in found))


def _of_first(con: duckdb.DuckDBPyConnection, since: datetime, zone: ZoneInfo) -> Iterator[str]:
    counts_from = sorted((at + SILENT, source) for source, at in watched_since(con).items() if at + SILENT > since)
    if counts_from:
        named = [f"{source} from {minute_in_zone(at, zone)}" for at, source in counts_from[:SHOWN]]
        rest = [f"and {len(counts_from) - SHOWN} more"] if len(counts_from) > SHOWN else []
        yield f"An outlet counts once newslake has read it for {SILENT.days} days: {', '.join([*named, *rest])}."
