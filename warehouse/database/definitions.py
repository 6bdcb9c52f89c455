"""Read the files of views and macros: the SQL that makes each, and what it, its parameters and its columns mean.

DuckLake keeps a comment for a view, but none for its columns, and none for macros. So each file says it in COMMENT lines. The
warehouse gets those about a view, in one, as the comment of the view; newslake reads all of them here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from newslake.lazy import LazyPattern

LINE = LazyPattern(r"^COMMENT ON (VIEW|MACRO|COLUMN|PARAMETER) (\w+)(?:\.(\w+))? IS '((?:[^']|'')*)';\n?", re.M)
HEAD = LazyPattern(r"^CREATE OR REPLACE (?:VIEW|MACRO) (\w+)", re.M)
SIGNATURE = LazyPattern(r"^CREATE OR REPLACE MACRO \w+\(([^)]*)\)\s+AS(\s+TABLE\b)?", re.M)


@dataclass(frozen=True, slots=True)
class Definition:
    """A view or a macro. `comment` is None, and the mappings are empty, where the file says nothing."""

    name: str
    kind: str  # view, table macro (stands in FROM) or macro (gives a value)
    create: str  # the statement that makes it
    comment: str | None
    parameters: Mapping[str, str]
    columns: Mapping[str, str]
    signature: tuple[tuple[str, str | None], ...] = ()  # the parameters of a macro, with the defaults that they have

    @property
    def statements(self) -> str:
        """Return the SQL that makes it and its comment."""
        if self.kind != "view" or self.comment is None:
            return self.create
        said = " ".join((self.comment, *(f"{name}: {meaning}" for name, meaning in self.columns.items())))
        quoted = said.replace("'", "''")
        return f"{self.create}\nCOMMENT ON VIEW {self.name} IS '{quoted}';"


@cache
def defined(text: str) -> Definition:
    """Read the text of a file with one view or macro."""
    head = HEAD.compiled.search(text)
    if head is None:
        raise ValueError(f"neither a view nor a macro: {text[:60]}")
    said: dict[str, dict[str, str]] = {kind: {} for kind in ("VIEW", "MACRO", "COLUMN", "PARAMETER")}
    for kind, name, part, comment in LINE.compiled.findall(text):
        said[kind][part or name] = comment.replace("''", "'")
    name = head[1]
    macro = SIGNATURE.compiled.search(text)
    kind = "view" if macro is None else "table macro" if macro[2] else "macro"
    given = (one.partition(":=") for one in macro[1].split(",")) if macro and macro[1].strip() else ()
    signature = tuple((parameter.strip(), default.strip() or None) for parameter, _, default in given)
    comment = {**said["VIEW"], **said["MACRO"]}.get(name)
    return Definition(name, kind, LINE.compiled.sub("", text).strip(), comment, said["PARAMETER"], said["COLUMN"], signature)
