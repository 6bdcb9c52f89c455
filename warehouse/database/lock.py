"""Lock the warehouse for one writer at a time; a second writer waits, then gets the name of the process that holds the lock.

The lock is a flock next to a catalog file, or an advisory lock of the PostgreSQL server. Both disappear with the process that
holds them, so a killed writer never blocks the next one.
"""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb

from newslake.errors import WarehouseBusy
from newslake.locks import LockHeld, hold

# any constant that another application is unlikely to use as an advisory lock: "newslake" in hexadecimal
ADVISORY_KEY = 0x6E6577736C616B65
POLL = 0.2  # seconds
# Most loads take less; nobody is told about a shorter wait.
SILENT_WAIT = 2.0  # seconds

Note = Callable[[str], None]


def ignore(_line: str) -> None:
    """Say nothing."""


def busy(holder: str, wait: float) -> WarehouseBusy:
    return WarehouseBusy(
        f"another process is writing to the warehouse: {holder}; waited {wait:g} s",
        left="nothing was written by this command; readers are not affected",
        next="wait until it has finished, or end that process, then run the same command again",
    )


def waiting(holder: str) -> str:
    return f"Waiting until another process has finished writing to the warehouse: {holder}."


@contextmanager
def file_lock(catalog: Path, purpose: str, wait: float, note: Note = ignore) -> Iterator[None]:
    """Hold the writer lock of a catalog file; WarehouseBusy after `wait` seconds.

    Args:
        note: called once with a line that names the holder, if the lock is not free within two seconds.
    """
    lock, holder = catalog.with_name(catalog.name + ".lock"), catalog.with_name(catalog.name + ".writer")
    silent = min(wait, SILENT_WAIT)
    with ExitStack() as held:
        try:
            held.enter_context(hold(lock, holder, purpose, wait=silent, poll=POLL))
        except LockHeld as other:
            if wait > silent:
                note(waiting(str(other)))
            try:
                held.enter_context(hold(lock, holder, purpose, wait=wait - silent, poll=POLL))
            except LockHeld as still:
                raise busy(str(still), wait) from None
        yield


@contextmanager
def advisory_lock(
    con: duckdb.DuckDBPyConnection, connection: str, purpose: str, wait: float, note: Note = ignore
) -> Iterator[None]:
    """Hold the writer lock of a PostgreSQL catalog on a separate connection; WarehouseBusy after `wait` seconds.

    The lock lasts as long as its transaction. The holder is read from the list of sessions of the server.

    Args:
        note: called once with a line that names the holder, if the lock is not free within two seconds.
    """
    name = f"newslake {purpose} (process {os.getpid()} on {socket.gethostname()})"[:63]  # the server cuts it there
    target = connection.replace("'", "''")
    con.execute(f"ATTACH '{target}' AS writer_lock (TYPE postgres, READ_ONLY)")
    con.execute("BEGIN")
    try:
        con.execute("CALL postgres_execute('writer_lock', ?)", [f"SET application_name = '{name.replace(chr(39), '')}'"])
        began, told = time.monotonic(), False
        take = f"SELECT pg_try_advisory_xact_lock({ADVISORY_KEY}) AS ok"
        while con.execute("SELECT ok FROM postgres_query('writer_lock', ?)", [take]).fetchall() != [(True,)]:
            waited = time.monotonic() - began
            if waited >= wait:
                raise busy(_session_of_holder(con), wait)
            if waited >= SILENT_WAIT and not told:
                note(waiting(_session_of_holder(con)))
                told = True
            time.sleep(POLL)
        yield
    finally:
        con.execute("ROLLBACK")
        con.execute("DETACH writer_lock")


def _session_of_holder(con: duckdb.DuckDBPyConnection) -> str:
    query = (
        "SELECT application_name || ', session since ' || to_char(backend_start, 'YYYY-MM-DD HH24:MI:SSOF') AS holder "
        "FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE locktype = 'advisory' AND granted "
        f"AND (classid::bigint << 32 | objid::bigint) = {ADVISORY_KEY}"
    )
    rows = con.execute("SELECT holder FROM postgres_query('writer_lock', ?)", [query]).fetchall()
    return str(rows[0][0]) if rows else "unknown"
