"""Runs queries within limits: of memory, of time, and until Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.markup import escape

from flows.cli.console import errors, plain
from flows.cli.sql.watched import Watch, continue_in_child
from newslake.errors import NewslakeError

if TYPE_CHECKING:
    import duckdb

    from flows.watchlist import Watchlist
    from warehouse.query import Session

# What a process needs beside the memory that DuckDB counts: Python, DuckDB itself, and what it does not count.
UNCOUNTED = 512 << 20


def watched(watchlist: Watchlist, *, is_shell: bool = False) -> Watch:
    """Continue in a child process, which can be ended whatever DuckDB does. A shell goes on in another child."""

    def tidy() -> None:
        import tempfile
        from pathlib import Path

        from warehouse.database.scratch import remove_left_over

        for place in (watchlist.state, Path(tempfile.gettempdir())):
            remove_left_over(place)

    return continue_in_child(again=_begun_again if is_shell else None, afterwards=tidy)


@contextmanager
def session(watchlist: Watchlist, watch: Watch, memory: str | None = None, *, allow_files: bool = False) -> Iterator[Session]:
    """Open the warehouse for the SQL of a user, with limits, in the time zone of the watchlist."""
    from flows.search import may_search
    from warehouse.database.closed import Limits, bytes_of
    from warehouse.query import open_session

    limits = Limits(memory=bytes_of(memory) if memory else None, spill=watchlist.state)
    watch.limit_memory(limits.memory_bytes * 5 // 4 + UNCOUNTED)

    def prepared(con: duckdb.DuckDBPyConnection, sql: str) -> None:
        if not may_search(sql):
            return
        from flows.search.in_sql import prepare

        for remark in prepare(con, sql):
            errors.print(f"[yellow]Note:[/] {escape(plain(remark))}", highlight=False, soft_wrap=True)

    with open_session(watchlist.warehouse, limits, allow_files=allow_files, prepare=prepared) as opened:
        opened.con.execute(f"SET TimeZone = '{watchlist.schedule.timezone}'")
        yield opened


def in_shell(opened: Session, watch: Watch, seconds: float | None, work: Callable[[], None], show: Callable[[], None]) -> None:
    """Do the work of one line of a shell, which goes on whatever happens.

    Args:
        show: shows what the work has answered so far, before it is told why it ended.
    """
    from warehouse.query import stoppable

    try:
        with watch.work(seconds), stoppable(opened.con, seconds):
            work()
    except (NewslakeError, KeyboardInterrupt) as why:
        show()
        _report(why)


def _begun_again(why: BaseException) -> None:
    _report(why)
    gone = "what CREATE TEMP, SET and PREPARE made is gone, and so is the last answer"
    errors.print(f"Its process had to be ended, and the shell begins again: {gone}.", soft_wrap=True)


def _report(why: BaseException) -> None:
    if isinstance(why, NewslakeError):
        errors.print(f"[red]{escape(plain(why.happened))}[/]", highlight=False)
    else:
        errors.print("\n[red]The query was stopped.[/] Nothing was changed.")
