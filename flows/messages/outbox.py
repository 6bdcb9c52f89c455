"""Keep what is to be sent until it is sent, and how far each alert and the brief have come, in one file of the state folder.

A message and the mark behind which the next one begins are written in one transaction, so that whenever a process is killed,
each piece of news is in exactly one message. A message is written before it is sent and noted as sent afterwards: one that was
sent by a process that was killed in between is sent again, with the same id.

Addresses are secrets and not stored: eight digits, salted, tell whether an address has had a message.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from flows.messages.letter import Letter, as_json, from_json
from newslake.disk import storage_errors
from newslake.errors import StorageError

FILE = "messages.sqlite"
NOTICES = "[notices]"  # the mark of messages about sources; no alert has such a name
KEPT = timedelta(days=30)  # that messages are kept after they were sent, to be listed
_TABLES = """
CREATE TABLE IF NOT EXISTS salt (salt TEXT);
CREATE TABLE IF NOT EXISTS marks (name TEXT PRIMARY KEY, mark TEXT);
CREATE TABLE IF NOT EXISTS messages (
    id TEXT PRIMARY KEY, kind TEXT, name TEXT, created_at TEXT, letter TEXT, page_name TEXT, page BLOB, done_at TEXT
);
CREATE TABLE IF NOT EXISTS deliveries (
    id TEXT, address TEXT, failures INTEGER DEFAULT 0, again_at TEXT, sent_at TEXT, PRIMARY KEY (id, address)
);
CREATE TABLE IF NOT EXISTS files (name TEXT PRIMARY KEY, data BLOB);
"""
_COLUMNS = "id, kind, name, created_at, letter, page_name, page, done_at"


@dataclass(frozen=True, slots=True)
class Page:
    """A page that goes with a message where a service takes files."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """A message that waits.

    Attributes:
        kind: brief, alert, or notice: of sources in trouble, a run that was set aside, take-downs.
        name: of the alert; the kind for others.
    """

    id: str
    kind: str
    name: str
    created_at: datetime
    letter: Letter
    page: Page | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """How far a message is with an address: failures in a row, when it is tried again, and when it was sent."""

    failures: int = 0
    again_at: datetime | None = None
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What is written in one transaction: messages, files to write, and the new mark of the alert or the brief."""

    mark_name: str
    mark: Mapping[str, Any]
    messages: Sequence[Message] = ()
    files: Mapping[str, bytes] = field(default_factory=dict)


