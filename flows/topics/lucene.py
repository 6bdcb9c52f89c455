"""What people type, made ready for luqum: any quotation marks, full-width parentheses, && || and !, all balanced."""

from __future__ import annotations

from collections.abc import Callable

from newslake.errors import QueryError

MAX_DEPTH = 100  # nested parentheses; more is a mistake, and would run the translation out of stack
_CLOSERS = {'"': '"', "＂": '"＂', "“": '”“"', "„": '“”"', "‟": '”"', "«": '»"', "「": "」", "『": "』"}
_SAME_WIDTH = {"（": "(", "）": ")", "：": ":"}
_STARTS_TOKEN = set(" \t\n\r\u3000(（+-:：|&!") | {""}


def plain_query(query: str) -> tuple[str, list[int]]:
    """The query in luqum's own characters, and for each of them the offset in `query` it comes from.

    Straight quotes, AND and OR for && and ||, `-` for `!`. Quotation marks and parentheses are seen to be balanced here,
    because only here is it known where they opened.

    Raises:
        QueryError: a quotation mark or a parenthesis without its other half.
    """
    plain: list[str] = []
    origin: list[int] = []
    opened: list[int] = []  # parentheses
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
        character = _SAME_WIDTH.get(character, character)
        before = query[i - 1] if i else ""
        if character == "(":
            opened.append(i)
            if len(opened) > MAX_DEPTH:
                raise QueryError(f"More than {MAX_DEPTH} parentheses are open at character {i + 1}.", position=i)
        elif character == ")":
            if not opened:
                raise QueryError(f"The closing parenthesis at character {i + 1} has no opening one.", position=i)
            opened.pop()
        elif query.startswith(("&&", "||"), i):
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
    """Copies a phrase in quotation marks of any kind; gives the offset behind it."""
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
