"""The command `newslake search`: its options, and what it searches in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from flows.answers.formats import DRAWN, FILES_ONLY
from flows.cli.console import DEFAULT_CONFIG, AsJson, Config, errors, plain
from flows.cli.sql import Format
from flows.search.called import parsed
from flows.search.moments import MOMENTS, moment
from flows.search.restrict import MOST, Restrictions, restricted, unknown_names, usage
from flows.topics.operators import operator_hints
from flows.watchlist import Watchlist, load_watchlist
from newslake.names.lists.model import Match

if TYPE_CHECKING:
    import duckdb

    from flows.search.search import Result
    from flows.topics import Node

Several = list[str] | None
Batch = Annotated[
    Path | None,
    typer.Option("--batch", metavar="FILE", help="Search for every name of a .csv, .tsv or text file, or of - (standard input)."),
]
How = Annotated[
    Match | None,
    typer.Option(
        "--match",
        help="With --batch: how names may be written. exact: as in the file; spelling: also in another order, with initials, "
        "endings or a wrong letter; sound (the default): also in other scripts and transliterations.",
    ),
]
Column = Annotated[
    str | None, typer.Option("--column", metavar="NAME", help="With --batch: the column of a table that has the names.")
]


def _names(given: Several) -> Several:
    """Return the names of --source. Raises UsageError if one begins a query: `-source:x` is `-s ource:x` to the parser."""
    if taken := next((name for name in given or () if name.startswith(("ource:", "ourcetag:"))), None):
        raise usage(
            f"-s{taken} is taken for the option -s, because the query begins with it",
            f"newslake search -- {quote(f'-s{taken}')}  and options, such as --since 7d, before the --",
        )
    return given


Sources = Annotated[Several, typer.Option("--source", "-s", help="Only articles of this outlet. Repeatable.", callback=_names)]
Entries = Annotated[
    Several, typer.Option("--entity", help="Only what names this entry of a list of yours, however it is written. Repeatable.")
]
Sorted = Annotated[str | None, typer.Option("--sort", metavar="score|date", help="The best first (score), or the newest (date).")]
Events = Annotated[
    Several, typer.Option("--event", metavar="ID", help="Only reports of the event that this article reports. Repeatable.")
]


def search(
    query: Annotated[
        str | None,
        typer.Argument(
            help="Words, phrases, AND OR NOT, wildcards, title: and source:, as a topic has them, and tag:; in quotes."
            " Without it, --topic shows what a topic selects, the latest first, or what a saved search finds; --tag,"
            " --name, --entity or --event alone shows all that have it."
        ),
    ] = None,
    config: Config = DEFAULT_CONFIG,
    topic: Annotated[
        Several, typer.Option("--topic", "-t", help="Only what this topic or saved search selects. Repeatable.")
    ] = None,
    source: Sources = None,
    language: Annotated[Several, typer.Option("--language", "-l", help="Only in this language, such as ko. Repeatable.")] = None,
    tag: Annotated[Several, typer.Option("--tag", help="Only with this tag, of the outlet or in a note. Repeatable.")] = None,
    name: Annotated[Several, typer.Option("--name", help="Only where this name stands (newslake names). Repeatable.")] = None,
    entity: Entries = None,
    event: Events = None,
    since: Annotated[str | None, typer.Option("--since", metavar="MOMENT", help=f"Published then or later: {MOMENTS}.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="MOMENT", help="Published before then.")] = None,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=MOST, help="Show so many; with --batch, so many of each name.")
    ] = 20,
    sort: Sorted = None,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to print what was found.")] = Format.TABLE,
    as_json: AsJson = False,
    save: Annotated[
        str | None, typer.Option("--save", metavar="NAME", help="Keep the query as a search of this name, to use as a topic.")
    ] = None,
    forget: Annotated[
        str | None, typer.Option("--forget", metavar="NAME", help="Delete the saved search of this name, and print its query.")
    ] = None,
    batch: Batch = None,
    column: Column = None,
    match: How = None,
) -> None:
    """Search all articles, best first: with the passage that has your words, the id and the address.

    A query is written as in a topic, and finds the articles that a topic with it would. A search also knows tag:important, of the
    outlet or in a note (newslake note).

    Example: [bold]newslake search '"North Korea" AND (oil OR coal)' --since 30d --source chosun[/]
    """
    watchlist = load_watchlist(config)
    now = datetime.now(UTC)
    zone = watchlist.schedule.timezone
    given = Restrictions(
        tuple(topic or ()),
        tuple(source or ()),
        tuple(language or ()),
        tuple(tag or ()),
        moment(since, "--since", zone, now) if since else None,
        moment(until, "--until", zone, now) if until else None,
        *(tuple(each or ()) for each in (name, entity, event)),
    )
    shape = Format.JSON if as_json else format
    if shape in FILES_ONLY:
        raise usage(f"{shape} is for files", f"newslake sql --output hits.{shape} \"FROM search('oil')\"")
    if forget is not None:
        if query is not None or save is not None or batch is not None:
            raise usage("--forget stands alone", f"newslake search --forget {forget}")
        from flows.cli.search.save import forget_search

        forget_search(watchlist, forget)
    elif batch is not None:
        if query is not None or save is not None:
            raise usage("--batch takes its queries from the file", "leave out the query and --save")
        from flows.cli.search.batch import Asked, search_names

        search_names(watchlist, Asked(batch, column, given, limit, match or Match.SOUND), shape)
    elif column is not None or match is not None:
        option = "--column" if column is not None else "--match"
        raise usage(f"{option} is for --batch", f"newslake search --batch names.csv {option} {column or match}")
    else:
        if query is None and (save is not None or not (topic or tag or name or entity or event)):
            raise usage(
                "what to search for is missing", """newslake search '"North Korea" AND oil', or newslake search --topic NAME"""
            )
        _search(watchlist, _Asked(query, given, limit, _sort(sort), shape, as_json), save)


def _sort(written: str | None) -> str | None:
    if written not in ("score", "date", None):
        raise usage(f"--sort is score or date, not {written!r}", "newslake search --help")
    return written


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is searched for, and how it is printed. Without a query, what topics and saved searches select."""

    query: str | None
    given: Restrictions
    limit: int
    sort: str | None
    shape: Format
    as_json: bool


