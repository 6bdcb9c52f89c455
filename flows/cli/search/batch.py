"""Search for every name of a file, and print one table of hits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer
from rich.markup import escape

from flows.cli.console import errors, for_programs, output, plain, table
from flows.cli.search.show import warn_of_missing
from flows.cli.sql import Format
from flows.cli.sql.formats import DRAWN
from flows.cli.sql.kept import Rows
from flows.cli.sql.texts import PRINTERS
from flows.search.names import Problem, read_names
from flows.search.restrict import Restrictions, restricted
from flows.search.rows import COLUMNS, row
from flows.search.search import Searcher
from flows.topics.nodes import And, Or
from flows.watchlist import Watchlist
from newslake.errors import UsageError
from newslake.text import counted, cut, one_line
from warehouse.database.connect import open_reader

TABLES = (".csv", ".tsv")


def search_names(watchlist: Watchlist, file: Path, given: Restrictions, limit: int, shape: Format) -> None:
    """Search for the names of a file; exit with code 1 if some of its lines are no names."""
    try:
        raw = file.read_bytes()
    except OSError as error:
        why = f"cannot read {file}: {error.strerror}"
        raise UsageError(why, left="nothing was searched", next=f"ls -l {file}") from None
    names, problems = read_names(raw, is_table=file.suffix.lower() in TABLES)
    if not names and not problems:
        raise UsageError(f"{file} has no names", left="nothing was searched", next="write a name on each line")
    with open_reader(watchlist.warehouse) as con, errors.status("searching …"):
        only, saved = restricted(watchlist, con, given)
        warn_of_missing(con)
        nodes = {each.name: And((each.node, Or(tuple(saved)))) if saved else each.node for each in names}
        results = Searcher(con).search_all(nodes, only, limit)
    lines = {each.name: each.line for each in names}
    rows: list[dict[str, Any]] = [
        {"line": lines[name], "name": name, **row(rank, hit)}
        for name, result in results.items()
        for rank, hit in enumerate(result.hits, start=1)
    ]
    if shape in DRAWN:
        _show(rows)
    else:
        PRINTERS[shape](Rows(["line", "name", *COLUMNS], [tuple(each.values()) for each in rows]), for_programs())
    _summarise(results, problems, limit)
    if problems:
        raise typer.Exit(1)


def _show(rows: list[dict[str, Any]]) -> None:
    headers = ("name", "published", "source", "title", "passage", "id")
    shown = [
        (
            each["name"],
            f"{each['published_at']:%Y-%m-%d}" if each["published_at"] else "",
            each["source"],
            cut(one_line(each["title"]), 80),
            cut(each["snippet"], 120),
            each["article_id"][:13],
        )
        for each in rows
    ]
    if shown:
        output.print(table(headers, shown))


def _summarise(results: dict[str, Any], problems: list[Problem], limit: int) -> None:
    """Say on standard error, so that a table in a file stays one, how many names were found."""
    found = [name for name, result in results.items() if result.hits]
    more = [name for name in found if results[name].total > limit]
    hits = sum(len(results[name].hits) for name in found)
    errors.print(f"{len(found)} of {counted(len(results), 'name')} found, in {counted(hits, 'hit')}.", highlight=False)
    if more:
        say_on_errors(
            f"{counted(len(more), 'name')} with more than {limit} articles, of which the best are shown: --limit shows more."
        )
    for problem in problems:
        say_on_errors(f"[yellow]Line {problem.line}:[/] {escape(plain(problem.name))}: {escape(plain(problem.why))}")


def say_on_errors(line: str) -> None:
    errors.print(line, highlight=False, soft_wrap=True)
