"""Print an answer as CSV, JSON, JSON Lines, Markdown or HTML, row by row, so that no answer is too large for memory."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any, TextIO

from flows.answers.formats import Answer, Format
from flows.answers.page import write_page
from flows.answers.values import plain, print_json_text
from newslake.text import markdown_cell, spreadsheet, visible


def _csv(answer: Answer, out: TextIO) -> None:
    writer = csv.writer(out, lineterminator="\n")
    if answer.headers:
        writer.writerow([spreadsheet(visible(header)) for header in answer.headers])  # PIVOT makes names of values
    writer.writerows([_cell(value) for value in row] for row in answer.rows())


def _markdown(answer: Answer, out: TextIO) -> None:
    if answer.headers:
        names = " | ".join(markdown_cell(plain(header)) for header in answer.headers)
        out.write(f"| {names} |\n|{' --- |' * len(answer.headers)}\n")
    for row in answer.rows():
        out.write(f"| {' | '.join(markdown_cell(plain(value)) for value in row)} |\n")


def _jsonl(answer: Answer, out: TextIO) -> None:
    for record in _records(answer):
        out.write(f"{print_json_text(record)}\n")


def _json(answer: Answer, out: TextIO) -> None:
    out.write("[")
    for count, record in enumerate(_records(answer)):
        out.write(f"{', ' if count else ''}{print_json_text(record)}")
    out.write("]\n")


def _records(answer: Answer) -> Iterator[dict[str, Any]]:
    names = distinct(answer.headers)
    return (dict(zip(names, row, strict=True)) for row in answer.rows())


def _html(answer: Answer, out: TextIO) -> None:
    write_page(answer.headers, answer.rows(), out)


PRINTERS = {Format.HTML: _html, Format.CSV: _csv, Format.MARKDOWN: _markdown, Format.JSONL: _jsonl, Format.JSON: _json}


def distinct(names: list[str], same: Callable[[str], str] = str) -> list[str]:
    """Make column names unique, as DuckDB does for a table: a, a_1, a_2.

    Args:
        same: gives the same text for names that count as one.
    """
    taken, made = set(map(same, names)), list[str]()
    used = set[str]()
    for name in names:
        new, count = name, 0
        while same(new) in used or (count and same(new) in taken):
            count += 1
            new = f"{name}_{count}"
        made.append(new)
        used.add(same(new))
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
