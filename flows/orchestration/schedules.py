"""The schedules of a watchlist, as Prefect shows them: that of the watchlist, and each that sources have of their own.

And which of them were paused there. Nothing here asks Prefect.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from flows.orchestration.settings import prefect_folder
from flows.watchlist import Watchlist
from flows.watchlist.schedule import Timetable
from newslake.text import counted, some_of

if TYPE_CHECKING:
    from flows.orchestration.flow_run import Flow

# Sources with schedules of their own have so many deployments at most; those of further schedules share the last.
MOST = 50
# The schedule of each flow that the watchlist has one for; sources with one of their own have a deployment named after it.
MAIN = "scheduled"


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A schedule of the watchlist, as its deployment shows it.

    Attributes:
        name: of the deployment, which with the flow names the schedule.
        timetable: None for several together.
        sources: the names of those that it collects.
    """

    flow: Flow
    name: str
    description: str
    timetable: Timetable | None
    sources: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return f"{self.flow}/{self.name}"


def schedules(watchlist: Watchlist) -> list[Scheduled]:
    """Return the schedules of a watchlist. Pure."""
    by_timetable: defaultdict[Timetable, list[str]] = defaultdict(list)
    for source in watchlist.enabled:
        by_timetable[watchlist.schedule.of(source)].append(source.name)
    found = []
    main, zone = watchlist.schedule.timetable, watchlist.schedule.timezone
    if common := by_timetable.pop(main, None):
        found.append(_collections(MAIN, main, common))
    own = list(by_timetable.items())
    found += [_collections(deployment_name(str(timetable)), timetable, sources) for timetable, sources in own[:MOST]]
    if len(own) > MOST:
        found.append(_collections("other schedules", None, [name for _, rest in own[MOST:] for name in rest]))
    found.append(
        Scheduled("maintain", MAIN, "Upkeep of the warehouse and of captures.", Timetable(watchlist.maintain.cron, None, zone))
    )
    if (table := watchlist.brief) and table.every != "run":
        hour, minute = table.at.split(":")
        cron = f"{int(minute)} {int(hour)} * * {table.weekday[:3] if table.weekday else '*'}"
        found.append(Scheduled("brief", MAIN, "A brief of what is new.", Timetable(cron, None, zone)))
    return found


def _collections(name: str, timetable: Timetable | None, sources: Sequence[str]) -> Scheduled:
    """Return the schedule of collections of some sources."""
    asked = f"{counted(len(sources), 'source')}: {some_of(sources)}. Each is asked when it is due; a run now asks all of them."
    return Scheduled("collect", name, asked, timetable, tuple(sources))


def deployment_name(words: str) -> str:
    """Return words as the name of a deployment, in which Prefect allows no slash."""
    return words.replace("/", "∕")


def pauses(watchlist: Watchlist) -> set[str]:
    """Return which schedules were paused in Prefect when it was last asked, each as FLOW/NAME."""
    return {one.key for one in _paused(watchlist)}


def paused_sources(watchlist: Watchlist) -> set[str]:
    """Return the names of the sources that `newslake serve` does not ask because their schedule was paused in Prefect."""
    return sources_of(_paused(watchlist))


def sources_of(some: Iterable[Scheduled]) -> set[str]:
    """Return the names of the sources that schedules collect."""
    return {source for one in some for source in one.sources}


def _paused(watchlist: Watchlist) -> list[Scheduled]:
    keys = remembered(watchlist)
    return [one for one in schedules(watchlist) if one.key in keys] if keys else []


def remembered(watchlist: Watchlist) -> set[str]:
    """Return the keys of the schedules that were paused in Prefect, also of those that are no more."""
    try:
        return {str(key) for key in json.loads(paused_file(watchlist).read_text("utf-8"))}
    except (OSError, ValueError, TypeError):
        return set()


def paused_file(watchlist: Watchlist) -> Path:
    """Return the file that keeps what was paused in Prefect while that is away."""
    return prefect_folder(watchlist) / "paused.json"
