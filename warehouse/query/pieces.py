"""Cut SQL at semicolons, brackets and commas, as DuckDB's own tokenizer sees them. Offsets are in bytes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import duckdb

WORD = re.compile(rb"[\w\x80-\xff]+")


class Token(NamedTuple):
    start: int
    text: str


def tokens(sql: bytes) -> Iterator[Token]:
    """Yield the tokens: keywords and names in upper case, others as their first character."""
    for start, kind in duckdb.tokenize(sql.decode()):
        word = WORD.match(sql, start) if kind in (duckdb.token_type.keyword, duckdb.token_type.identifier) else None
        yield Token(start, word[0].decode(errors="replace").upper() if word else sql[start : start + 1].decode(errors="replace"))


def pieces(sql: str) -> list[str]:
    """Split SQL at its semicolons, ignoring those in strings and comments."""
    text = sql.encode()
    cuts = [token.start for token in tokens(text) if token.text == ";"]
    return _between(text, 0, cuts, len(text))


def arguments(sql: str) -> tuple[list[str] | None, str]:
    """Return what stands between the commas of the brackets that `sql` begins with, and the text after them.

    The list is None where the text begins with no bracket, or the bracket is not closed.
    """
    text = sql.encode()
    depth, cuts = 0, list[int]()
    for start, token in tokens(text):
        if not depth and token != "(":
            break
        if token in "([{":
            depth += 1
        elif token in ")]}":
            depth -= 1
            if not depth:
                found = _between(text, 1, cuts, start)
                return ([] if not "".join(found).strip() else found), text[start + 1 :].decode()
        elif token == "," and depth == 1:
            cuts.append(start)
    return None, sql


def _between(text: bytes, start: int, cuts: list[int], end: int) -> list[str]:
    return [text[one:other].decode() for one, other in zip([start, *(cut + 1 for cut in cuts)], [*cuts, end], strict=True)]
