"""Maintain the warehouse's files, the captures, and everything else that would grow without limit.

Maintenance does not wait for a collection, and a collection waits for maintenance for seconds at most. It may be killed at any
step; the next maintenance repeats that step.
"""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flows.runs.broken import Broken, Refusal, find_broken, why_not_forget
from flows.runs.clock import check_clock
from flows.runs.folder import is_run_id
from flows.search.listed import compare_all
from flows.search.upkeep import index_rest
from flows.watchlist import Watchlist
from newslake.disk import storage_errors, write_whole
from newslake.errors import CollectionUnderWay, WarehouseMissing
from newslake.locks import only_one
from spiders.warc.manifest import GONE, Event, begin, read_manifest, record
from warehouse.captures import absolute_names, captures_named, forget_captures, rename_captures
from warehouse.database.connect import open_reader, open_writer
from warehouse.derived.mentioned import fill_mentions, unnamed
from warehouse.derived.quoted import fill_quotations, missing_quotations
from warehouse.events.fill import fill_events, without_event
from warehouse.maintain import Size, Tended, cutoff, fold_unchanged, size, tend, unchanged_rows
from warehouse.upgrade import bring_up_to_date

# A cached feed or sitemap that no run has read for so long is off the watchlist, or has moved.
KEEP_CACHE = timedelta(days=30)
# An unfinished copy of captures that is a day old belongs to a killed run.
KEEP_PARTS = timedelta(days=1)
# An unfinished backfill that nobody has resumed for so long was given up, or replaced by another request.
KEEP_BACKFILL = timedelta(days=30)
MARK = "maintained"
DAY_FOLDER = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class MaintainReport:
    """What a maintenance did, or would do without `dry_run`."""

    dry_run: bool
    seconds: float
    before: Size
    after: Size
    tended: Tended
    unchanged_folded: int = 0  # rows of fetches
    captures_pruned: int = 0  # files
    captures_bytes: int = 0  # their size
    cache_pruned: int = 0  # feeds and sitemaps
    backfills_pruned: int = 0  # unfinished ones that were given up
    quotations_read: int = 0  # articles of an older newslake that were searched for quotations
    names_read: int = 0  # articles that were searched for names, because no load or only older rules did
    lists_compared: int = 0  # articles that were compared with lists of names
    events_read: int = 0  # stories that were compared to find events, because no load or only older rules did
    pointers: int = 0  # captures that rows point to
    broken: tuple[Broken, ...] = field(default=())
    forgotten: int = 0  # rows whose pointer to a broken capture was removed
    lost: int = 0  # files of captures that the manifest records as lost now
    hindrance: Refusal | None = None  # why pointers to broken captures must not be removed
    was_asked: bool = False  # removing them was asked for


