"""Say which words can stand where the cursor is in a query. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

KEYWORDS = re.findall(
    r"\w+",
    "ALL AND ANTI ANY AS ASC ASOF AT BETWEEN BY CASE CAST CREATE CROSS CUBE DATE DESC DESCRIBE DISTINCT DROP ELSE END "
    "ESCAPE EXCEPT EXCLUDE EXECUTE EXISTS EXPLAIN ANALYZE FALSE FILTER FIRST FROM FULL GROUP HAVING ILIKE IN INNER "
    "INTERSECT INTERVAL IS JOIN LAST LATERAL LEFT LIKE LIMIT MACRO NATURAL NOT NULL NULLS OFFSET ON OR ORDER OUTER OVER "
    "PARTITION PIVOT PREPARE QUALIFY RECURSIVE RENAME REPLACE RIGHT ROLLUP ROWS SAMPLE SELECT SEMI SET SHOW SIMILAR "
    "SUMMARIZE TABLE TABLES TEMP THEN TIMESTAMP TO TRUE TRY_CAST UNION UNPIVOT USING VALUES VARIABLE VERSION VIEW WHEN "
    "WHERE WINDOW WITH",
)
# After these a table stands.
BEFORE_TABLES = re.compile(r"\b(?:FROM|JOIN|DESCRIBE|SUMMARIZE|PIVOT|UNPIVOT|TABLE)\s+[\w\"]*$", re.I)
NAMED = re.compile(
    r"\b(?:FROM|JOIN|DESCRIBE|SUMMARIZE|PIVOT|UNPIVOT|,)\s*\"?(\w+)\"?(?:\s*\([^()]*\))?(?:\s+(?:AS\s+)?(\w+))?", re.I
)
WORD = re.compile(r"(?:(\w+)\.)?(\w*)$")
STRING_OR_REMARK = re.compile(r"'(?:[^']|'')*'|--[^\n]*(?:\n|$)|/\*.*?(?:\*/|$)", re.S)
MOST = 200


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a query may use.

    Args:
        relations: what a table, view or table macro is, in a few words, by its name; a macro's name ends with a bracket.
        columns: the columns of each, by its name without a bracket; what each is, by its name.
        functions: what each function is, by its name without a bracket.
    """

    relations: Mapping[str, str] = field(default_factory=dict)
    columns: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    functions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A word that can stand at the cursor.

    Args:
        text: replaces the last `length` characters before the cursor.
        meaning: in a few words.
    """

    text: str
    length: int
    meaning: str = ""


def candidates(before: str, after: str, names: Names) -> list[Candidate]:
    """Return what can stand between the text before the cursor and the text after it, the likeliest first."""
    if _is_inside_text(before):
        return []
    found = WORD.search(before)
    assert found is not None  # the word may be empty
    owner, word = found[1], found[2]
    if owner is not None:
        tables = _named(before + after)
        columns = names.columns.get(tables.get(owner.casefold(), owner.casefold()), {})
        offered: Iterable[tuple[str, str]] = columns.items()
    elif BEFORE_TABLES.search(before):
        offered = names.relations.items()
    elif not word:
        offered = _columns(before + after, names)
    else:
        functions = ((f"{name}(", meaning) for name, meaning in names.functions.items())
        keywords = ((one.lower() if word.islower() else one, "") for one in KEYWORDS)
        offered = chain(_columns(before + after, names), names.relations.items(), keywords, functions)
    return list(_beginning_with(word, offered))[:MOST]


def _beginning_with(word: str, offered: Iterable[tuple[str, str]]) -> Iterator[Candidate]:
    seen = set[str]()
    for name, meaning in offered:
        if name.casefold().startswith(word.casefold()) and name.casefold() not in seen and name != word:
            seen.add(name.casefold())
            yield Candidate(name if _is_plain(name) else f'"{name}"', len(word), meaning)


def _is_plain(name: str) -> bool:
    return re.fullmatch(r"[^\W\d]\w*\(?", name) is not None


def _columns(query: str, names: Names) -> Iterator[tuple[str, str]]:
    """Yield the columns of the tables that a query names; of all tables where it names none that is known."""
    tables = [table for table in dict.fromkeys(_named(query).values()) if table in names.columns]
    for table in tables:
        yield from names.columns[table].items()
    if not tables:
        for table, columns in names.columns.items():
            yield from ((column, f"{meaning} of {table}") for column, meaning in columns.items())


def _named(query: str) -> dict[str, str]:
    """Return the tables that a query names, by the names that it calls them by."""
    tables = dict[str, str]()
    for table, alias in NAMED.findall(STRING_OR_REMARK.sub(" '' ", query)):
        tables[table.casefold()] = table.casefold()
        if alias and alias.upper() not in KEYWORDS:
            tables[alias.casefold()] = table.casefold()
    return tables


def _is_inside_text(before: str) -> bool:
    """Return whether a text ends inside a string or a remark."""
    rest = STRING_OR_REMARK.sub(lambda found: "" if found.end() < len(before) or found[0].endswith(("'", "*/")) else "'", before)
    return "'" in rest
