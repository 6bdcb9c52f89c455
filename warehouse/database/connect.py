"""Open the warehouse, for one writer or any number of readers. All connections are made here."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from datetime import timedelta
from pathlib import Path

import duckdb

from newslake.errors import StorageError, WarehouseBusy, brief
from warehouse.database import closed, lock, migrate, owner
from warehouse.database.copied import readable_in_place
from warehouse.database.errors import LOCKED, translated
from warehouse.database.scratch import scratch_folder
from warehouse.database.writer import Writer, use_threads
from warehouse.location import Location
from warehouse.opening import script
from warehouse.opening.extensions import extension_file, needed
from warehouse.opening.settings import CATALOG, ONE_CONNECTION, WITHOUT_TRUST, quoted

# A load of the usual size (a few hundred articles) is stored in the catalog instead of in another small file; maintenance moves
# these rows into Parquet files together.
INLINE_ROWS = 100
# The mode in which a commit locks no reader out; the file keeps it. It is set by DuckDB's own copy of SQLite: when Python's copy
# closes the file, all readers of this process lose their locks, and with them a later commit.
WAL = ("META_JOURNAL_MODE 'WAL'",)
READER_WAIT = 10.0  # seconds that a reader of a plain file waits for its writer
# Seconds that work of minutes waits for another writer: a maintenance of a large corpus holds the lock for minutes.
LONG_WAIT = 900.0


def _bare(location: Location, database: str = ":memory:", read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Connect with the extensions that `location` needs, without downloads and without writing to the home folder."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        # To open a lake takes dozens of small questions to its catalog, which other threads only make dearer; see use_threads.
        "threads": "1",
    }
    if location.is_lake:
        # Otherwise DuckDB hashes all 35 MB of an extension each time a connection loads it: that took most of the time in which a
        # warehouse is opened. The files come from packages locked by their hashes, as DuckDB itself does, and the SQL of users
        # can load none, see warehouse.database.closed.
        config["allow_unsigned_extensions"] = "true"
    con = duckdb.connect(database, read_only=read_only, config=config)
    try:
        if location.is_lake:
            for name in needed(location):
                con.execute(f"LOAD {quoted(extension_file(name))}")
            if location.kind == "sqlite":
                con.execute(ONE_CONNECTION)
            con.execute(WITHOUT_TRUST)
            con.execute("SET parquet_metadata_cache = true")  # the files of a lake never change
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET enable_progress_bar = false")
        con.execute("SET arrow_lossless_conversion = true")  # UUIDs stay UUIDs on their way out
        con.execute("SET preserve_insertion_order = false")
    except BaseException:
        con.close()
        raise
    return con


def _attach(con: duckdb.DuckDBPyConnection, location: Location, *options: str) -> None:
    data = location.data if location.data.endswith("/") else location.data + "/"
    # OVERRIDE_DATA_PATH lets a moved folder open, although the catalog still has its old path; see warehouse.database.owner.
    given = ", ".join((f"DATA_PATH {quoted(data)}", "OVERRIDE_DATA_PATH true", *options))
    con.execute(f"ATTACH {quoted(location.catalog)} AS {CATALOG} ({given})")
    con.execute(f"USE {CATALOG}")


def _attach_to_read(con: duckdb.DuckDBPyConnection, here: Location, location: Location) -> None:
    """Attach the catalog of `here`, which is `location` or a copy of its catalog."""
    try:
        _attach(con, here, "READ_ONLY", "CREATE_IF_NOT_EXISTS false")
    except duckdb.Error as error:
        if "does not exist" in str(error) and "DuckLake" in str(error):
            raise migrate.missing(str(location)) from None
        raise
    owner.check_belongs(con, location)


def attach_anew(con: duckdb.DuckDBPyConnection, here: Location, location: Location) -> bool:
    """Let a reader of `location` go over to `here`, another copy of its catalog; what was made in the session stays.

    Return False if that must wait, since a transaction has begun, which sees one state to its end.
    """
    con.execute("USE memory")
    try:
        con.execute(f"DETACH {CATALOG}")
    except duckdb.TransactionException:
        con.execute(f"USE {CATALOG}")
        return False
    _attach_to_read(con, here, location)
    return True


@contextmanager
def open_writer(
    location: Location,
    purpose: str,
    wait: float = 60.0,
    prepare: Callable[[duckdb.DuckDBPyConnection], object] = migrate.migrate,
    note: lock.Note = lock.ignore,
) -> Iterator[Writer]:
    """Open the warehouse for writing, created and migrated where needed.

    Args:
        location: absolute (see Location.resolved).
        purpose: why the lock is held, in words shown to other writers ("run 2026-…").
        wait: seconds to wait for another writer.
        prepare: creates the schema or brings it up to date.
        note: called once with a line that names the other writer, if there is one for more than two seconds.
    Raises:
        WarehouseBusy: another process still writes after `wait`; names it.
        ForeignData: the catalog and the data folder belong to two warehouses.
        StorageError: no room, read-only, no permission, or unreachable; or data files whose catalog is gone.
        WarehouseOutdated: the schema is so old that rows must be converted (see upgrade.bring_up_to_date).
        WarehouseError: the schema is newer than this program.
    """
    doing, left = f"write to {location.in_words}", "the warehouse is as it was before this command"
    with ExitStack() as stack:
        folder = location.file.parent if location.file is not None else None
        with translated(doing, left, folder=folder):
            _refuse_lost_catalog(location)
            _refuse_unreadable_log(location)
            if folder is not None:
                folder.mkdir(parents=True, exist_ok=True)
            if location.file is not None:
                stack.enter_context(lock.file_lock(location.file, purpose, wait, note))
            else:
                guard = stack.enter_context(_closing(_bare(location)))
                stack.enter_context(lock.advisory_lock(guard, location.connection, purpose, wait, note))
            con = stack.enter_context(_closing(_open_file(location, wait) if location.kind == "file" else _bare(location)))
            catalog = None
            if location.is_lake:
                _attach(con, location, f"DATA_INLINING_ROW_LIMIT {INLINE_ROWS}", *(WAL if location.kind == "sqlite" else ()))
                catalog = owner.check_belongs(con, location)
                if not location.remote_data:
                    Path(location.data).mkdir(parents=True, exist_ok=True)
                owner.claim(con, location, catalog)
            use_threads(con)
            prepare(con)
        with translated(doing, left, system=False, folder=folder):
            data = Path(location.data) if location.is_lake and not location.remote_data else None
            yield Writer(con, timedelta(days=location.copy_window), location.names, location.events, data)
        try:
            script.keep(location, catalog.id if catalog else None)
        except (OSError, StorageError) as error:  # what was loaded counts; the next writer tries again
            note(f"{script.FILE}, with which any DuckDB opens the warehouse, was not brought up to date: {brief(error)}")


@contextmanager
def open_reader(
    location: Location, allow_files: bool = True, limits: closed.Limits | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for reading; unqualified names are its tables. Readers of a lake neither block a writer nor wait for it.

    Inside a block of `one_reader`, it is the connection that the reader before has left.

    A user who may read the files of the warehouse and not write them reads the state of this moment.

    Args:
        location: absolute (see Location.resolved).
        allow_files: False for SQL of unknown origin: it can reach no other file or address and change no setting.
        limits: for SQL of users: how much memory and disk it may take.
    Raises:
        WarehouseMissing: there is no warehouse yet.
        WarehouseOutdated: an older newslake wrote it (see upgrade.bring_up_to_date).
        WarehouseBusy: a plain .duckdb file is held by a writer.
        ForeignData: the catalog and the data folder belong to two warehouses.
        StorageError: unreachable, or no permission; or data files whose catalog is gone.
    """
    kept = _kept.get() if location.is_lake and allow_files and limits is None else None
    opened = _opened_reader(location, allow_files, limits) if kept is None else kept.lent(location)
    with opened as con, translated(f"read {location.in_words}", "nothing was changed", system=False):
        yield con


