"""Live progress of a backfill: the file being read, its speed, and the time left for all files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from flows.cli.console import errors, plain

if TYPE_CHECKING:
    from flows.archives.files import Archive
    from flows.backfill import Tally


class BackfillProgress:
    """Live progress on the error console: the file at hand, pages and megabytes a second, matches, time left for all files."""

    def __init__(self, files: Sequence[Archive]) -> None:
        self._sizes = {archive.place: archive.size for archive in files}  # None: a remote one, of which nothing is known yet
        self._now: str | None = None
        self._done = 0  # bytes of the files before
        self._is_read = False
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[told]}"),
            TimeRemainingColumn(),
            console=errors,
            transient=True,
            disable=not errors.is_terminal,
        )
        self._task = self._bar.add_task("starting", total=None, told="")

    def __enter__(self) -> BackfillProgress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def file(self, archive: Archive, number: int, of: int) -> None:
        if self._now and self._is_read:
            self._done += self._sizes[self._now] or 0
        elif self._now:  # loaded before, or not to be had: it took no time, and says nothing of what the others take
            del self._sizes[self._now]
        self._now, self._is_read = archive.place, False
        self._bar.update(self._task, description=escape(plain(f"{number}/{of} {archive.name}")))

    def progress(self, tally: Tally, done: int, size: int) -> None:
        if self._now:
            self._sizes[self._now], self._is_read = size, True
        known = [size for size in self._sizes.values() if size is not None]
        seconds = max(tally.seconds, 0.001)
        told = f"{tally.pages / seconds:,.0f} pages/s, {tally.bytes / seconds / 1e6:,.0f} MB/s, {tally.matches:,} matches"
        # a file of unknown size is taken to be like the others
        total = sum(known) * len(self._sizes) / len(known) if known else None
        self._bar.update(self._task, total=total, completed=self._done + done, told=told)
