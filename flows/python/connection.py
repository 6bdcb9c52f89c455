"""A connection to the corpus for Python programs: DuckDB's own, read-only, with the settings that readers need."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import wraps
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

import duckdb

from flows.python.searching import Only, Searching
from flows.python.texts import with_text_ids
from flows.watchlist import Watchlist, load_watchlist
from warehouse.database.errors import interruptible
from warehouse.database.standing import StandingReader

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

Parameters = Sequence[object] | Mapping[str, object]
# Methods of DuckDB that fetch from the last answer, and those that another thread may call during a query.
OF_ANSWER = ("fetch", "to_arrow", "torch", "tf")
ANY_TIME = frozenset({"interrupt", "query_progress"})


def connect(watchlist: str | os.PathLike[str] | None = None) -> Connection:
    """Open the corpus for reading, from a program or a notebook. It sees what later runs load.

    Times are in the time zone of the watchlist, and ids (UUID) are text. SQL may do everything that DuckDB can, with files and
    data frames too, but the warehouse is read-only.

    Args:
        watchlist: the watchlist file, or its folder; without it, NEWSLAKE_CONFIG, or watchlist.toml in the current folder.
    Raises:
        WatchlistError: the watchlist is missing or wrong.
        WarehouseMissing: nothing was collected yet.
        WarehouseOutdated: an older newslake wrote the warehouse; any `newslake run` brings it up to date.
        WarehouseError: it cannot be read; the message says why, and what to do.

    Example: newslake.connect("watchlist.toml").sql("FROM articles SELECT source, count(*) GROUP BY ALL").show()
    """
    named = Path(watchlist if watchlist is not None else os.environ.get("NEWSLAKE_CONFIG", "watchlist.toml"))
    loaded = load_watchlist(named / "watchlist.toml" if named.is_dir() else named)
    reader = StandingReader(loaded.warehouse, loaded.schedule.timezone, loaded.state)
    return Connection(loaded, reader, reader.con)


class Connection:
    """A read-only connection to the corpus. Made by `newslake.connect`.

    It has all methods of a connection of DuckDB: what is not defined here goes there. A connection is for one thread;
    `cursor` makes another one. In a `with` block it is closed at the end.

    Attributes:
        duckdb: the connection of DuckDB itself, for libraries that ask for one.
    """

    def __init__(self, watchlist: Watchlist, reader: StandingReader, con: duckdb.DuckDBPyConnection) -> None:
        self.duckdb = con
        self._watchlist, self._reader = watchlist, reader
        self._searching = Searching(watchlist, con)
        self._result: duckdb.DuckDBPyRelation | None = None

    def sql(self, query: str, params: Parameters | None = None) -> duckdb.DuckDBPyRelation:
        """Return the answer to a query as a relation of DuckDB: show(), fetchall(), df(), pl(), arrow(), and more.

        A relation asks the corpus each time it is used. For a statement without an answer, such as SET, this returns None, as
        DuckDB does.

        Args:
            params: values for `?` or `$1` (a list) or `$name` (a dict) in the query. The answer is then computed at once.
        Raises:
            duckdb.Error: the query is wrong, or it failed.
        """
        self._reader.renew(self.duckdb)
        with interruptible():
            if isinstance(query, str):  # not a statement of duckdb.extract_statements
                self._searching.prepare(query)
            answer = self.duckdb.sql(query, params=params) if params is not None else self.duckdb.sql(query)
        return answer if answer is None else with_text_ids(answer)

    def search(
        self, query: str | None = None, limit: int = 20, sort: str | None = None, **only: Unpack[Only]
    ) -> duckdb.DuckDBPyRelation:
        """Search all articles, and return the best hits as a relation: rank, score, published_at, source, title, snippet, url, …

        The query is written as in a topic, and finds the articles that a topic with it would. In SQL, search('…') gives all
        articles that it finds.

        Args:
            query: None: all that topic, tag, name, entity or event select, of which one must be given.
            limit: so many hits.
            sort: "score", the best first, or "date", the newest first. None: the best, where a query ranks them.
            only: topic (or saved search), source, language, tag, name, entity (of a list of names): one, or a list of them;
                since, until: times of publication.
        Raises:
            NewslakeError: the query is wrong, or a name is unknown; the message says what to do.

        Example: con.search("oil AND sanction*", source="chosun", since="30d").df()
        """
        self._reader.renew(self.duckdb)
        with interruptible():
            return self._searching.search(query, limit, sort, only)

    def execute(self, query: str, parameters: Parameters | None = None) -> Self:
        """Run a query now, and return this connection, from which its rows are fetched. See `sql` for the arguments."""
        self._result = self.sql(query, parameters)
        if self._result is not None:
            with interruptible():
                self._result.execute()
        return self

    def executemany(self, query: str, parameters: Sequence[Parameters]) -> Self:
        """Run a query once with each of several parameters, and return this connection, with the answer to the last."""
        for each in parameters:
            self.execute(query, each)
        return self

    def query(self, query: str, *, alias: str = "", params: Parameters | None = None) -> duckdb.DuckDBPyRelation:
        """Do as `sql` does, under another name that DuckDB has for it."""
        answer = self.sql(query, params)
        return answer.set_alias(alias) if alias and answer is not None else answer

    from_query = query

    def fetchone(self) -> tuple[Any, ...] | None:
        """Return the next row of the last `execute`; None after the last row."""
        return self._executed().fetchone()

    def fetchmany(self, size: int = 1) -> list[tuple[Any, ...]]:
        """Return the next rows of the last `execute`, at most `size`."""
        return self._executed().fetchmany(size)

    def fetchall(self) -> list[tuple[Any, ...]]:
        """Return all rows of the last `execute` that were not fetched yet."""
        return self._executed().fetchall()

    def df(self) -> pandas.DataFrame:
        """Return the answer of the last `execute` as a data frame of pandas."""
        return self._executed().df()

    def pl(self) -> polars.DataFrame:
        """Return the answer of the last `execute` as a data frame of Polars."""
        return self._executed().pl()

    def arrow(self) -> pyarrow.RecordBatchReader:
        """Return the answer of the last `execute` as batches of Arrow."""
        return self._executed().arrow()

    @property
    def description(self) -> list[tuple[Any, ...]] | None:
        """The columns of the last `execute`: the name of each, its type, and five times None; None without an answer."""
        return None if self._result is None else self._result.description

    def cursor(self) -> Connection:
        """Return a connection of its own to the same corpus, for another thread."""
        return Connection(self._watchlist, self._reader, self._reader.cursor())

    duplicate = cursor

    def close(self) -> None:
        """Close this connection. That of `connect` also removes its temporary files."""
        self.duckdb.close()
        if self.duckdb is self._reader.con:
            self._reader.close()

    def _executed(self) -> duckdb.DuckDBPyRelation:
        if self._result is None:
            raise duckdb.InvalidInputException("There is no answer to fetch: execute() a query first")
        return self._result

    def __getattr__(self, name: str) -> Any:
        """Return what DuckDB has under this name: of the last answer if it is about that, else of the connection.

        A method of the connection sees the latest commit, and gives ids as text, as those do that are defined here.
        """
        if name.startswith("__"):
            raise AttributeError(name)
        if name.startswith(OF_ANSWER):
            return getattr(self._executed(), name)
        found = getattr(self.duckdb, name)
        if not callable(found) or name in ANY_TIME:
            return found

        @wraps(found)
        def method(*args: Any, **options: Any) -> Any:
            self._reader.renew(self.duckdb)
            with interruptible():
                answer = found(*args, **options)
            if isinstance(answer, duckdb.DuckDBPyRelation):
                return with_text_ids(answer)
            return self if answer is self.duckdb else answer

        return method

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<newslake.Connection to {self._watchlist.warehouse}, read-only>"
