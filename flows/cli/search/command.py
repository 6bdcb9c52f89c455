"""The command `newslake search`: its options, and what it searches in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from flows.cli.console import DEFAULT_CONFIG, AsJson, Config, errors, plain
from flows.cli.sql import Format
from flows.cli.sql.formats import DRAWN, FILES_ONLY
from flows.search.called import parsed
from flows.search.moments import moment
from flows.search.restrict import MOST, Restrictions, restricted, usage
from flows.topics.operators import operator_hints
from flows.watchlist import Watchlist, load_watchlist

if TYPE_CHECKING:
    from flows.topics import Node

Several = list[str] | None


def search(
    query: Annotated[
        str | None, typer.Argument(help="Words, phrases, AND OR NOT, wildcards and title:, as a topic has them; in quotes.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    topic: Annotated[
        Several, typer.Option("--topic", "-t", help="Only what this topic or saved search selects. Repeatable.")
    ] = None,
    source: Annotated[Several, typer.Option("--source", "-s", help="Only articles of this outlet. Repeatable.")] = None,
    language: Annotated[Several, typer.Option("--language", "-l", help="Only in this language, such as ko. Repeatable.")] = None,
    tag: Annotated[Several, typer.Option("--tag", help="Only articles that the outlet tagged so. Repeatable.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="MOMENT", help="Published then or later: 2026-11-01, or 24h, 7d, 2w ago.")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="MOMENT", help="Published before then.")] = None,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=MOST, help="Show so many; with --batch, so many of each name.")
    ] = 20,
    sort: Annotated[str, typer.Option("--sort", metavar="score|date", help="The best first, or the newest.")] = "score",
    format: Annotated[Format, typer.Option("--format", "-f", help="How to print what was found.")] = Format.TABLE,
    as_json: AsJson = False,
    save: Annotated[
        str | None, typer.Option("--save", metavar="NAME", help="Keep the query as a search of this name, to use as a topic.")
    ] = None,
    batch: Annotated[
        Path | None, typer.Option("--batch", metavar="FILE", help="Search for every name of a CSV file: one table of hits.")
    ] = None,
) -> None:
    """Search all articles, best first: with the passage that has your words, the id and the address.

    A query is written as in a topic, and finds the articles that a topic with it would.

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
    )
    shape = Format.JSON if as_json else format
    if shape in FILES_ONLY:
        raise usage(f"{shape} is for files", f"newslake sql --output hits.{shape} \"FROM search('oil')\"")
    if batch is not None:
        if query is not None or save is not None:
            raise usage("--batch takes its queries from the file", "leave out the query and --save")
        from flows.cli.search.batch import search_names

        search_names(watchlist, batch, given, limit, shape)
    elif query is None:
        raise usage("what to search for is missing", """newslake search '"North Korea" AND oil'""")
    else:
        node = parsed(query)
        saving = None
        if save is not None:
            from flows.cli.search.save import save_search, topic_of

            saving = topic_of(watchlist, save, query)
        _search(watchlist, query, node, given, limit, _sort(sort), shape, as_json=as_json)
        if saving is not None:
            save_search(watchlist, saving)


def _sort(written: str) -> str:
    if written not in ("score", "date"):
        raise usage(f"--sort is score or date, not {written!r}", "newslake search --help")
    return written


def _search(
    watchlist: Watchlist, query: str, node: Node, given: Restrictions, limit: int, sort: str, shape: Format, *, as_json: bool
) -> None:
    from flows.cli.search.show import show_data, show_hits, show_rows, warn_of_missing
    from flows.search.search import Searcher, Sort
    from flows.topics.nodes import And, Or
    from warehouse.database.connect import open_reader

    for hint in operator_hints(query):
        errors.print(f"[yellow]Hint:[/] {escape(plain(hint))}", highlight=False, soft_wrap=True)
    with open_reader(watchlist.warehouse) as con:
        only, saved = restricted(watchlist, con, given)
        warn_of_missing(con)
        node = And((node, Or(tuple(saved)))) if saved else node
        result = Searcher(con).search(node, only, limit, Sort(sort))
    if as_json:
        show_data(query, result)
    elif shape in DRAWN:
        show_hits(result, watchlist.schedule.timezone)
    else:
        show_rows(result, shape)


def add_to(app: typer.Typer) -> None:
    app.command()(search)
