"""Read the lists of names that a watchlist has, and compare articles with them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from flows.entities.file import opened
from flows.entities.table import Entity
from flows.search.names import KINDS, Named, read_names
from newslake.errors import NewslakeError, UsageError, brief
from newslake.names.lists import RULES, Entry, Kind, Match
from newslake.text import counted

if TYPE_CHECKING:
    from flows.watchlist import Watchlist
    from warehouse.derived.listed import ListOfNames

TABLES = (".csv", ".tsv", ".tab")
AFTER_A_RUN = 5_000  # articles that a run compares with a list; the rest waits for the next one, or for maintenance


def problems_of(watchlist: Watchlist) -> list[str]:
    """Return what is wrong with the files of the lists, each with its line."""
    found: list[str] = []
    for entity in watchlist.entities:
        where = f'[[entity]] "{entity.name}": {entity.file}'
        try:
            names, lines, notes = _read(watchlist.base, entity)
        except UsageError as error:
            found.append(f"{where}: {error.happened}; its names are not looked for")
            continue
        if not names and not lines:
            found.append(f"{where} has no names")
        found += [f"{where}, line {line}: {why}" for line, why in lines]
        found += [f"{where}: {note}" for note in notes]
    return found


def lists_of(watchlist: Watchlist, note: Callable[[str], None]) -> list[ListOfNames]:
    """Return the lists that can be read; what cannot is noted."""
    from warehouse.derived.listed import ListOfNames

    found = []
    for entity in watchlist.entities:
        try:
            names, _, _ = _read(watchlist.base, entity)
        except UsageError as error:
            note(f'names of the list "{entity.name}" are not looked for: {error.happened}. Next: {error.next}')
            continue
        entries = tuple(_of_kind(each.entry, entity) for each in names if each.entry is not None)
        said = repr((RULES, entity.match, [(one.name, one.aliases, str(one.kind)) for one in entries]))
        version = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:16]
        found.append(ListOfNames(entity.name, version, entries, Match(entity.match)))
    return found


def names_with_alias(watchlist: Watchlist, alias: str) -> list[str]:
    """Return the entries of all lists that have another name, in any case; lists that cannot be read have none."""
    wanted = alias.casefold()
    found: dict[str, None] = {}
    for one in lists_of(watchlist, lambda _: None):
        found |= {entry.name: None for entry in one.entries if wanted in (other.casefold() for other in entry.aliases)}
    return list(found)


def compare_after_run(watchlist: Watchlist, note: Callable[[str], None], began: datetime | None = None) -> None:
    """Compare what a run brought with the lists, and some of what is older. Trouble is noted, and the next run tries again.

    Args:
        began: when the run began; what was loaded since is compared in any case.
    """
    if not watchlist.entities:
        return
    from warehouse.derived.listed import compare_lists, uncompared

    try:
        lists = lists_of(watchlist, note)
        compare_lists(watchlist.warehouse, lists, AFTER_A_RUN, began)
        if left := uncompared(watchlist.warehouse, lists):
            note(f"{counted(left, 'older article')} still to be compared with lists of names: newslake maintain, or further runs")
    except NewslakeError as error:
        note(f"not all articles are compared with the lists of names yet: {brief(error)}")


def compare_all(watchlist: Watchlist, *, dry_run: bool, note: Callable[[str], None]) -> int:
    """Compare all articles with the lists as they are now, drop what lists found that are gone, and return how many it were."""
    from warehouse.derived.listed import compare_lists, drop_lists, uncompared

    lists = lists_of(watchlist, note)
    if dry_run:
        return uncompared(watchlist.warehouse, lists)
    drop_lists(watchlist.warehouse, [entity.name for entity in watchlist.entities])
    return compare_lists(watchlist.warehouse, lists)


def _of_kind(entry: Entry, entity: Entity) -> Entry:
    return replace(entry, kind=KINDS[entity.kind]) if entry.kind is Kind.ANY else entry


def _read(folder: Path, entity: Entity) -> tuple[list[Named], list[tuple[int, str]], Iterable[str]]:
    """Return the names of a list, its lines that are none, and what is to be said of it. Raises UsageError for no such file."""
    with opened(folder, entity) as file:
        raw = file.read()
    read = read_names(raw, is_table=Path(entity.file).suffix.lower() in TABLES)
    queries = [(each.line, "is a query, and a list has names only") for each in read.names if each.entry is None]
    lines = [(each.line, f"{each.name}: {each.why}") for each in read.problems] + queries
    return [each for each in read.names if each.entry is not None], sorted(lines), read.notes
