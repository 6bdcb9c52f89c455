"""Runs a query and prints its result as a table, CSV, JSON or Markdown."""

from __future__ import annotations

import csv
import sys
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import typer

from flows.cli.console import errors, output, plain, print_json, print_json_text, table
from newslake.errors import UsageError
from newslake.text import markdown_cell, spreadsheet, visible

if TYPE_CHECKING:
    import duckdb

MAX_TABLE_ROWS = 200
# The fewest characters in which a column of a table can be read.
NARROWEST = 9


class Format(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    MARKDOWN = "markdown"


def not_utf8() -> UsageError:
    return UsageError("the query is not UTF-8", left="nothing was run", next="save or type it as UTF-8")


EXAMPLE = '"SELECT source, title FROM articles ORDER BY published_at DESC LIMIT 10"'


def show(con: duckdb.DuckDBPyConnection, query: str, shape: Format, *, allow_files: bool = False) -> None:
    """Run one query and print its result."""
    import duckdb

    from warehouse.database.errors import storage_damage
    from warehouse.query import check_reads_only

    try:
        query.encode()
    except UnicodeEncodeError:  # bytes of the command line that could not be decoded
        raise not_utf8() from None
    try:
        statements = con.extract_statements(query) if allow_files else check_reads_only(con, query)
        if not statements:
            raise UsageError("there is no statement in this query", left="nothing was run", next=f"newslake sql {EXAMPLE}")
        for statement in statements[:-1]:
            earlier = con.execute(statement)
            if shape is Format.TABLE:
                _show_table(earlier, [column[0] for column in earlier.description or ()])
        result = con.execute(statements[-1])
        headers = [column[0] for column in result.description or ()]
        if shape is Format.TABLE:
            _show_table(result, headers)
            return
        rows: list[tuple[Any, ...]] = result.fetchall() if headers else []
    except duckdb.Error as error:
        if (lost := storage_damage(error, "answer the query", "nothing was changed")) is not None:
            raise lost from None
        raise UsageError(_in_words(error), left="nothing was changed", next=_next_step(error)) from None
    if shape is Format.CSV:
        writer = csv.writer(sys.stdout)
        writer.writerow([visible(header) for header in headers])
        writer.writerows([_cell(value) for value in row] for row in rows)
    elif shape is Format.MARKDOWN:
        typer.echo(f"| {' | '.join(markdown_cell(plain(header)) for header in headers)} |\n|{' --- |' * len(headers)}")
        for row in rows:
            typer.echo(f"| {' | '.join(markdown_cell(plain(value)) for value in row)} |")
    else:
        names = _distinct(headers)
        records = [dict(zip(names, row, strict=True)) for row in rows]
        if shape is Format.JSON:
            print_json(records)
        else:
            for record in records:
                typer.echo(print_json_text(record))


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


def _next_step(error: Exception) -> str:
    if "file system operations are disabled" in str(error) or "Permission Error" in str(error):
        return "newslake sql --allow-files, if the query is yours"
    return "correct the query; newslake schema  lists tables and columns"


def _in_words(error: Exception) -> str:
    """Return DuckDB's message, reworded where its own advice would mislead."""
    message = str(error)
    if "read-only" in message.casefold():
        return f"`newslake sql` is read-only: {message.splitlines()[0]}"
    if "file system operations are disabled" in message or "Permission Error" in message:
        return f"{message.splitlines()[0]}\nQueries may not touch files or the network; --allow-files lets them."
    return message


def _cell(value: object) -> object:
    """Return a value for a cell of CSV."""
    if isinstance(value, (list, tuple, dict)):
        value = print_json_text(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, str):
        return spreadsheet(value)
    return value


def _show_table(result: duckdb.DuckDBPyConnection, headers: list[str]) -> None:
    if not headers:
        return
    rows = result.fetchmany(MAX_TABLE_ROWS + 1)
    if len(headers) * NARROWEST > output.width:
        for row in rows[:MAX_TABLE_ROWS]:  # one column per line if they would be too narrow side by side
            output.print(table(("column", "value"), [(name, _short(value)) for name, value in zip(headers, row, strict=True)]))
    else:
        output.print(table(headers, [[_short(value) for value in row] for row in rows[:MAX_TABLE_ROWS]]))
    if len(rows) > MAX_TABLE_ROWS:
        errors.print(f"The first {MAX_TABLE_ROWS} rows; --format csv or jsonl prints all.")


def _short(value: object, most: int = 400) -> str:
    text = plain(value)
    return text if len(text) <= most else f"{text[: most - 1]}…"
