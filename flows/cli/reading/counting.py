"""What `newslake names` shares for the names that articles have and the entries of the user's lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any
from uuid import UUID

from rich.markup import escape

from flows.answers.formats import Format
from flows.cli.console import for_programs, plain
from flows.search.restrict import Restrictions, restricted
from flows.watchlist import Watchlist
from newslake.text import one_line

if TYPE_CHECKING:
    import duckdb

    from warehouse.search.plan import Only


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for. `part`: of the names; `limit`: so many of them."""

    given: Restrictions
    part: str | None
    kinds: Sequence[str]
    limit: int

    @property
    def is_restricted(self) -> bool:
        return bool(self.given.options or self.part or self.kinds)


def articles_asked(watchlist: Watchlist, con: duckdb.DuckDBPyConnection, given: Restrictions) -> tuple[Only, set[UUID] | None]:
    """Return the restriction to articles, and those that saved searches among the topics select; None without any."""
    from flows.cli.search.show import tell
    from flows.search.called import articles_of, called

    only, saved = restricted(watchlist, con, given, tell)
    return only, articles_of(con, called(watchlist, con, given.topics, "nothing was listed").searches) if saved else None


def print_rows(kind: type[Any], found: Sequence[Any], shape: Format) -> None:
    """Print records of a kind in a form for programs."""
    from flows.answers.kept import Rows
    from flows.answers.texts import PRINTERS

    rows = [tuple(asdict(one).values()) for one in found]
    PRINTERS[shape](Rows([field.name for field in fields(kind)], rows), for_programs())


def quoted(name: str) -> str:
    """Return a name as a word of a command, to be printed."""
    from shlex import quote

    return escape(plain(quote(one_line(name))))
