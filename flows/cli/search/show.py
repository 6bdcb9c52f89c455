"""Print what a search found: for people, for programs and for spreadsheets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo

import duckdb
from rich.markup import escape
from rich.text import Text

from flows.answers.kept import Rows
from flows.answers.texts import PRINTERS
from flows.cli.console import errors, for_programs, output, plain, print_json, say
from flows.cli.sql import Format
from flows.reading.times import shown
from flows.reports import next_step
from flows.search.rows import COLUMNS, row
from flows.search.search import Result, Searcher
from flows.search.wider import wider
from flows.topics import Node
from newslake.text import counted, one_line
from warehouse.notes.read import Marks
from warehouse.search.plan import EVERYTHING, Only


def show_data(query: str | None, result: Result) -> None:
    """Print JSON: the query, if there was one, how many articles there are, and the hits."""
    hits = [row(rank, hit) for rank, hit in enumerate(result.hits, start=1)]
    print_json({"query": query, "articles": result.total, "exact": result.exact, "hits": hits})


def show_rows(result: Result, shape: Format) -> None:
    """Print the hits as CSV, JSON Lines or Markdown."""
    rows = [tuple(row(rank, hit).values()) for rank, hit in enumerate(result.hits, start=1)]
    PRINTERS[shape](Rows(list(COLUMNS), rows), for_programs())


def show_hits(result: Result, zone: str) -> None:
    """Print the hits for people, times in a zone."""
    for rank, hit in enumerate(result.hits, start=1):
        article, match = hit.article, hit.match
        is_day = article.published_precision == "day"
        at = shown(article.published_at, "day" if is_day else "minute", ZoneInfo(zone)) if article.published_at else "no date"
        head = Text(f"{rank:>3}  {hit.score:5.2f}  {at:<16}  {plain(article.source)}  ")
        head.append(plain(one_line(hit.title)), "bold")
        _print(highlighted(head, match.terms))
        _print(highlighted(Text(f"     {plain(match.snippet)}"), match.terms))
        if hit.marks.notes:
            _print(Text(f"     {marked(hit.marks)}", "green"))
        _print(Text(f"     {article.article_id}  {plain(hit.url)}\n", "dim"))
    say(f"{summary(result)} Times: {zone}." if result.hits else "No article matches.")


def marked(marks: Marks) -> str:
    """Return on one line how many notes are on an article, and their tags."""
    return ": ".join(filter(None, (counted(marks.notes, "note"), ", ".join(map(one_line, marks.tags)))))


def summary(result: Result) -> str:
    """Return a sentence that says how many articles match, and how many of them are shown."""
    total, count = counted(result.total, "article"), len(result.hits)
    if count >= result.total:
        return f"[bold]{total}[/] match{'es' if result.total == 1 else ''}."
    first = "the first one is shown" if count == 1 else f"the first {count:,} are shown"
    return f"[bold]{total if result.exact else f'At most {total}'}[/] match; {first}, --limit shows more."


def highlighted(text: Text, terms: Iterable[str]) -> Text:
    """Highlight words in a line, as they are written there."""
    words = sorted({plain(term) for term in terms if term.strip()}, key=len, reverse=True)
    if words:
        text.highlight_regex(re.compile("|".join(re.escape(word) for word in words)), "bold yellow")
    return text


def _print(line: Text) -> None:
    output.print(line, soft_wrap=True, highlight=False)


def tell(note: str) -> None:
    """Print a note on standard error, where it is in no program's way."""
    errors.print(f"[yellow]Note:[/] {escape(plain(next_step.with_config(note)))}", highlight=False, soft_wrap=True)


def tell_wider(searcher: Searcher, node: Node, only: Only = EVERYTHING) -> None:
    """Say what a query that finds nothing would find if its words were meant less narrowly."""
    for other in wider(node):
        found = searcher.search(other.node, only, 1)
        if found.hits:
            articles = f"{'' if found.exact else 'at most '}{counted(found.total, 'article')}"
            tell(f"{other.rule} {other.instead}, the search finds {articles}.")


def warn_of_missing(con: duckdb.DuckDBPyConnection) -> None:
    """Say how many articles cannot be found, if there are any."""
    from flows.search.in_sql import not_indexed

    note(not_indexed(con))


def note(remarks: Iterable[str]) -> None:
    """Say on standard error what a user should know about a search."""
    for remark in remarks:
        errors.print(f"[yellow]Note:[/] {escape(plain(remark))}", highlight=False, soft_wrap=True)
