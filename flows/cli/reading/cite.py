"""The command `newslake cite`: prints a citation that can be checked offline."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.markup import escape

from flows.cli.console import ARTICLE, DEFAULT_CONFIG, Config, errors, for_programs, plain, print_json
from flows.watchlist import load_watchlist


class Style(StrEnum):
    CHICAGO = "chicago"
    BIBTEX = "bibtex"
    CSL_JSON = "csl-json"


def cite(
    article: Annotated[str, typer.Argument(help=ARTICLE)],
    config: Config = DEFAULT_CONFIG,
    style: Annotated[Style, typer.Option("--style", "-s", help="A note in words, or an entry for programs.")] = Style.CHICAGO,
    revision: Annotated[int | None, typer.Option("--revision", "-r", min=1, help="Cite this revision.")] = None,
) -> None:
    """Print a citation of an article that anybody can check: address, times, revision, hashes of the page and the text.

    docs/reading.md has the commands that check it, also without newslake.

    Example: [bold]newslake cite https://outlet.example/article --style bibtex[/]
    """
    from flows.reading.capture import captured_pages
    from flows.reading.citation import bibtex, chicago, citation_of, csl
    from flows.reading.find import find_article, read_whole
    from warehouse.database.connect import open_reader

    watchlist = load_watchlist(config)
    with open_reader(watchlist.warehouse) as con:
        found = read_whole(con, find_article(con, article, "newslake cite").article_id, revision, "newslake cite")
    pages = captured_pages(watchlist, found)
    cited = citation_of(found, pages, watchlist.zone)
    if style is Style.CSL_JSON:
        print_json(csl(cited))
    else:
        for_programs().write((bibtex if style is Style.BIBTEX else chicago)(cited))
    for page in pages:
        if page.problem:
            said = f"without the page's hash the citation can be checked by the text alone: {page.problem}"
            errors.print(f"[yellow]Note:[/] {escape(plain(said))}", highlight=False, soft_wrap=True)


def add_to(app: typer.Typer) -> None:
    app.command()(cite)
