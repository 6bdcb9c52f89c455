"""Search for every name of a file, and print one table of hits."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

from flows.answers.formats import DRAWN
from flows.answers.kept import Rows
from flows.answers.texts import PRINTERS
from flows.cli.console import errors, for_programs, output, plain, table
from flows.cli.search.show import tell, warn_of_missing
from flows.cli.sql import Format
from flows.reading.times import published_day
from flows.search.names import Problem, read_names
from flows.search.restrict import Restrictions, restricted
from flows.search.rows import COLUMNS, row
from flows.search.search import Hit, Searcher
from flows.topics.nodes import And, Or
from flows.watchlist import Watchlist
from newslake.errors import UsageError
from newslake.text import counted, cut, one_line
from warehouse.database.connect import open_reader

TABLES = (".csv", ".tsv", ".tab")
SPREADSHEETS = (".xlsx", ".xls", ".ods", ".numbers")
STANDARD_INPUT = Path("-")
MOST_NAMES = 20  # of those that were not found


def search_names(watchlist: Watchlist, file: Path, column: str | None, given: Restrictions, limit: int, shape: Format) -> None:
    """Search for the names of a file; exit with code 1 if some of its lines are no names."""
    ending = file.suffix.lower()
    is_table = ending in TABLES or column is not None
    read = read_names(_read(file), is_table=None if file == STANDARD_INPUT else is_table, column=column)
    names, problems = read.names, read.problems
    if not names and not problems:
        raise UsageError(f"{_shown(file)} has no names", left="nothing was searched", next="write a name on each line")
    for note in read.notes:
        tell(note)
    with open_reader(watchlist.warehouse) as con, errors.status("searching …"):
        only, saved = restricted(watchlist, con, given, tell)
        warn_of_missing(con)
        nodes = {each.name: And((each.node, Or(tuple(saved)))) if saved else each.node for each in names}
        results = Searcher(con).search_all(nodes, only, limit)
    lines = {each.name: each.line for each in names}
    # A name that was not found has a row, too, without a rank.
    nothing = dict.fromkeys(COLUMNS)
    rows: list[dict[str, Any]] = [
        {"line": lines[name], "name": name, **found}
        for name, result in results.items()
        for found in [row(rank, hit) for rank, hit in enumerate(result.hits, start=1)] or [nothing]
    ]
    if shape in DRAWN:
        days = [_day(hit, watchlist.zone) for result in results.values() for hit in result.hits]
        _show([each for each in rows if each["rank"]], days)
    else:
        PRINTERS[shape](Rows(["line", "name", *COLUMNS], [tuple(each.values()) for each in rows]), for_programs())
    _summarise(results, problems, limit)
    if problems:
        raise typer.Exit(1)


def _read(file: Path) -> bytes:
    if file.suffix.lower() in SPREADSHEETS:
        raise UsageError(
            f"{file} is a spreadsheet", left="nothing was searched", next=f"save it as {file.with_suffix('.csv')} (CSV, UTF-8)"
        )
    try:
        return sys.stdin.buffer.read() if file == STANDARD_INPUT else file.read_bytes()
    except OSError as error:
        why = f"cannot read {file}: {error.strerror}"
        raise UsageError(why, left="nothing was searched", next=f"ls -l {file}") from None


def _shown(file: Path) -> str:
    return "standard input" if file == STANDARD_INPUT else str(file)


def _day(hit: Hit, zone: ZoneInfo) -> str:
    at = hit.article.published_at
    return published_day(at, hit.article.published_precision, zone) if at else ""


def _show(rows: list[dict[str, Any]], days: list[str]) -> None:
    headers = ("name", "published", "source", "title", "passage and address", "id")
    shown = [
        (
            each["name"],
            day,
            each["source"],
            cut(one_line(each["title"]), 80),
            f"{cut(one_line(each['snippet']), 120)}\n{each['url']}",
            each["article_id"][:13],
        )
        for each, day in zip(rows, days, strict=True)
    ]
    if shown:
        output.print(table(headers, shown))


def _summarise(results: dict[str, Any], problems: list[Problem], limit: int) -> None:
    """Say on standard error, so that a table in a file stays one, how many names were found."""
    found = [name for name, result in results.items() if result.hits]
    more = [name for name in found if results[name].total > limit]
    hits = sum(len(results[name].hits) for name in found)
    say_on_errors(f"{len(found)} of {counted(len(results), 'name')} found, in {counted(hits, 'hit')}.")
    if more:
        best = "article is" if limit == 1 else f"{limit:,} articles are"
        say_on_errors(f"Of {counted(len(more), 'name')} only the best {best} shown: --limit shows more.")
    if lost := [name for name, result in results.items() if not result.hits]:
        rest = f", and {len(lost) - MOST_NAMES:,} more" if len(lost) > MOST_NAMES else ""
        say_on_errors(f"Not found: {escape(plain('; '.join(cut(one_line(name), 80) for name in lost[:MOST_NAMES])))}{rest}.")
    for problem in problems:
        say_on_errors(f"[yellow]Line {problem.line}:[/] {escape(plain(problem.name))}: {escape(plain(problem.why))}")


def say_on_errors(line: str) -> None:
    errors.print(line, highlight=False, soft_wrap=True)
