"""Read files of names to search for: people, vessels, companies. Pure."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import NamedTuple

from flows.topics import Node, parse_query
from newslake.errors import QueryError, UsageError
from newslake.names.lists import Entry, Kind
from newslake.text import cut

QUERY_COLUMN = "query"
# Headings of a column of names, the most telling first.
NAME_COLUMNS = (
    *(
        "name",
        "names",
        "full name",
        "full_name",
        "이름",
        "성명",
        "имя",
        "название",
        "наименование",
        "名前",
        "名称",
        "姓名",
        "nom",
    ),
    *("nombre", "person", "vessel", "ship", "company", "entity", "organisation", "organization"),
)
# Headings of columns of other names, separated by semicolons, and of the column that says what a name is of.
ALIASES = re.compile(r"alias(?:es)?\W?\d*|a\.?k\.?a\.?\W?\d*|other names?|weak_alias(?:es)?|별칭|이명|псевдонимы?|別名|别名")
KIND_COLUMNS = ("kind", "type", "schema", "종류", "тип", "種類", "类型")
KINDS = {
    **dict.fromkeys(("person", "people", "individual", "인물", "физлицо", "человек", "人物"), Kind.PERSON),
    **dict.fromkeys(
        (
            "company",
            "organisation",
            "organization",
            "entity",
            "legalentity",
            "legal entity",
            "corporation",
            "기업",
            "компания",
            "会社",
            "公司",
        ),
        Kind.ORGANISATION,
    ),
    **dict.fromkeys(("vessel", "ship", "boat", "선박", "судно", "船舶"), Kind.VESSEL),
    **dict.fromkeys(("any", ""), Kind.ANY),
}
SHOWN = 100  # characters of a line or a list of columns
LONGEST = 500  # characters of a name
NOTHING = "nothing was searched"


@dataclass(frozen=True, slots=True)
class Named:
    """A line of a file of names: where it stands, the name as written, and its query.

    Attributes:
        entry: what is looked for in whichever way it is written; None if the line is a query.
    """

    line: int
    name: str
    node: Node
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A line that cannot be searched for, and why."""

    line: int
    name: str
    why: str


@dataclass(slots=True)
class Names:
    """What a file of names holds.

    Attributes:
        notes: for the user, on how the file was read.
    """

    names: list[Named] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_names(raw: bytes, *, is_table: bool | None, column: str | None = None) -> Names:
    """Return the names of a file, and the lines that are none.

    A table has its names in the column `name` (or another of NAME_COLUMNS), or `query` if each is a query; without such a
    heading, in its first column. In a file that is no table each line is a name. A name is looked for as a phrase. Empty lines
    are left out, and a repeated name is one, with the aliases of all its lines.

    Args:
        is_table: None where only the first line tells: it is a heading if it names a known column.
        column: the heading of the column that has the names.
    Raises:
        UsageError: the file is not text, or has no such column.
    """
    lines = list(io.StringIO(_text(raw), newline=""))
    read = Names()
    if is_table is None:
        is_table = column is not None or _heading(_cells(lines[0], _delimiter(lines[0]))) is not None if lines else False
    found: dict[str, Named] = {}
    rows = _table(lines, column, read) if is_table else (_Row(number, each.strip()) for number, each in enumerate(lines, 1))
    for line, written, is_query, aliases, kind in rows:
        if written in found:
            found[written] = _with(found[written], aliases, kind)
        if not written or written in found:
            continue
        if not is_query and any(len(each) > LONGEST for each in (written, *aliases)):
            read.problems.append(Problem(line, cut(written, SHOWN), f"more than {LONGEST} characters are no name"))
            continue
        try:
            node = parse_query(written if is_query else _phrase(written), is_search=True)
            found[written] = Named(line, written, node, None if is_query else Entry(written, aliases, kind))
        except QueryError as error:
            read.problems.append(Problem(line, cut(written, SHOWN), error.happened))
    read.names = list(found.values())
    read.problems.sort(key=lambda problem: problem.line)
    return read


def _with(named: Named, aliases: Sequence[str], kind: Kind) -> Named:
    """Return a name with the aliases of another line that has the same name, and its kind if the first line has none."""
    if named.entry is None:
        return named
    every = dict.fromkeys((*named.entry.aliases, *(alias for alias in aliases if len(alias) <= LONGEST)))
    known = kind if named.entry.kind is Kind.ANY else named.entry.kind
    return replace(named, entry=replace(named.entry, aliases=tuple(every), kind=known))


