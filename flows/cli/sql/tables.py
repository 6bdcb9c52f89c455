"""Draw rows for a screen: as a table, or as records, one value a line, where a table would be too narrow to read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from rich.box import SIMPLE_HEAD, SQUARE
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from flows.cli.console import plain

# Longer texts are cut.
LONGEST = 400
NARROWEST = 16  # columns of text that is folded
TALLEST = 6  # lines of a row of a table
# Values that are read at a glance, and never folded.
WHOLE = (bool, int, float, Decimal, date, datetime, time, timedelta, UUID)
MISSING = "NULL"
PLANS = (["explain_key", "explain_value"], ["physical_plan"], ["logical_plan"])


def drawn(
    headers: Sequence[str], rows: Sequence[Sequence[Any]], width: int, *, box: bool = False, whole: bool = False
) -> RenderableType:
    """Draw rows as a table, or as records if they do not fit.

    Args:
        width: columns of the screen.
        box: with lines around the cells.
        whole: cut no text; rows with a long text, or with lines, become records.
    """
    if list(headers) in PLANS:  # a drawing of DuckDB's, line by line
        return Group(*(Text(plain(row[-1]), no_wrap=True, overflow="ignore") for row in rows))
    cells = [[_cell(value, whole=whole) for value in row] for row in rows]
    widths = [
        max([cell_len(plain(header)), *(max(map(cell_len, row[place].plain.split("\n"))) for row in cells)])
        for place, header in enumerate(headers)
    ]
    numbers = [_all(rows, place, (int, float, Decimal)) for place in range(len(headers))]
    kept = [_all(rows, place, WHOLE) for place in range(len(headers))]
    if _fits(widths, kept, width, box=box) and not (whole and any("\n" in cell.plain for row in cells for cell in row)):
        return _table(headers, cells, numbers, kept, box=box)
    return _records(headers, cells, width, box=box)


def is_cut(rows: Sequence[Sequence[Any]]) -> bool:
    """Return whether a table of these rows cuts a text."""
    return any(len(plain(value)) > LONGEST for row in rows for value in row if not isinstance(value, WHOLE))


def _cell(value: object, *, whole: bool) -> Text:
    if value is None:
        return Text(MISSING, "dim")
    text = plain(value)
    if not whole:
        if isinstance(value, str):
            text = " ".join(text.split("\n"))
        if len(text) > LONGEST:
            text = f"{text[: LONGEST - 1]}…"
    return Text(text)


def _all(rows: Sequence[Sequence[Any]], place: int, kinds: tuple[type, ...]) -> bool:
    """Return whether a column has values, and all are of these kinds. A truth value is no number."""
    values = [row[place] for row in rows if row[place] is not None]
    return bool(values) and all(isinstance(one, kinds) and (bool in kinds or not isinstance(one, bool)) for one in values)


def _fits(widths: list[int], kept: list[bool], width: int, *, box: bool) -> bool:
    """Return whether a table of columns that are so wide is neither too wide nor too tall, if the longest ones are folded."""
    room = width - 3 * len(widths) - (1 if box else 0)
    room -= sum(one for one, is_kept in zip(widths, kept, strict=True) if is_kept)
    folded = sorted(one for one, is_kept in zip(widths, kept, strict=True) if not is_kept)
    for place, one in enumerate(folded):  # short columns leave room to long ones
        share = room // (len(folded) - place)
        if one > share:
            return share >= NARROWEST and folded[-1] <= share * TALLEST
        room -= one
    return room >= 0


def _table(headers: Sequence[str], cells: list[list[Text]], numbers: list[bool], kept: list[bool], *, box: bool) -> Table:
    made = Table(header_style="bold", pad_edge=box, box=SQUARE if box else SIMPLE_HEAD)
    for header, number, whole in zip(headers, numbers, kept, strict=True):
        made.add_column(Text(plain(header)), justify="right" if number else "left", overflow="fold", no_wrap=whole)
    for row in cells:
        made.add_row(*row)
    return made


def _records(headers: Sequence[str], cells: list[list[Text]], width: int, *, box: bool) -> RenderableType:
    names = [Text(plain(header), "bold") for header in headers]
    made: list[RenderableType] = []
    for number, row in enumerate(cells, start=1):
        record = Table(box=SQUARE if box else None, show_header=False, pad_edge=box)
        record.add_column(overflow="fold", max_width=max(width // 3, NARROWEST))
        record.add_column(overflow="fold")
        for name, cell in zip(names, row, strict=True):
            record.add_row(name, cell)
        made += [Text(f"── {number} {'─' * max(0, min(width, 60) - 5 - len(str(number)))}", "dim"), record]
    return Group(*made)