@contextmanager
def one_reader() -> Iterator[None]:
    """Let the readers of a lake inside the block share a connection, one after the other. Each sees what was committed before.

    To open a lake takes longer than to answer most questions.
    """
    kept = _KeptReader()
    token = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(token)
        kept.close()


def leave_reader() -> None:
    """Close the connection that a block of `one_reader` keeps, if it is to a server: one silent for hours may be ended."""
    if (kept := _kept.get()) is not None:
        kept.close(to_server=True)


class _KeptReader:
    def __init__(self) -> None:
        self._open: tuple[Location, ExitStack, duckdb.DuckDBPyConnection] | None = None
        self._in_use = threading.Lock()

    @contextmanager
    def lent(self, location: Location) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield the connection, or one of its own while another reader has it."""
        if not self._in_use.acquire(blocking=False):
            with _opened_reader(location) as con:
                yield con
            return
        try:
            if self._open is None or self._open[0] != location:
                self.close()
                with ExitStack() as stack:
                    con = stack.enter_context(_opened_reader(location))
                    self._open = (location, stack.pop_all(), con)
            try:
                yield self._open[2]
            except BaseException:
                self.close()  # whatever state it is in
                raise
        finally:
            self._in_use.release()

    def close(self, *, to_server: bool = False) -> None:
        if self._open is not None and not (to_server and self._open[0].file is not None):
            _, stack, _ = self._open
            self._open = None
            stack.close()


_kept: ContextVar[_KeptReader | None] = ContextVar("kept", default=None)


@contextmanager
def _opened_reader(
    location: Location, allow_files: bool = True, limits: closed.Limits | None = None
) -> Iterator[duckdb.DuckDBPyConnection]:
    with ExitStack() as stack:
        with translated(f"read {location.in_words}", "nothing was changed"):
            _refuse_lost_catalog(location)
            _refuse_unreadable_log(location)
            if location.file is not None and not location.file.exists():
                raise migrate.missing(str(location))
            scratch = stack.enter_context(scratch_folder(limits.spill)) if limits is not None else None
            if location.is_lake:
                here = stack.enter_context(readable_in_place(location))
                con = stack.enter_context(_closing(_bare(here)))
                _attach_to_read(con, here, location)
            else:
                con = stack.enter_context(_closing(_open_file(location, READER_WAIT, read_only=True)))
            migrate.check_readable(con, str(location))
            use_threads(con)
            if limits is not None and scratch is not None:
                closed.limit(con, limits, scratch)
            if not allow_files:
                closed.close(con, location)
        yield con


@contextmanager
def _closing(con: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        yield con
    finally:
        con.close()


def _refuse_unreadable_log(location: Location) -> None:
    """Raise StorageError if the log beside the catalog, which may hold the latest loads, is there and cannot be read."""
    if location.file is None:
        return
    log = location.file.with_name(location.file.name + ("-wal" if location.kind == "sqlite" else ".wal"))
    for _ in range(3):  # it comes and goes with those who read and write
        if (log.is_file() and os.access(log, os.R_OK)) or not os.path.lexists(log):
            return
    raise StorageError(
        f"{log} cannot be read, the log of the warehouse: "
        + ("this user may not read it" if log.is_file() else "it is no file, but a folder or a link that leads nowhere"),
        left="nothing was changed; the latest loads may be in it",
        next=f"ls -l {log}; correct its permissions, or restore the catalog with its log from a backup",
    )


def _refuse_lost_catalog(location: Location) -> None:
    """Raise StorageError if there are data files but no catalog: a new catalog would hide that the corpus is lost."""
    file = location.file
    if location.kind != "sqlite" or location.remote_data or file is None or (file.exists() and file.stat().st_size):
        return
    owner.check_unclaimed(location)
    if any(Path(location.data).rglob("*.parquet")):
        raise StorageError(
            f"the catalog {file} is {'empty' if file.exists() else 'gone'}, but {location.data} has data files of a warehouse",
            left="nothing was changed; without its catalog the warehouse cannot be read",
            next=f"restore {file} from a backup; or, to start empty, move {location.data} away, then `newslake run`",
        )


def _open_file(location: Location, wait: float, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a plain .duckdb file, which DuckDB opens for one writer or many readers; wait until it is free."""
    until = time.monotonic() + wait
    while True:
        try:
            return _bare(location, str(location.file), read_only)
        except duckdb.IOException as error:
            if not LOCKED.search(str(error)):
                raise
            if time.monotonic() >= until:
                raise WarehouseBusy(
                    f"{location} is held by another process; waited {wait:g} s. A plain .duckdb file admits one writer or "
                    "many readers; a DuckLake catalog admits both at once",
                    left="nothing was changed",
                    next="try again later, or set [warehouse] catalog = 'ducklake:sqlite:data/catalog.sqlite'",
                ) from error
            time.sleep(lock.POLL)
