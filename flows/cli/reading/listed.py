"""Shows for `newslake names --listed` which entries of the user's lists articles name, and how they write them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.answers.formats import DRAWN, Format
from flows.cli.console import output, plain, print_json, say, table
from flows.cli.reading.counting import Asked, articles_asked, print_rows, quoted
from flows.search.called import check_known
from flows.watchlist import Watchlist
from newslake.text import counted, cut, one_line

if TYPE_CHECKING:
    from warehouse.reading.listed import EntryCount

SPELLINGS = 60  # characters of them in a table


def show_entries(watchlist: Watchlist, asked: Asked, lists: Sequence[str], shape: Format) -> None:
    """Print the entries of lists that articles name.

    Raises:
        UsageError: there is no list of such a name.
    """
    found = _found(watchlist, asked, lists)
    if shape is Format.JSON:
        print_json({"entries": [asdict(one) for one in found]})
    elif shape in DRAWN:
        _show(watchlist, found, is_restricted=bool(asked.is_restricted or lists), limit=asked.limit)
    else:
        from warehouse.reading.listed import EntryCount

        print_rows(EntryCount, found, shape)


def _found(watchlist: Watchlist, asked: Asked, lists: Sequence[str]) -> list[EntryCount]:
    from flows.cli.search.show import tell
    from flows.search.listed import lists_of
    from warehouse.database.connect import open_reader
    from warehouse.derived.listed import uncompared
    from warehouse.reading.listed import entries_of, lists_with_hits

    if left := uncompared(watchlist.warehouse, lists_of(watchlist, tell)) if watchlist.entities else 0:
        tell(f"{counted(left, 'article')} still to be compared with lists of names. Next: newslake maintain")
    with open_reader(watchlist.warehouse) as con:
        known = {entity.name for entity in watchlist.entities} | (lists_with_hits(con) if lists else set())
        check_known("list of names", lists, known, "newslake names --listed", "nothing was listed")
        only, ids = articles_asked(watchlist, con, asked.given)
        return entries_of(con, only, lists=lists, kinds=asked.kinds, like=asked.part, ids=ids, most=asked.limit)


def _show(watchlist: Watchlist, found: Sequence[EntryCount], *, is_restricted: bool, limit: int) -> None:
    if not found:
        no_list = not watchlist.entities and not is_restricted
        say("The watchlist has no list of names, see docs/name-lists.md." if no_list else "No article names such an entry.")
        return
    headers = ("entry", "list", "kind", "written as", "articles", "in titles", "outlets", "first", "latest")
    output.print(table(headers, [_row(one, watchlist.zone) for one in found], right_from=4))
    if len(found) == limit:
        say(f"The first {limit:,} are shown; --limit shows more.")
    first = next((one for one in found if "'" not in one.entity), found[0])
    say(f"\nNext: newslake search --entity {quoted(first.entity)}")


def _row(one: EntryCount, zone: ZoneInfo) -> tuple[str, ...]:
    return (
        plain(one_line(one.entity)),
        plain(one_line(one.list)),
        one.kind,
        plain(cut(one_line(", ".join(one.written)), SPELLINGS)),
        f"{one.articles:,}",
        f"{one.titles:,}",
        f"{one.sources:,}",
        f"{one.first_at.astimezone(zone):%Y-%m-%d}",
        f"{one.last_at.astimezone(zone):%Y-%m-%d}",
    )
