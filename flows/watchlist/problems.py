"""Report the problems of a watchlist file, each with its line and key, in the terms of the file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic_core import ErrorDetails

from newslake.errors import WatchlistError
from newslake.text import counted, one_line


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One problem in the file. `where` is the key path, such as `[[source]] "chosun" → feeds[1]`."""

    line: int
    where: str
    what: str


def watchlist_error(path: Path, problems: Iterable[Problem]) -> WatchlistError:
    """Return an error that lists the problems by line, each once."""
    listed = []
    for problem in sorted(set(problems)):
        where = f"{one_line(problem.where)}: " if problem.where else ""  # it may have a name with line breaks
        listed.append(f"  {path.name}:{problem.line}: {where}{problem.what}".replace("\n", "\n      "))
    count = f"{len(listed)} problems" if len(listed) > 1 else "a problem"
    happened = "\n".join([f"the watchlist {path} has {count}:", *listed])
    return WatchlistError(happened, left="nothing was run", next="correct the file, then `newslake check`")


def in_words(detail: ErrorDetails, *, is_secret: bool = False) -> str:
    """Describe a pydantic error in the terms of the file; suggests the nearest valid value if there is one."""
    given = detail["input"]
    context = detail.get("ctx", {})
    if detail["type"] == "missing":
        return f"the key `{detail['loc'][-1]}` is missing"
    if is_secret:
        return f"expected {context['expected']}" if "expected" in context else _expected(detail)
    if detail["type"] == "literal_error":
        return f"expected {context['expected']}, found {given!r}"
    if detail["type"] == "string_pattern_mismatch" and detail["loc"][-1] == "name":
        return f"a name is made of letters, digits, `.`, `_` and `-` and begins with a letter or digit, found {_shown(given)}"
    if detail["type"] == "topic_query":
        sentence, position = context["sentence"], context["position"]
        return sentence if position is None else f"{sentence}\n{_caret(given, position)}"
    if detail["type"] != "value_error":
        return f"{_expected(detail)}, found {_shown(given)}"
    return str(context["error"])


_TYPES = {
    "string": 'text in quotation marks, such as "text"',
    "int": "a whole number, such as 10",
    "float": "a number, such as 1.5",
    "bool": "true or false, without quotation marks",
    "list": 'a list in brackets, such as ["one", "two"]',
    "dict": "a table",
    "model": "a table",
}
_BOUNDS = {
    "greater_than": ("more than", "gt"),
    "greater_than_equal": ("at least", "ge"),
    "less_than": ("less than", "lt"),
    "less_than_equal": ("at most", "le"),
}


def _expected(detail: ErrorDetails) -> str:
    """Return what a value should have been, in words for people who do not know Python."""
    kind, context = detail["type"], detail.get("ctx", {})
    name = kind.partition("_")[0]
    if kind in _BOUNDS:
        words, key = _BOUNDS[kind]
        return f"expected {words} {_number(context[key])}"
    if kind == "string_too_long":
        return f"expected at most {counted(context['max_length'], 'character')}"
    if kind == "string_too_short":
        return f"expected at least {counted(context['min_length'], 'character')}"
    if kind == "too_long":
        return f"expected at most {counted(context['max_length'], 'value')}"
    if kind == "too_short":
        return f"expected at least {counted(context['min_length'], 'value')}"
    if name in _TYPES and kind in (f"{name}_type", f"{name}_parsing", f"{name}_from_float"):
        return f"expected {_TYPES[name]}"
    return f"{detail['msg'][0].lower()}{detail['msg'][1:]}"


def _number(bound: float) -> str:
    """Return a bound as users would write it: not 1e+06."""
    return f"{int(bound)}" if bound == int(bound) else f"{bound:g}"


# The user name and password of an address.
_USER = re.compile(r"""//[^/\s'"]*@""")


def _shown(value: object) -> str:
    shown = _USER.sub("//…@", repr(value))
    return shown if len(shown) <= 60 else f"{shown[:57]}…"


def _caret(query: str, position: int) -> str:
    """Return the line of the query that has the position, with a caret below it."""
    before = query[:position]
    start = before.rfind("\n") + 1
    line = query[start:].partition("\n")[0]
    return f"{line}\n{' ' * (position - start)}^"
