"""What tests run in other processes: python -m tests.warehouse.children WHAT LOCATION_JSON …"""

from __future__ import annotations

import os
import resource
import signal
import sys
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from newslake.errors import NewslakeError
from tests.warehouse.makers import article, changed, fetch, hours, run, words
from warehouse.database import lock
from warehouse.database.connect import open_reader, open_writer
from warehouse.database.writer import Writer
from warehouse.load.run import load
from warehouse.location import Location
from warehouse.maintain import tend


def numbered(number: int, count: int = 20) -> Any:
    """A run of `count` articles of its own."""
    return run(
        number, *(fetch(article(f"https://harbour.example/{number}/{n}", text=words(f"{number}x{n}y"))) for n in range(count))
    )


def edited(number: int, of: int, places: range) -> Any:
    """A run that finds some articles of the run `of` edited."""
    pages = (
        changed(
            article(f"https://harbour.example/{of}/{n}", text=words(f"{number}e{n}y")),
            content_hash=f"edit {number} of {n}",
            seen_at=hours(number),
        )
        for n in places
    )
    return run(number, *map(fetch, pages))


def edit_when_asked(location: Location) -> None:
    """Load a few edits for each line of the input, NUMBER FIRST; say "waiting" if another process writes, and "loaded"."""
    lock.SILENT_WAIT = 0.0
    for line in sys.stdin:
        number, first = map(int, line.split())
        with open_writer(location, f"run {number}", note=lambda _said: print("waiting", flush=True)) as writer:
            load(writer, edited(number, 1, range(first, first + 3)))
        print("loaded", flush=True)


def read_until(location: Location, seconds: str) -> None:
    """Read as often as possible for some seconds; each answer must be a whole number of runs."""
    until = time.monotonic() + float(seconds)
    reads = 0
    while time.monotonic() < until:
        with open_reader(location) as con:
            for _ in range(5):
                counted = con.execute("SELECT count(*), (SELECT coalesce(sum(loaded), 0) FROM runs) FROM articles").fetchone()
                assert counted is not None and counted[0] == counted[1], counted
                reads += 1
    print(reads)


def write(location: Location, first: str, last: str) -> None:
    for number in range(int(first), int(last)):
        with open_writer(location, f"run {number}") as writer:
            load(writer, numbered(number))


def maintain_between(location: Location, first: str, last: str) -> None:
    """Load, change what was loaded, flush and merge, again and again."""
    for number in range(int(first), int(last)):
        with open_writer(location, f"run {number}") as writer:
            load(writer, numbered(number))
            writer.con.execute("UPDATE articles SET language = 'de'")
        tend(location, datetime.now(UTC), 7)


def hold(location: Location) -> None:
    """Take the writer lock, say so, and keep it until killed."""
    with open_writer(location, "long run"):
        print("held", flush=True)
        time.sleep(60)


class Killing:
    """A connection that kills its process when it is asked to record the run, everything else being written."""

    def __init__(self, con: Any) -> None:
        self._con = con

    def execute(self, query: str, *given: Any) -> Any:
        if query.startswith("INSERT INTO runs"):
            os.kill(os.getpid(), signal.SIGKILL)
        return self._con.execute(query, *given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._con, name)


def die_while_loading(location: Location, number: str) -> None:
    with open_writer(location, "doomed") as writer:
        con: Any = Killing(writer.con)
        load(
            Writer(con, timedelta(days=21)), numbered(int(number), 1200)
        )  # more rows than are kept inline: files are written too


def limit_files(limit: str) -> None:
    """Let no file of this process grow beyond a size."""
    sys.dont_write_bytecode = True  # or Python would leave modules behind that are cut off
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))


def fill_up(location: Location, limit: str) -> None:
    """Load more than the largest file that this process may write: as good as a full disk, for root too."""
    with open_writer(location, "small") as writer:
        load(writer, numbered(1))
    limit_files(limit)
    with open_writer(location, "too large") as writer:
        load(writer, numbered(2, 3000))


def maintain_now(location: Location) -> None:
    tend(location, datetime.now(UTC), 7)


def maintain_on_a_full_disk(location: Location, limit: str) -> None:
    limit_files(limit)
    tend(location, datetime.now(UTC), 7)


def export_too_much(location: Location, file: str, limit: str) -> None:
    from pathlib import Path

    from warehouse.export import export

    limit_files(limit)
    with open_reader(location) as con:
        export(con, Path(file))


if __name__ == "__main__":
    what, where, *rest = sys.argv[1:]
    try:
        globals()[what](Location.model_validate_json(where), *rest)
    except NewslakeError as error:
        print(f"{type(error).__name__}: {error}", flush=True)
        sys.exit(error.exit_code)
