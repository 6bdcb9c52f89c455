"""Search for every name of a file, and print one table of hits."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
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
from flows.search.named import find_names
from flows.search.names import Named, Problem, read_names
from flows.search.restrict import Restrictions, restricted
from flows.search.rows import COLUMNS, row
from flows.search.search import Hit, Searcher
from flows.topics.nodes import And, Or
from flows.watchlist import Watchlist
from newslake.errors import UsageError
from newslake.names.lists import Kind, Match
from newslake.text import counted, cut, one_line
from warehouse.database.connect import open_reader

if TYPE_CHECKING:
    import duckdb

    from flows.topics import Node
    from warehouse.search.plan import Only

TABLES = (".csv", ".tsv", ".tab")
SPREADSHEETS = (".xlsx", ".xls", ".ods", ".numbers")
STANDARD_INPUT = Path("-")
MOST_NAMES = 20  # of those that were not found


@dataclass(frozen=True, slots=True)
class Asked:
    """A file of names, and how it is searched for."""

    file: Path
    column: str | None
    given: Restrictions
    limit: int
    match: Match


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found of a line: its first articles, each with what differs from the name, and how many there are."""

    hits: tuple[tuple[Hit, str | None, str | None], ...]
    total: int


def search_names(watchlist: Watchlist, asked: Asked, shape: Format) -> None:
    """Search for the names of a file; exit with code 1 if some of its lines are no names."""
    file = asked.file
    is_table = file.suffix.lower() in TABLES or asked.column is not None
    read = read_names(_read(file), is_table=None if file == STANDARD_INPUT else is_table, column=asked.column)
    names, problems = read.names, read.problems
    if not names and not problems:
        raise UsageError(f"{_shown(file)} has no names", left="nothing was searched", next="write a name on each line")
    for note in read.notes:
        tell(note)
    with open_reader(watchlist.warehouse) as con, errors.status("searching …"):
        only, saved = restricted(watchlist, con, asked.given, tell)
        warn_of_missing(con)
        results = _results(con, names, only, saved, asked)
    lines = {each.name: each.line for each in names}
    # A name that was not found has a row, too, without a rank.
    nothing = (dict.fromkeys(COLUMNS), None, None)
    rows: list[dict[str, Any]] = [
        {"line": lines[name], "name": name, **found, "match": match, "reason": reason}
        for name, result in results.items()
        for found, match, reason in [
            (row(rank, hit), match, reason) for rank, (hit, match, reason) in enumerate(result.hits, start=1)
        ]
        or [nothing]
    ]
    if shape in DRAWN:
        days = [_day(hit, watchlist.zone) for result in results.values() for hit, *_ in result.hits]
        _show([each for each in rows if each["rank"]], days)
    else:
        heads = ["line", "name", *COLUMNS, "match", "reason"]
        PRINTERS[shape](Rows(heads, [tuple(each.values()) for each in rows]), for_programs())
    _summarise(results, problems, asked.limit)
    if problems:
        raise typer.Exit(1)


def _results(
    con: duckdb.DuckDBPyConnection, names: list[Named], only: Only, saved: list[Node], asked: Asked
) -> dict[str, _Found]:
    """Return by name what was found: a query as searches find it, a name also in other ways of writing it."""
    searcher = Searcher(con)
    # A name of unknown kind is also searched for as a phrase, so that nothing is lost that stands there.
    phrases = [each for each in names if each.entry is None or each.entry.kind is Kind.ANY]
    nodes = {each.name: And((each.node, Or(tuple(saved)))) if saved else each.node for each in phrases}
    by_phrase = searcher.search_all(nodes, only, asked.limit)
    entries = {each.name: each.entry for each in names if each.entry is not None}
    within = searcher.select(Or(tuple(saved)), only)[0] if saved else searcher.within(only)
    written = dict(zip(entries, find_names(con, list(entries.values()), within, asked.limit, asked.match), strict=True))
    results: dict[str, _Found] = {}
    for each in names:
        phrase, named = by_phrase.get(each.name), written.get(each.name)
        hits = [(one.hit, str(one.match), one.reason) for one in named.hits] if named else []
        known = {hit.article.article_id for hit, *_ in hits}
        more = [hit for hit in phrase.hits if hit.article.article_id not in known] if phrase else []
        plain = ("exact", "as written") if named else (None, None)
        both = [*((replace(hit, score=1.0) if named else hit, *plain) for hit in more), *hits]
        if named:
            both.sort(key=lambda one: -one[0].score)
        total = max(len(both), named.total if named else 0, phrase.total if phrase else 0)
        results[each.name] = _Found(tuple(both[: asked.limit]), total)
    return results


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
            "\n".join(filter(None, (cut(one_line(each["snippet"]), 120), _reason(each), each["url"]))),
            each["article_id"][:13],
        )
        for each, day in zip(rows, days, strict=True)
    ]
    if shown:
        output.print(table(headers, shown))


def _reason(each: dict[str, Any]) -> str:
    """Return why a hit counts as the name, where its passage does not show it as it is in the file."""
    if each["match"] in (None, "exact"):
        return ""
    return f"({each['match']}: {cut(one_line(each['reason']), 100)})"


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
