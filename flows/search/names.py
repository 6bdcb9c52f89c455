"""Read files of names to search for: people, vessels, companies. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from flows.topics import Node, parse_query
from newslake.errors import QueryError, UsageError

NAME_COLUMNS = ("name", "names", "full name", "full_name", "이름", "имя", "名前")


@dataclass(frozen=True, slots=True)
class Named:
    """A line of a file of names: where it stands, the name as written, and its query."""

    line: int
    name: str
    node: Node


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that cannot be searched for, and why."""

    line: int
    name: str
    why: str


def read_names(raw: bytes, *, is_table: bool) -> tuple[list[Named], list[Problem]]:
    """Return the names of a file, and the lines that are none.

    A table has its names in the column `name`, or `query` if each is a query; without such a heading, in its first column. In a
    file that is no table each line is a name. A name is looked for as a phrase. Empty lines and repeated names are left out.

    Raises:
        UsageError: the file is not UTF-8.
    """
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("the file of names is not UTF-8", left="nothing was searched", next="save it as UTF-8") from None
    found: dict[str, Named] = {}
    problems: list[Problem] = []
    for line, written, is_query in _table(text) if is_table else _lines(text):
        if not written or written in found:
            continue
        try:
            found[written] = Named(line, written, parse_query(written if is_query else _phrase(written)))
        except QueryError as error:
            problems.append(Problem(line, written, error.happened))
    return list(found.values()), problems


def _lines(text: str) -> Iterator[tuple[int, str, bool]]:
    for number, line in enumerate(text.splitlines(), start=1):
        yield number, line.strip(), False


def _table(text: str) -> Iterator[tuple[int, str, bool]]:
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    column, is_query = 0, False
    for number, row in enumerate(rows):
        if number == 0:
            headings = [cell.strip().casefold() for cell in row]
            heading = next((each for each in ("query", *NAME_COLUMNS) if each in headings), None)
            if heading is not None:
                column, is_query = headings.index(heading), heading == "query"
                continue
        yield rows.line_num, row[column].strip() if len(row) > column else "", is_query


def _phrase(name: str) -> str:
    """Return a query for a name as a phrase, in which no character has a meaning of its own."""
    return '"' + name.replace("\\", " ").replace('"', " ").replace("*", " ").replace("?", " ") + '"'