def _search(watchlist: Watchlist, asked: _Asked, save: str | None) -> None:
    from flows.cli.search.show import show_data, show_hits, show_rows, warn_of_missing
    from warehouse.database.connect import open_reader

    node, saving = None, None
    if asked.query is not None:
        node = parsed(asked.query)
        for hint in operator_hints(asked.query):
            errors.print(f"[yellow]Hint:[/] {escape(plain(hint))}", highlight=False, soft_wrap=True)
    if save is not None and asked.query is not None:
        from flows.cli.search.save import save_search, show_saved, topic_of

        saving = topic_of(watchlist, save, asked.query)
    with open_reader(watchlist.warehouse) as con:
        warn_of_missing(con)
        result = _result(watchlist, con, asked, node)
    # Before anything is printed, because the reader of a pipe may go away.
    replaced = save_search(watchlist, saving) if saving is not None else []
    if asked.as_json:
        show_data(asked.query, result)
    elif asked.shape in DRAWN:
        show_hits(result, watchlist.schedule.timezone)
    else:
        show_rows(result, asked.shape)
    if saving is not None:
        show_saved(saving, replaced, asked.given, is_table=asked.shape in DRAWN)


def _result(watchlist: Watchlist, con: duckdb.DuckDBPyConnection, asked: _Asked, node: Node | None) -> Result:
    from flows.cli.search.show import tell, tell_wider
    from flows.search.search import Searcher, Sort

    only, saved = restricted(watchlist, con, asked.given, tell)
    searcher = Searcher(con)
    for remark in unknown_names(con, node, watchlist) if node is not None else ():
        tell(remark)
    sort = Sort(asked.sort) if asked.sort else None
    searched, result = searcher.asked(node, saved, only, asked.given.tags, asked.limit, sort)
    if searched is not None and not result.hits:
        tell_wider(searcher, searched, only)
    return result


def add_to(app: typer.Typer) -> None:
    app.command()(search)