def maintain(
    watchlist: Watchlist,
    *,
    dry_run: bool = False,
    forget_broken: bool = False,
    even_most: bool = False,
    now: datetime | None = None,
    note: Callable[[str], None] = lambda line: None,
) -> MaintainReport:
    """Tidy the warehouse's files, prune captures and caches, and check that every capture that rows point to can be read.

    Args:
        dry_run: change nothing; report what would be done.
        forget_broken: remove the pointers of rows to captures that are missing or damaged, unless that could do harm.
        even_most: remove them even if most captures are missing or damaged.
        now: the moment (aware) from which ages are counted; the current time if None.
        note: called with a line about work that takes long.
    Raises:
        NewslakeError: another maintenance is under way, the warehouse stays busy, storage is full or not writable.
    """
    now = now or datetime.now(UTC)
    check_clock(now)
    began = time.monotonic()
    location, policy = watchlist.warehouse, watchlist.maintain
    with only_one(watchlist.state, "maintenance", "newslake maintain"), storage_errors(watchlist.captures):
        cache = _prune(_cache_entries(watchlist.state / "httpcache", now), dry_run)
        backfills = _prune_backfills(watchlist.state, now, dry_run)
        try:
            _name_captures(watchlist)
            with open_reader(location) as con:
                named = captures_named(con)
                folded = unchanged_rows(con, cutoff(now, policy.keep_unchanged_days)) if dry_run else 0
        except WarehouseMissing:
            spent, nothing = time.monotonic() - began, Size(0, 0)
            return MaintainReport(dry_run, spent, nothing, nothing, Tended(), cache_pruned=cache, backfills_pruned=backfills)
        before = size(location)
        old = list(old_captures(watchlist, now))
        captures_bytes = sum(file.stat().st_size for file in old)
        if not dry_run:
            begin(watchlist.captures)
            with open_writer(location, "maintain") as writer:
                # The rows first: if killed in between, a file is left that no row names, and the next maintenance prunes it.
                forget_captures(writer, [name for name in map(watchlist.capture_name, old) if name in named])
                folded = fold_unchanged(writer, cutoff(now, policy.keep_unchanged_days))
            record(watchlist.captures, Event.PRUNED, old)  # before they go: one that is still there is pruned next time
        _prune([*old, *_parts(watchlist.captures, now)], dry_run)
        gone = {watchlist.capture_name(file) for file in old}
        kept = {file: offsets for file, offsets in named.items() if file not in gone}
        pointers = sum(len(offsets) for offsets in kept.values())
        broken = find_broken(watchlist, kept)
        hindrance = why_not_forget(watchlist, broken, kept, even_most=even_most)
        forgotten = lost = 0
        if forget_broken and not hindrance and not dry_run:
            lost = _acknowledge(watchlist, broken, kept)  # before the rows: if killed in between, the next one does both again
        if broken and forget_broken and not hindrance and not dry_run:
            with open_writer(location, "maintain") as writer:
                forgotten = forget_captures(writer, places=[(each.name, each.offset) for each in broken if each.is_lost])
        derived = _derived(watchlist, dry_run, note)
        tended = _tend(watchlist, now, dry_run, note)
        return MaintainReport(
            dry_run=dry_run,
            seconds=time.monotonic() - began,
            before=before,
            after=size(location),
            tended=tended,
            unchanged_folded=folded,
            captures_pruned=len(old),
            captures_bytes=captures_bytes,
            cache_pruned=cache,
            backfills_pruned=backfills,
            **derived,
            pointers=pointers,
            broken=tuple(broken),
            forgotten=forgotten,
            lost=lost,
            hindrance=hindrance,
            was_asked=forget_broken,
        )


def _derived(watchlist: Watchlist, dry_run: bool, note: Callable[[str], None]) -> dict[str, int]:
    """Search articles that no load has searched, and return how many, as in the report."""
    location = watchlist.warehouse
    return {
        "quotations_read": missing_quotations(location) if dry_run else fill_quotations(location),
        "names_read": unnamed(location) if dry_run else fill_mentions(location),
        "lists_compared": compare_all(watchlist, dry_run=dry_run, note=note),
        "events_read": without_event(location) if dry_run else fill_events(location),
    }


def _tend(watchlist: Watchlist, now: datetime, dry_run: bool, note: Callable[[str], None]) -> Tended:
    """Index what the search index lacks, tidy the files, and remember when that was."""
    days = watchlist.maintain.keep_snapshots_days
    if dry_run:
        return tend(watchlist.warehouse, now, days, dry_run=True)
    index_rest(watchlist.warehouse, note)
    tended = tend(watchlist.warehouse, now, days)
    write_whole(watchlist.state / MARK, now.isoformat().encode())
    return tended


def _acknowledge(watchlist: Watchlist, broken: Sequence[Broken], named: Container[str]) -> int:
    """Record in the manifest which files of captures are lost for good; return their number.

    These are the files of broken captures, and missing files that no row names (any more).
    """
    captures = watchlist.captures
    entries = read_manifest(captures).entries
    files = {Path(each.file) for each in broken if each.is_lost and each.name in entries}
    kept = [captures / name for name, entry in entries.items() if entry.event not in GONE and entry.event is not Event.LOST]
    files |= {file for file in kept if not file.exists() and watchlist.capture_name(file) not in named}
    before = {name: entry.event for name, entry in entries.items()}
    record(captures, Event.LOST, sorted(files))
    after = read_manifest(captures).entries
    return sum(entry.event is Event.LOST and before.get(name) is not Event.LOST for name, entry in after.items())


