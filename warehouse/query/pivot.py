"""Rewrite a PIVOT that takes its columns from the data, so that the guard can read it.

DuckDB makes other statements than a SELECT of `PIVOT t ON x`, which cannot be serialised. With each column of ON as
`(column) IN ('')` it becomes one SELECT with the same tables and functions, which can be.
"""

from __future__ import annotations

from warehouse.query.pieces import tokens

PIVOTS = frozenset({"PIVOT", "PIVOT_WIDER"})
# These end the columns of ON, except inside brackets.
ENDS = frozenset({"USING", "GROUP", "ORDER", "LIMIT", "OFFSET", "UNION", "EXCEPT", "INTERSECT", ";"})
BEGIN, END = b"(", b"\n) IN ('') "  # a line break first: the text before it may end in a comment


def with_columns_named(sql: str) -> str:
    """Write each column of a PIVOT that has no IN as `(column) IN ('')`. Change nothing else."""
    text = sql.encode()
    added, waiting = list[tuple[int, bytes]](), set[int]()
    begins, reading = dict[int, int | None](), dict[int, bool]()  # by depth: where the column begins; True: it ends in its IN
    lists = dict[int, int]()  # by depth: how much has followed that IN, which is one list
    depth = 0
    for start, token in tokens(text):
        if depth in reading and (token in ENDS or token in ",)"):
            if not reading[depth]:
                added += _around(begins[depth], start)
            reading[depth], begins[depth] = False, None
            if token != ",":
                del reading[depth]
        elif depth in reading and begins[depth] is None:
            begins[depth] = start
        elif reading.get(depth):
            lists[depth] += 1
            reading[depth] = lists[depth] == 1  # with more, it is the IN of a part of the column
        if token in "([{":
            depth += 1
        elif token in ")]}":
            waiting.discard(depth)
            depth -= 1
        elif token in PIVOTS:
            waiting.add(depth)
        elif token == "ON" and (depth in waiting or depth in reading):  # of two, the former is that of a JOIN
            waiting.discard(depth)
            reading[depth], begins[depth] = False, None
        elif token == "IN" and depth in reading:
            reading[depth], lists[depth] = True, 0
    for at, has_in in reading.items():
        if not has_in:
            added += _around(begins[at], len(text))
    for place, more in sorted(added, reverse=True):
        text = text[:place] + more + text[place:]
    return text.decode()


def _around(begin: int | None, end: int) -> list[tuple[int, bytes]]:
    """Return the brackets to add around a column, each with its place; none if there is no column."""
    return [] if begin is None else [(begin, BEGIN), (end, END)]
