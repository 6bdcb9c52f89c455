"""Rewrite a query as people type it into the syntax that luqum parses, and check that quotes and parentheses are balanced."""

from __future__ import annotations

import re
import string
from collections.abc import Callable

from newslake.errors import QueryError

MAX_WORD = 200  # characters; no word of an article is longer
MAX_QUERY = 500_000  # characters: some thirty thousand names
MAX_DEPTH = 100  # nested parentheses; a deeper query is a mistake, and would exhaust the stack in `query`
_CLOSERS = {'"': '"', "＂": '"＂', "“": '”“"', "„": '“”"', "‟": '”"', "«": '»"', "「": "」", "『": "』"}
# Full-width letters, digits and signs, as an Asian keyboard writes them, mean the same as those of ASCII. Left alone are those
# that are mostly punctuation of a text (？ ／ ， ．), brackets, and quotation marks, which have their own table.
_SAME_WIDTH = {chr(ord(sign) + 0xFEE0): sign for sign in "():&|!*~+-" + string.ascii_letters + string.digits}
_LONG = re.compile(rf"[\w*?-]{{{MAX_WORD + 1},}}")
_STARTS_TOKEN = set(" \t\n\r\u3000(（+-:：|&!") | {""}


def plain_query(query: str) -> tuple[str, list[int]]:
    """Return the query in the characters that luqum knows, and for each of them its offset in `query`.

    Quotation marks of all kinds become straight quotes, full-width letters, digits and operators their ASCII forms, && and || AND
    and OR, and ! becomes -. The second list has one entry more than the first has characters: the length of `query`.

    Raises:
        QueryError: a word or the whole query is too long, or a quotation mark or parenthesis has no counterpart. Checked here,
            where the opening one's offset is known.
    """
    if long := _LONG.search(query):
        words = (
            f"A word of {len(long[0]):,} characters at character {long.start() + 1}; no article has one of more than {MAX_WORD}."
        )
        raise QueryError(words, position=long.start())
    if len(query) > MAX_QUERY:
        raise QueryError(f"A query of {len(query):,} characters, more than {MAX_QUERY:,}; divide it into several topics.")
    plain: list[str] = []
    origin: list[int] = []
    opened: list[int] = []  # parentheses
    folded = "".join(_SAME_WIDTH.get(character, character) for character in query)
    i = 0

    def put(text: str, at: int) -> None:
        plain.append(text)
        origin.extend([at] * len(text))

    while i < len(query):
        character = query[i]
        if character == "\\" and i + 1 < len(query):
            put("\\", i)
            put(query[i + 1], i + 1)
            i += 2
            continue
        if character in _CLOSERS:
            if i and query[i - 1] not in _STARTS_TOKEN:
                put(" ", i)
            i = _quoted(query, i, put)
            continue
        character = folded[i]
        before = query[i - 1] if i else ""
        if character == "(":
            opened.append(i)
            if len(opened) > MAX_DEPTH:
                raise QueryError(f"More than {MAX_DEPTH} parentheses are open at character {i + 1}.", position=i)
        elif character == ")":
            if not opened:
                raise QueryError(f"The closing parenthesis at character {i + 1} has no opening one.", position=i)
            opened.pop()
        elif folded.startswith(("&&", "||"), i):
            put(" AND " if character == "&" else " OR ", i)
            i += 2
            continue
        elif character == "!" and before in _STARTS_TOKEN:
            character = "-"
        put(character, i)
        i += 1
    if opened:
        raise QueryError(f"The parenthesis opened at character {opened[-1] + 1} is never closed.", position=opened[-1])
    return "".join(plain), [*origin, len(query)]


def _quoted(query: str, start: int, put: Callable[[str, int], None]) -> int:
    """Copy a phrase in quotation marks of any kind; return the offset after its closing mark."""
    closers = _CLOSERS[query[start]]
    put('"', start)
    i = start + 1
    while i < len(query) and query[i] not in closers:
        if query[i] == "\\" and i + 1 < len(query):
            put("\\", i)
            i += 1
        put(" " if query[i] == '"' and query[i - 1] != "\\" else query[i], i)
        i += 1
    if i == len(query):
        raise QueryError(f"The quotation mark at character {start + 1} is never closed.", position=start)
    put('"', i)
    return i + 1