def _text(raw: bytes) -> str:
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UsageError("the file of names is a spreadsheet", left=NOTHING, next="save it as CSV (UTF-8), and give that file")
    try:
        return raw.decode("utf-16" if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("the file of names is not UTF-8", left=NOTHING, next="save it as UTF-8") from None


class _Row(NamedTuple):
    line: int
    name: str
    is_query: bool = False
    aliases: tuple[str, ...] = ()
    kind: Kind = Kind.ANY


def _table(lines: Sequence[str], column: str | None, read: Names) -> Iterator[_Row]:
    """Yield the names of a table, each with its line, its other names, and whether it is a query."""
    if not lines:
        return
    delimiter = _delimiter(lines[0])
    records = _records(lines, delimiter, read.problems)
    first = next(records, None)
    if first is None:
        return
    headings = [cell.strip() for cell in first[1]]
    chosen = _heading(headings) if column is None else _named(headings, column)
    place, is_query = chosen or 0, chosen is not None and headings[chosen].casefold() == QUERY_COLUMN
    if chosen is None:
        read.notes.append(
            f"no column is called name or query, so the first column is searched for, from its first cell on"
            f" ({cut(headings[0], SHOWN) if headings else ''}). If that is a heading, name the column: --column NAME."
        )
        yield _Row(first[0], headings[0] if headings else "")
    elif column is None and headings[chosen].casefold() not in (NAME_COLUMNS[0], QUERY_COLUMN):
        read.notes.append(f"the names are those of the column {headings[chosen]}. --column NAME chooses another.")
    folded = [heading.casefold() for heading in headings] if chosen is not None else []
    others = [number for number, heading in enumerate(folded) if ALIASES.fullmatch(heading) and number != place]
    of_kind = next((number for number, heading in enumerate(folded) if heading in KIND_COLUMNS and number != place), None)
    unknown: set[str] = set()
    for line, cells in records:
        written = cells[of_kind].strip() if of_kind is not None and len(cells) > of_kind else ""
        kind = KINDS.get(written.casefold(), Kind.ANY)
        if written and written.casefold() not in KINDS and written not in unknown:
            unknown.add(written)
            why = f"line {line}: the kind {cut(written, SHOWN)} is not person, company or vessel"
            read.notes.append(f"{why}, so the name alone tells how it may be written.")
        names = (alias.strip() for other in others if len(cells) > other for alias in cells[other].split(";"))
        yield _Row(line, cells[place].strip() if len(cells) > place else "", is_query, tuple(filter(None, names)), kind)


def _records(lines: Sequence[str], delimiter: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Yield the records of a table, each with its first line. A line where a cell is broken becomes a problem."""
    begin = 0
    while begin < len(lines):
        # from there on, without a copy of all lines for each one that is broken
        reader = csv.reader(map(lines.__getitem__, range(begin, len(lines))), delimiter=delimiter, strict=True)
        line = begin + 1
        try:
            for cells in reader:
                yield line, cells
                line = begin + reader.line_num + 1
            return
        except csv.Error as error:
            problems.append(Problem(line, cut(lines[line - 1].strip(), SHOWN), _why(str(error))))
            begin = line  # the next line is read by itself, so that a quotation mark swallows none


def _why(error: str) -> str:
    if "limit" in error:
        return f"a cell of more than {csv.field_size_limit():,} characters is no name"
    if "unexpected end" in error or "expected after" in error:
        return "a quotation mark at the beginning of a cell is not closed; close it, or write it twice if it belongs to the name"
    return f"not a line of a table: {error}"


def _delimiter(line: str) -> str:
    return max(",;\t", key=line.count)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []


def _heading(headings: Sequence[str]) -> int | None:
    """Return which of the headings is that of the names; None if no heading is known."""
    folded = [heading.casefold() for heading in headings]
    return next((folded.index(each) for each in (QUERY_COLUMN, *NAME_COLUMNS) if each in folded), None)


def _named(headings: Sequence[str], column: str) -> int:
    folded = [heading.casefold() for heading in headings]
    if column.strip().casefold() not in folded:
        like = get_close_matches(column, headings, n=1)
        raise UsageError(
            f"the table has no column {column!r}: its first line is {cut(', '.join(headings), SHOWN)}",
            left=NOTHING,
            next=f"--column {like[0] if like else headings[0] if headings else 'NAME'}",
        )
    return folded.index(column.strip().casefold())


def _phrase(name: str) -> str:
    """Return a query for a name as a phrase, in which no character has a meaning of its own."""
    return '"' + name.replace("\\", " ").replace('"', " ").replace("*", " ").replace("?", " ") + '"'
