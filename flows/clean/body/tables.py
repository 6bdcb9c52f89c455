"""Tell tables of figures from tables that place things on the screen, and make plain blocks of the latter."""

from __future__ import annotations

from itertools import islice
from typing import Any

from newslake.text import squeeze

__all__ = ["unpack_layout_tables"]

# A cell with this many characters is not part of a table of figures.
_LONG_CELL = 600
# Rows below which a table needs heads to be one of figures; the share of its rows that have as many filled cells as most.
_FEW_ROWS, _REGULAR = 3, 0.6


def unpack_layout_tables(tree: Any) -> None:
    """Make plain blocks of tables that hold tables or a cell of running text, or whose rows are not alike."""
    for table in list(tree.iter("table")):
        if _has_heads(table):
            continue
        rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
        cells = [cell for row in rows for cell in row]
        is_layout = table.find(".//table") is not None or any(
            cell.find(".//p") is not None or len(cell.findall(".//br")) > 3 or len(cell.text_content()) > _LONG_CELL
            for cell in cells
        )
        if is_layout or len(cells) < 2 or not _is_regular(rows):
            for part in [table, *table.iter("tbody", "thead", "tr", "td", "th")]:
                if next(part.iterancestors("table"), table) is table:
                    part.tag = "div"


def _is_regular(rows: list[list[Any]]) -> bool:
    """Return whether most rows have as many filled cells as each other, and more than one."""
    if any(cell.tag == "th" for row in rows for cell in row):
        return True
    filled = [count for row in rows if (count := sum(bool(squeeze(cell.text_content())) for cell in row))]
    usual = max(set(filled), key=filled.count, default=0)
    return usual > 1 and len(filled) > 1 and filled.count(usual) >= _REGULAR * len(filled)


def _has_heads(table: Any) -> bool:
    """Return whether a table has a row of heads over its figures, which makes it one whatever stands in its cells."""
    rows = list(islice(table.iter("tr"), _FEW_ROWS + 1))
    if len(rows) <= _FEW_ROWS or table.find(".//table") is not None:
        return False
    heads = [cell.tag for cell in rows[0] if cell.tag in ("td", "th")]
    if len(heads) < 2 or "td" in heads:
        return False
    for paragraph in table.iter("p"):
        paragraph.tag = "span"  # a cell is a line
    return True
