"""Rewrite a PIVOT that takes its columns from the data, so that the guard can read it.

DuckDB splits `PIVOT t ON x` into several statements without text that cannot be serialised. With `IN ('')` after each column of
ON it becomes one SELECT with the same tables and functions, which can be serialised.
"""

from __future__ import annotations

from warehouse.query.pieces import tokens

PIVOTS = frozenset({"PIVOT", "PIVOT_WIDER"})
# These end the columns of ON, except inside brackets.
ENDS = frozenset({"USING", "GROUP", "ORDER", "LIMIT", "OFFSET", "UNION", "EXCEPT", "INTERSECT", ";"})
IN = b" IN ('') "


def with_columns_named(sql: str) -> str:
    """Insert `IN ('')` after each column of a PIVOT that has no IN. Change nothing else."""
    text = sql.encode()
    places, waiting, reading = list[int](), set[int](), dict[int, bool]()  # by depth; True: this column has its IN
    depth = 0
    for start, token in tokens(text):
        if depth in reading and (token in ENDS or token in ",)"):
            if not reading[depth]:
                places.append(start)
            reading[depth] = False
            if token != ",":
                del reading[depth]
        if token in "([{":
            depth += 1
        elif token in ")]}":
            waiting.discard(depth)
            depth -= 1
        elif token in PIVOTS:
            waiting.add(depth)
        elif token == "ON" and depth in waiting:
            waiting.discard(depth)
            reading[depth] = False
        elif token == "IN" and depth in reading:
            reading[depth] = True
    if reading and not all(reading.values()):
        places.append(len(text))
    for place in reversed(places):
        # a line break first: the text before it may end in a comment
        text = text[:place] + b"\n" + IN + text[place:]
    return text.decode()