class Outbox:
    """The outbox of one watchlist."""

    def __init__(self, con: sqlite3.Connection) -> None:
        """Use the outbox of an open connection, whose tables are there."""
        self._con = con
        salt = con.execute("SELECT salt FROM salt").fetchone()
        if salt is None:
            raise sqlite3.DatabaseError("it has no salt")
        self._salt = str(salt[0])

    def digits_of(self, address: str) -> str:
        """Return the digits that stand for an address."""
        return sha256(f"{self._salt} {address}".encode()).hexdigest()[:8]

    def marks(self) -> dict[str, dict[str, Any]]:
        """Return the marks of alerts, and that of the brief, by name."""
        return {name: json.loads(mark) for name, mark in self._con.execute("SELECT name, mark FROM marks")}

    def write(self, entry: Entry, done_at: datetime | None = None) -> None:
        """Write messages, files and a mark in one transaction.

        Args:
            done_at: when the messages are done at once, because there is no address; they are listed, and never sent.
        """
        done = _stamp(done_at) if done_at else None
        with self._con:
            self._con.execute("INSERT OR REPLACE INTO marks VALUES (?, ?)", (entry.mark_name, json.dumps(entry.mark)))
            for one in entry.messages:
                page = (one.page.name, one.page.data) if one.page else (None, None)
                values = (one.id, one.kind, one.name, _stamp(one.created_at), as_json(one.letter), *page, done)
                self._con.execute(f"INSERT OR IGNORE INTO messages ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values)
            self._con.executemany("INSERT OR REPLACE INTO files VALUES (?, ?)", entry.files.items())

    def forget_marks(self, names: Iterable[str]) -> None:
        with self._con:
            self._con.executemany("DELETE FROM marks WHERE name = ?", [(name,) for name in names])

    def waiting(self) -> list[Message]:
        """Return the messages that not every address has had, the oldest first."""
        return self._messages("done_at IS NULL")

    def of_alert(self, name: str) -> list[Message]:
        """Return the messages of an alert that are kept, sent or not, the oldest first."""
        return self._messages("kind = 'alert' AND name = ?", name)

    def _messages(self, wanted: str, *given: str) -> list[Message]:
        rows = self._con.execute(
            f"SELECT id, kind, name, created_at, letter, page_name, page FROM messages WHERE {wanted} ORDER BY created_at, rowid",
            given,
        )
        return [
            Message(key, kind, name, _moment(created), from_json(letter), Page(page_name, page) if page_name else None)
            for key, kind, name, created, letter, page_name, page in rows
        ]

    def deliveries(self) -> dict[tuple[str, str], Delivery]:
        """Return how far the waiting messages are, by id and the digits of the address."""
        rows = self._con.execute(
            "SELECT d.id, d.address, d.failures, d.again_at, d.sent_at FROM deliveries d JOIN messages m USING (id)"
            " WHERE m.done_at IS NULL"
        )
        return {(key, address): Delivery(count, _or_none(again), _or_none(sent)) for key, address, count, again, sent in rows}

    def sent(self, ids: Iterable[str], address: str, now: datetime) -> None:
        """Note that an address has had messages."""
        with self._con:
            self._con.executemany(
                "INSERT OR REPLACE INTO deliveries VALUES (?, ?, 0, NULL, ?)", [(key, address, _stamp(now)) for key in ids]
            )

    def failed(self, ids: Iterable[str], address: str, failures: int, again_at: datetime) -> None:
        """Note that messages could not be sent to an address."""
        with self._con:
            self._con.executemany(
                "INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, NULL)",
                [(key, address, failures, _stamp(again_at)) for key in ids],
            )

    def done(self, ids: Iterable[str], now: datetime) -> None:
        """Note that every address has had these messages, and forget those that were sent long ago."""
        with self._con:
            self._con.executemany(
                "UPDATE messages SET done_at = ?, page = NULL WHERE id = ?", [(_stamp(now), key) for key in ids]
            )
            self._con.execute("DELETE FROM messages WHERE done_at < ?", (_stamp(now - KEPT),))
            self._con.execute("DELETE FROM deliveries WHERE id NOT IN (SELECT id FROM messages)")

    def last_sent(self) -> dict[str, datetime]:
        """Return when the latest message of each alert, and of the brief, was sent to an address."""
        rows = self._con.execute("SELECT m.name, max(d.sent_at) FROM messages m JOIN deliveries d USING (id) GROUP BY m.name")
        return {name: _moment(at) for name, at in rows if at}

    def last_found(self) -> dict[str, datetime]:
        """Return when the latest message of each alert, and of the brief, was written, sent or not."""
        rows = self._con.execute("SELECT name, max(created_at) FROM messages GROUP BY name")
        return {name: _moment(at) for name, at in rows}

    def files(self) -> dict[str, bytes]:
        """Return the files of briefs that are not written yet."""
        return dict(self._con.execute("SELECT name, data FROM files ORDER BY rowid"))

    def written(self, name: str) -> None:
        with self._con:
            self._con.execute("DELETE FROM files WHERE name = ?", (name,))

    def forget(self, tells_of: Callable[[str], bool]) -> None:
        """Remove for good the messages, sent or waiting, and the files to write that tell of something.

        Args:
            tells_of: whether a text does.
        """
        self._con.execute("PRAGMA secure_delete = ON")
        with self._con:
            for key, letter, page in self._con.execute("SELECT id, letter, page FROM messages").fetchall():
                if tells_of(letter) or (page and tells_of(page.decode("utf-8", "replace"))):
                    self._con.execute("DELETE FROM messages WHERE id = ?", (key,))
            for name, data in self.files().items():
                if tells_of(data.decode("utf-8", "replace")):
                    self._con.execute("DELETE FROM files WHERE name = ?", (name,))
            self._con.execute("DELETE FROM deliveries WHERE id NOT IN (SELECT id FROM messages)")


@contextmanager
def open_outbox(state: Path) -> Iterator[Outbox]:
    """Open the outbox below the folder of state; it is made if there is none.

    Raises:
        StorageError: it cannot be read or written.
    """
    file = state / FILE
    with readable(file):
        with storage_errors(state):
            state.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(file, timeout=30)) as con:
            con.execute("PRAGMA synchronous = FULL")
            con.executescript(_TABLES)
            with con:
                con.execute("INSERT INTO salt SELECT ? WHERE NOT EXISTS (SELECT 1 FROM salt)", (os.urandom(16).hex(),))
            yield Outbox(con)


@contextmanager
def read_outbox(state: Path) -> Iterator[Outbox | None]:
    """Open the outbox to be read only, also by users who may not write; None if there is none.

    Raises:
        StorageError: it cannot be read.
    """
    file = state / FILE
    if not file.exists():
        yield None
        return
    # Whoever may write takes back first what a process left undone that was killed; nothing can be read before that.
    can_write = os.access(file, os.W_OK) and os.access(file.parent, os.W_OK)
    with readable(file), existing(file, "rw" if can_write else "ro") as con:
        con.execute("PRAGMA query_only = ON")
        yield Outbox(con)


def forget_messages(state: Path, tells_of: Callable[[str], bool]) -> None:
    """Remove from the outbox, if there is one, what tells of something. See `Outbox.forget`.

    Raises:
        StorageError: it cannot be read or written.
    """
    if (state / FILE).exists():
        with open_outbox(state) as outbox:
            outbox.forget(tells_of)


def existing(file: Path, mode: str) -> closing[sqlite3.Connection]:
    """Open the file, which must be there: `ro` to read it, `rw` to write, too."""
    return closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode={mode}", timeout=30, uri=True))


@contextmanager
def readable(file: Path) -> Iterator[None]:
    """Raise StorageError where the file cannot be used."""
    try:
        yield
    except sqlite3.Error as error:
        raise StorageError(
            f"the outbox {file} cannot be used: {error}",
            left="the corpus is as it was; messages that wait stay there",
            next=f"make room, or let newslake write there; if the file is damaged: mv {file} {file}.damaged, then newslake run",
        ) from error


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _moment(written: str) -> datetime:
    return datetime.fromisoformat(written)


def _or_none(written: str | None) -> datetime | None:
    return _moment(written) if written else None
