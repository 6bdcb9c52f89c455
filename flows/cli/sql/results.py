"""Runs a query and prints its answers as tables, or the last one as CSV, JSON or Markdown."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from flows.cli.console import errors, for_programs, output, plain, print_json_text, table
from newslake.disk import whole_file
from newslake.errors import UsageError
from newslake.text import markdown_cell, spreadsheet, visible

if TYPE_CHECKING:
    from warehouse.query import Session


class Answer(Protocol):
    """Columns and rows to be printed: those of a statement, or of another command."""

    @property
    def headers(self) -> list[str]: ...

    def rows(self, most: int | None = None) -> Iterator[tuple[Any, ...]]: ...


MAX_TABLE_ROWS = 200
# The fewest characters in which a column of a table can be read.
NARROWEST = 9


class Format(StrEnum):
    """How an answer is written; all but tables are for files, too."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    MARKDOWN = "markdown"


ENDINGS = {".csv": Format.CSV, ".json": Format.JSON, ".jsonl": Format.JSONL, ".md": Format.MARKDOWN}


def not_utf8() -> UsageError:
    return UsageError("the query is not UTF-8", left="nothing was run", next="save or type it as UTF-8")


EXAMPLE = '"SELECT source, title FROM articles ORDER BY published_at DESC LIMIT 10"'


def show(session: Session, query: str, shape: Format, out: TextIO | None = None) -> None:
    """Run the statements of a query and print their answers: as tables all of them, in other formats the last one.

    Args:
        out: where other formats than tables go instead of standard output.
    """
    try:
        query.encode()
    except UnicodeEncodeError:  # bytes of the command line that could not be decoded
        raise not_utf8() from None
    last = None
    for answer in session.answers(query):
        last = answer
        if shape is Format.TABLE:
            _show_table(answer)
    if last is None:
        raise UsageError("there is no statement in this query", left="nothing was run", next=f"newslake sql {EXAMPLE}")
    if shape is not Format.TABLE:
        PRINTERS[shape](last, out)


def write(session: Session, query: str, shape: Format, file: Path) -> None:
    """Run a query and write the answer of its last statement to a file, whole or not at all.

    CSV begins with a mark by which Excel knows that it is UTF-8.
    """
    from warehouse.database.errors import translated

    with translated(f"write {file}", f"{file} is as it was before"), whole_file(file, durable=False) as raw:
        text = io.TextIOWrapper(raw, encoding="utf-8-sig" if shape is Format.CSV else "utf-8", newline="")
        show(session, query, shape, text)
        text.detach()


def _csv(answer: Answer, out: TextIO | None = None) -> None:
    writer = csv.writer(out or for_programs())
    if answer.headers:
        writer.writerow([visible(header) for header in answer.headers])
    writer.writerows([_cell(value) for value in row] for row in answer.rows())


def _markdown(answer: Answer, out: TextIO | None = None) -> None:
    out = out or for_programs()
    if answer.headers:
        names = " | ".join(markdown_cell(plain(header)) for header in answer.headers)
        out.write(f"| {names} |\n|{' --- |' * len(answer.headers)}\n")
    for row in answer.rows():
        out.write(f"| {' | '.join(markdown_cell(plain(value)) for value in row)} |\n")


def _jsonl(answer: Answer, out: TextIO | None = None) -> None:
    out = out or for_programs()
    for record in _records(answer):
        out.write(f"{print_json_text(record)}\n")


def _json(answer: Answer, out: TextIO | None = None) -> None:
    """Print an array, row by row, so that no answer is too large for memory."""
    out = out or for_programs()
    out.write("[")
    for count, record in enumerate(_records(answer)):
        out.write(f"{', ' if count else ''}{print_json_text(record)}")
    out.write("]\n")


def _records(answer: Answer) -> Iterator[dict[str, Any]]:
    names = _distinct(answer.headers)
    return (dict(zip(names, row, strict=True)) for row in answer.rows())


PRINTERS = {Format.CSV: _csv, Format.MARKDOWN: _markdown, Format.JSONL: _jsonl, Format.JSON: _json}


def _distinct(names: list[str]) -> list[str]:
    """Make column names unique for a JSON object, as DuckDB does for a table: a, a_1, a_2."""
    taken, made = set(names), list[str]()
    for name in names:
        new, count = name, 0
        while new in made or (count and new in taken):
            count += 1
            new = f"{name}_{count}"
        made.append(new)
    return made


def _cell(value: object) -> object:
    """Return a value for a cell of CSV."""
    if isinstance(value, (list, tuple, dict)):
        value = print_json_text(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return value.hex()
    if isinstance(value, str):
        return spreadsheet(value)
    return value


def _show_table(answer: Answer) -> None:
    if not answer.headers:
        return
    rows = list(answer.rows(MAX_TABLE_ROWS + 1))
    if len(answer.headers) * NARROWEST > output.width:
        for row in rows[:MAX_TABLE_ROWS]:  # one column per line if they would be too narrow side by side
            values = [(name, _short(value)) for name, value in zip(answer.headers, row, strict=True)]
            output.print(table(("column", "value"), values))
    else:
        output.print(table(answer.headers, [[_short(value) for value in row] for row in rows[:MAX_TABLE_ROWS]]))
    if len(rows) > MAX_TABLE_ROWS:
        errors.print(f"The first {MAX_TABLE_ROWS} rows; --format csv or jsonl prints all.")


def _short(value: object, most: int = 400) -> str:
    text = plain(value)
    return text if len(text) <= most else f"{text[: most - 1]}…"
