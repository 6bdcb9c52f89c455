"""Define the watchlist as a value: what to watch, where, how often, and where to keep it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.entities.table import Entity
from flows.topics import Topic
from flows.watchlist.alert import Alert
from flows.watchlist.brief import BriefTable
from flows.watchlist.notify import Notify
from flows.watchlist.schedule import Maintenance, Schedule, WatchedSource
from newslake.captures import capture_name, capture_path
from newslake.errors import WatchlistError
from spiders.settings import CrawlSettings
from warehouse.location import Location

if TYPE_CHECKING:
    from warehouse.records import SourceRecord


@dataclass(frozen=True, slots=True)
class Watchlist:
    """A checked watchlist file. All paths are absolute; relative paths in the file start from its own folder."""

    path: Path
    schedule: Schedule
    warehouse: Location
    crawl: CrawlSettings
    topics: tuple[Topic, ...]
    sources: tuple[WatchedSource, ...]
    notify: Notify
    maintain: Maintenance
    brief: BriefTable | None = None
    alerts: tuple[Alert, ...] = ()
    entities: tuple[Entity, ...] = ()
    # No brief is made by schedule: somebody asked for that in Prefect, and not in the file.
    brief_is_paused: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which times are shown."""
        return ZoneInfo(self.schedule.timezone)

    @property
    def base(self) -> Path:
        """The folder of the watchlist file."""
        return self.path.parent

    @property
    def enabled(self) -> tuple[WatchedSource, ...]:
        """The sources that are collected. The others keep their articles, their sites and what waits to be fetched."""
        return tuple(source for source in self.sources if source.enabled)

    @property
    def disabled(self) -> list[str]:
        """The names of the sources with `enabled = false`."""
        return [source.name for source in self.sources if not source.enabled]

    @property
    def source_tags(self) -> dict[str, Sequence[str]]:
        """The tags of the sources that have some, by name."""
        return {source.name: source.tags for source in self.sources if source.tags}

    @property
    def source_records(self) -> tuple[SourceRecord, ...]:
        """What the warehouse keeps of the sources."""
        from warehouse.records import SourceRecord

        return tuple(SourceRecord(source.name, tuple(source.tags), source.enabled) for source in self.sources)

    @property
    def captures(self) -> Path:
        """The folder of the WARC files."""
        return self.base / Path(self.crawl.captures).expanduser()

    @property
    def briefs(self) -> Path:
        """The folder of the briefs."""
        return self.base / Path(self.brief.folder if self.brief else "briefs").expanduser()

    def capture_name(self, file: Path) -> str:
        """Return the name under which the warehouse stores a WARC file."""
        return capture_name(file, self.captures, self.base)

    def capture_path(self, name: str) -> Path:
        """Return the WARC file that a name in the warehouse means."""
        return capture_path(name, self.captures)

    @property
    def state(self) -> Path:
        """The folder of run folders, the cache of feeds and sitemaps, and Prefect's own files."""
        return self.captures.parent / "state"

    def owner_of(self, file: Path) -> str | None:
        """Return in words which part of the project a file is or lies in; None for any other, which a user may write.

        Links are followed, and so is a second name of the same file.
        """
        warehouse, real = self.warehouse, file.resolve()
        folders = {"in the folder of captures": self.captures, "in the folder of state": self.state}
        if warehouse.is_lake and not warehouse.remote_data:
            folders["among the data files of the warehouse"] = Path(warehouse.data)
        for words, folder in folders.items():
            if real.is_relative_to(folder.resolve()):
                return words
        files = {"the watchlist": self.path} | ({"the warehouse itself": warehouse.file} if warehouse.file else {})
        files |= {f"the file of cookies of {source.name}": Path(source.cookies) for source in self.sources if source.cookies}
        for words, own in files.items():
            if real == own.resolve() or (file.exists() and own.exists() and file.samefile(own)):
                return words
        return None


def check_places(watchlist: Watchlist) -> None:
    """Raise WatchlistError if a path of the watchlist is a file where a folder is needed, or the reverse. Creates nothing."""
    warehouse = watchlist.warehouse
    folders = {"[crawl] captures": watchlist.captures, "the folder of state": watchlist.state}
    if warehouse.is_lake and not warehouse.remote_data:
        folders["[warehouse] data"] = Path(warehouse.data)
    if warehouse.file is not None:
        folders["[warehouse] catalog"] = warehouse.file.parent
        if warehouse.file.is_dir():
            raise _in_the_way(watchlist, f"[warehouse] catalog: {warehouse.file} is a folder, and a file is needed")
    for key, folder in folders.items():
        there = next((path for path in (folder, *folder.parents) if path.exists()), folder)
        if there.exists() and not there.is_dir():
            raise _in_the_way(watchlist, f"{key}: {there} is a file, and a folder is needed")


def _in_the_way(watchlist: Watchlist, what: str) -> WatchlistError:
    return WatchlistError(
        f"the watchlist {watchlist.path} cannot be used: {what}",
        left="nothing was run",
        next="name another path or move the file away, then `newslake check`",
    )
