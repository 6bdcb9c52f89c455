"""The history of the SQL shell: whole queries, each saved as it was typed, at once."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from prompt_toolkit.history import History

_BEGINS = re.compile(rb"^#", re.M)  # a query
OLD = Path("~/.newslake_history")  # of earlier versions, line by line
MOST_QUERIES = 10_000  # that are kept
# Bytes of the file that are read, and beyond which old queries are removed.
MOST_BYTES = 4_000_000


def place() -> Path | None:
    """Return the file of the history, in the folder of the user's state; None for a user without a home folder."""
    with suppress(RuntimeError):
        state = os.environ.get("XDG_STATE_HOME") or ""
        folder = Path(state) if Path(state).is_absolute() else Path.home() / ".local" / "state"
        return folder / "newslake" / "sql_history"
    return None


class QueryHistory(History):
    """Queries in a file that several shells may add to. A file that cannot be read or written never stops the shell.

    Each query has a line that begins with `#` and the time, and then its own lines, each behind a `+`.
    """

    def __init__(self, file: Path | None) -> None:
        super().__init__()
        self._file = file

    def load_history_strings(self) -> Iterable[str]:
        """Return the queries, the newest first, and then the lines that earlier versions kept."""
        queries = list[list[str]]()
        for line in _lines(self._file):
            if line.startswith("#"):
                queries.append([])
            elif line.startswith("+") and queries:
                queries[-1].append(line[1:])
        old = [line for line in _lines(_old()) if line.strip()]
        return [*reversed(["\n".join(lines) for lines in queries if lines]), *reversed(old)]

    def store_string(self, string: str) -> None:
        if self._file is None:
            return
        entry = f"# {datetime.now(UTC):%Y-%m-%d %H:%M:%S}\n" + "".join(f"+{line}\n" for line in string.split("\n"))
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(self._file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_SH)  # while no shell shortens the file
                os.write(handle, entry.encode(errors="replace"))  # at once, so that two shells do not mix
            finally:
                os.close(handle)

    def shorten(self) -> None:
        """Remove the oldest queries of a file that has too many, in place. Other shells may add to it at the same time."""
        with suppress(OSError):
            if self._file is None or not self._file.is_file():
                return
            with self._file.open("r+b") as stream:
                fcntl.flock(stream, fcntl.LOCK_EX)
                size = stream.seek(0, os.SEEK_END)
                stream.seek(max(0, size - MOST_BYTES))
                kept = stream.read()
                begins = [found.start() for found in _BEGINS.finditer(kept)]
                if size <= MOST_BYTES and len(begins) <= MOST_QUERIES:
                    return
                newest = begins[-MOST_QUERIES:]
                rest = kept[newest[0] :] if newest else b""
                stream.seek(0)
                stream.write(rest)
                stream.truncate()


def _old() -> Path | None:
    with suppress(RuntimeError):
        return OLD.expanduser()
    return None


def _lines(file: Path | None) -> list[str]:
    """Return the last lines of a file; none if it is not there or cannot be read."""
    with suppress(OSError):
        if file is not None and file.is_file():
            with file.open("rb") as raw:
                raw.seek(max(0, file.stat().st_size - MOST_BYTES))
                return raw.read().decode(errors="replace").split("\n")
    return []
