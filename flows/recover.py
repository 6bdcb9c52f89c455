"""Load runs that were set aside, after an upgrade or once the cause is fixed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flows.collect import finish
from flows.runs.clock import check_clock
from flows.runs.folder import UNREADABLE, readable_run
from flows.runs.progress import SILENT, Watcher
from flows.runs.set_aside import SetAside, chosen, runs_set_aside, write_reason
from flows.watchlist import Watchlist
from newslake.errors import RunFailed
from newslake.locks import only_one_collection
from warehouse.records import LoadReport
from warehouse.upgrade import bring_up_to_date


@dataclass(frozen=True, slots=True)
class Retried:
    """The runs that were retried: loaded now, already in the warehouse, or still set aside with the new reason."""

    loaded: tuple[LoadReport, ...]
    loaded_before: tuple[str, ...]  # run ids
    failed: tuple[SetAside, ...]


def retry(watchlist: Watchlist, names: Sequence[str] | None, watch: Watcher = SILENT) -> Retried:
    """Load runs that were set aside, oldest first. Remove the folder of a loaded run; keep a failing one with its new reason.

    Args:
        names: the run ids to load; None for all.
    Raises:
        UsageError: a named run is not set aside.
        NewslakeError: a collection is under way, storage is full or not writable, the warehouse is busy.
    """
    loaded: list[LoadReport] = []
    before: list[str] = []
    failed: list[str] = []
    check_clock()
    with only_one_collection(watchlist.state, "newslake recover"):
        asides = runs_set_aside(watchlist.state)
        bring_up_to_date(watchlist.warehouse, watchlist.captures, watchlist.base)
        for aside in asides if names is None else chosen(asides, names):
            try:
                run = readable_run(aside.folder)
            except UNREADABLE as error:
                if not aside.folder.exists():  # somebody removed it meanwhile
                    continue
                write_reason(aside.folder, error)
                failed.append(aside.folder.name)
                continue
            try:
                report = finish(watchlist, run, watch)
            except RunFailed as error:
                write_reason(run, error)
                failed.append(aside.folder.name)
            else:
                if report is None:
                    before.append(aside.run_id)
                else:
                    loaded.append(report)
        left = tuple(aside for aside in runs_set_aside(watchlist.state) if aside.folder.name in failed)
    return Retried(tuple(loaded), tuple(before), left)