def _name_captures(watchlist: Watchlist) -> None:
    """Bring the warehouse up to date, and name captures from the captures folder where an older version did not."""
    bring_up_to_date(watchlist.warehouse, watchlist.captures, watchlist.base)
    with open_reader(watchlist.warehouse) as con:
        if not absolute_names(con, watchlist.captures, watchlist.base):
            return
    with open_writer(watchlist.warehouse, "maintain") as writer:
        writer.transact(lambda con: rename_captures(con, absolute_names(con, watchlist.captures, watchlist.base)))


def maintain_line(report: MaintainReport) -> str:
    """Return the report as one line, for a log."""
    broken = f"; {len(report.broken)} captures cannot be read: newslake maintain lists them" if report.broken else ""
    files = f"{report.before.files} → {report.after.files} files"
    return f"maintained: {files}, {report.captures_pruned} files of captures pruned{broken}"


def last_maintained(state: Path) -> datetime | None:
    """Return when the last completed maintenance began; None if none has been completed."""
    try:
        return datetime.fromisoformat((state / MARK).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def old_captures(watchlist: Watchlist, now: datetime) -> Iterator[Path]:
    """Yield newslake's own WARC files that are older than `keep_captures_days`.

    The age counts from the day of the run, for a backfill's copies from the day of the copy. Files with other names belong to
    the user.
    """
    oldest = (now - timedelta(days=watchlist.crawl.keep_captures_days)).date()
    for file in sorted(watchlist.captures.glob("*/*.warc.gz")):
        if not is_run_id(file.name.removesuffix(".warc.gz")):
            continue
        if file.parent.name == "backfill":
            day = datetime.fromtimestamp(file.stat().st_mtime, UTC).date()
        elif DAY_FOLDER.fullmatch(file.parent.name):
            try:
                day = date.fromisoformat(file.parent.name)
            except ValueError:
                continue
        else:
            continue
        if day < oldest:
            yield file


def _parts(captures: Path, now: datetime) -> Iterator[Path]:
    for file in captures.glob("*/*.warc.gz.part"):
        if now.timestamp() - file.stat().st_mtime > KEEP_PARTS.total_seconds():
            yield file


def _cache_entries(cache: Path, now: datetime) -> list[Path]:
    """Return the entries of the cache of feeds and sitemaps that no run has used within `KEEP_CACHE`."""
    files = [file for file in cache.rglob("*") if file.is_file()]
    return [file for file in files if now.timestamp() - file.stat().st_mtime > KEEP_CACHE.total_seconds()]


def _prune_backfills(state: Path, now: datetime, dry_run: bool) -> int:
    """Remove the folders of unfinished backfills that were given up; return their number, 0 while a backfill is under way."""
    folders = [folder for folder in (state / "backfill").glob("*") if is_run_id(folder.name)]
    if not folders:
        return 0
    from flows.archives.results import LOADED  # imports all that backfills need, so only if there was one

    oldest = now.timestamp() - KEEP_BACKFILL.total_seconds()
    try:
        with only_one(state, "backfill", "newslake maintain"):
            unfinished = [folder for folder in folders if not (folder / LOADED).exists()]
            given_up = [
                folder for folder in unfinished if all(path.stat().st_mtime < oldest for path in (folder, *folder.rglob("*")))
            ]
            for folder in given_up if not dry_run else ():
                shutil.rmtree(folder)
    except CollectionUnderWay:
        return 0
    return len(given_up)


def _prune(files: list[Path], dry_run: bool) -> int:
    """Remove files, and folders that are empty afterwards; return the number of files."""
    if not dry_run:
        for file in files:
            file.unlink(missing_ok=True)
            with suppress(OSError):  # not empty
                file.parent.rmdir()
    return len(files)
