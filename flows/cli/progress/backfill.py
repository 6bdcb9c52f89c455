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
    """Shows the current file, pages and megabytes a second, matches, and the time left for all files."""

    def __init__(self, files: Sequence[Archive]) -> None:
        self._sizes = {archive.place: archive.size for archive in files}  # None for a remote file, whose size is not known yet
        self._now: str | None = None
        self._done = 0  # bytes of earlier files
        self._is_read = False
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(),
            console=errors,
            transient=True,
            disable=not errors.is_terminal,
        )
        self._task = self._bar.add_task("starting", total=None, speed="")

    def __enter__(self) -> BackfillProgress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def file(self, archive: Archive, number: int, of: int) -> None:
        if self._now and self._is_read:
            self._done += self._sizes[self._now] or 0
        elif self._now:  # skipped or unreadable: it took no time, so leave it out of the estimate
            del self._sizes[self._now]
        self._now, self._is_read = archive.place, False
        self._bar.update(self._task, description=escape(plain(f"{number}/{of} {archive.name}")))

    def note(self, text: str) -> None:
        errors.print(escape(plain(text)), soft_wrap=True)

    def progress(self, tally: Tally, done: int, size: int) -> None:
        if self._now:
            self._sizes[self._now], self._is_read = size, True
        known = [size for size in self._sizes.values() if size is not None]
        seconds = max(tally.seconds, 0.001)
        speed = f"{tally.pages / seconds:,.0f} pages/s, {tally.bytes / seconds / 1e6:,.0f} MB/s, {tally.matches:,} matches"
        # assume the mean for files of unknown size
        total = sum(known) * len(self._sizes) / len(known) if known else None
        self._bar.update(self._task, total=total, completed=self._done + done, speed=speed)
