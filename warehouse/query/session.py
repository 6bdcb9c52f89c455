"""Run SQL of users and hand over the answers, one for each statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb

from newslake.errors import NewslakeError, QueryStopped, UsageError
from warehouse.database.closed import Limits
from warehouse.database.connect import open_reader
from warehouse.database.errors import DATA_FILE, first_line, roll_back, storage_damage, translate
from warehouse.location import Location
from warehouse.query.statements import Guard, Kind, Piece, kind_of, split

if TYPE_CHECKING:
    import pyarrow as pa

Prepare = Callable[[duckdb.DuckDBPyConnection, str], object]
ROWS = 1000  # in memory at once
# They change the session; what DuckDB gives back for them is no answer.
SILENT = frozenset({Kind.CREATE, Kind.DROP, Kind.PREPARE, Kind.SET, Kind.TRANSACTION})


class Answer:
    """The result of one statement: its columns, and its rows as they are asked for."""

    def __init__(self, session: Session, headers: list[str]) -> None:
        self.headers = headers
        self._session = session

    def rows(self, most: int | None = None) -> Iterator[tuple[Any, ...]]:
        """Yield the rows, at most so many. Ask for them before the next answer. Closing this ends the query.

        Raises:
            NewslakeError: the query failed at this row, see Session.answers.
        """
        left = most
        while self.headers and left != 0:
            count = ROWS if left is None else min(ROWS, left)
            with self._session.errors_in_words(), _values_of_python():
                chunk = self._session.con.fetchmany(count)
            try:
                yield from chunk
            except GeneratorExit:
                self._end()
                raise
            if len(chunk) < count:
                return
            left = left and left - count
        if left == 0 and self.headers:
            self._end()

    def reader(self, rows: int) -> pa.RecordBatchReader:
        """Return the rows as columns of Arrow, so many at once. Ask for this instead of `rows`, before the next answer."""
        with self._session.errors_in_words():
            return self._session.con.to_arrow_reader(rows)

    def _end(self) -> None:
        """End an answer that is not read to its end: it keeps its transaction open, and with it the log of the catalog, for as
        long as the user of a shell thinks."""
        self._session.con.execute("SELECT 1").fetchall()


class Session:
    """A connection that answers SQL of users.

    Args:
        con: from open_reader.
        allow_files: let SQL use everything, also files and the network.
        prepare: is given all SQL before it is checked, to make what it may name.
    """

    def __init__(
        self, con: duckdb.DuckDBPyConnection, *, allow_files: bool = False, prepare: Prepare = lambda con, sql: None
    ) -> None:
        self.con = con
        self._prepare = prepare
        self._guard = None if allow_files else Guard(con)

    def answers(self, sql: str) -> Iterator[Answer]:
        """Check all statements, then run one after the other and yield its answer.

        Raises:
            UsageError: a statement is wrong or not allowed; none was run if it is not allowed.
            QueryStopped: it needs more memory or disk than queries may take.
            StorageError: the warehouse cannot be read.
        """
        with self.errors_in_words():
            self._prepare(self.con, sql)
            pieces = self._guard.check(sql) if self._guard else split(self.con, sql)
        for piece in pieces:
            yield self._run(piece)

    def _run(self, piece: Piece) -> Answer:
        try:
            with self.errors_in_words():
                for statement in piece.statements:
                    self.con.execute(statement)
                headers = [str(column[0]) for column in self.con.description or ()]
        except BaseException:
            if any(kind_of(statement) == Kind.TRANSACTION for statement in piece.statements):  # begun and not ended
                roll_back(self.con)
            raise
        return Answer(self, [] if piece.kind in SILENT else headers)

    @contextmanager
    def errors_in_words(self) -> Iterator[None]:
        """Translate errors of DuckDB inside the block, except interrupts."""
        try:
            yield
        except duckdb.InterruptException:
            raise
        except duckdb.Error as error:
            raise failure(error, allow_files=self._guard is None) from None


@contextmanager
def open_session(
    location: Location, limits: Limits, *, allow_files: bool = False, prepare: Prepare = lambda con, sql: None
) -> Iterator[Session]:
    """Open the warehouse for SQL of users; see Session for `prepare`, and open_reader for what is raised."""
    with open_reader(location, allow_files=allow_files, limits=limits) as con:
        yield Session(con, allow_files=allow_files, prepare=prepare)


@contextmanager
def _values_of_python() -> Iterator[None]:
    """Say in words that a value of DuckDB is none of Python's: a moment after the year 9999 in its zone, 100 million years."""
    try:
        yield
    except (OverflowError, ValueError) as error:
        raise UsageError(
            f"the answer has a moment or a stretch of time that cannot be shown: {error}",
            left="nothing was changed",
            next="ask for it as text, such as published_at::VARCHAR",
        ) from None


def failure(error: duckdb.Error, *, allow_files: bool) -> NewslakeError:
    """Return the error of a query in words: a mistake of the query, too little memory, or trouble with the warehouse."""
    left = "nothing was changed"
    doing = "answer the query"
    if (lost := storage_damage(error, doing, left)) is not None:
        return lost
    message = str(error)
    if isinstance(error, duckdb.OutOfMemoryException):
        return _too_large(message, left)
    if isinstance(error, (duckdb.InternalException, duckdb.FatalException)):
        # The rest of the message is a trace of DuckDB's calls, with the paths of this machine.
        return QueryStopped(
            f"DuckDB stumbled over this query, which is a fault of DuckDB's own: {first_line(error)}",
            left=left,
            next="ask in other words; often a NULL stands where DuckDB expects a value",
        )
    # A query that may not name files can only fail to read those of the warehouse.
    if isinstance(error, (duckdb.IOException, duckdb.HTTPException)) and (not allow_files or DATA_FILE.search(message)):
        return translate(error, doing, left)
    if "read-only" in message.casefold():
        return UsageError(f"queries only read the warehouse: {first_line(error)}", left=left, next="write it as SELECT")
    if isinstance(error, duckdb.PermissionException) or "file system operations are disabled" in message:
        return UsageError(
            f"{first_line(error)}\nQueries may not touch files or the network; --allow-files lets them.",
            left=left,
            next="newslake sql --allow-files, if the query is yours",
        )
    if "No snapshot found" in message:
        return UsageError(
            f"the warehouse holds no state of that time or number: {first_line(error)}",
            left=left,
            next='newslake sql "SELECT snapshot_id, snapshot_time FROM lake.snapshots()"  lists the states that it holds',
        )
    return UsageError(message, left=left, next="correct the query; newslake schema  lists tables and columns")


def _too_large(message: str, left: str) -> QueryStopped:
    if "max_temp_directory_size" in message or "temporary" in message:
        return QueryStopped(
            "the query needs more memory than it may take, and more disk for the rest than half of what is free",
            left=left,
            next="ask for less, with WHERE or LIMIT; or free disk space; or give it more memory: --memory 8GB",
        )
    return QueryStopped(
        "the query needs more memory than it may take",
        left=left,
        next="ask for less, with WHERE or LIMIT, or give it more: --memory 8GB",
    )
