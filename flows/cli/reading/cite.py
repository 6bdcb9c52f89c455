"""The command `newslake cite`: prints a citation that can be checked offline."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

from flows.cli.console import ARTICLE, DEFAULT_CONFIG, Config, errors, for_programs, plain, print_json
from flows.cli.reading.show import read_whole
from flows.watchlist import load_watchlist
from newslake.errors import CaptureError

if TYPE_CHECKING:
    from flows.reading.citation import CapturedPage
    from flows.watchlist import Watchlist
    from warehouse.reading.whole import WholeArticle


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
    from flows.reading.citation import bibtex, chicago, citation_of, csl
    from flows.reading.find import find_article
    from warehouse.database.connect import open_reader

    watchlist = load_watchlist(config)
    with open_reader(watchlist.warehouse) as con:
        found = read_whole(con, find_article(con, article, "newslake cite").article_id, revision, "newslake cite")
    pages = _pages(watchlist, found)
    cited = citation_of(found, pages, ZoneInfo(watchlist.schedule.timezone))
    if style is Style.CSL_JSON:
        print_json(csl(cited))
    else:
        for_programs().write((bibtex if style is Style.BIBTEX else chicago)(cited))
    for page in pages:
        if page.problem:
            said = f"without the page's hash the citation can be checked by the text alone: {page.problem}"
            errors.print(f"[yellow]Note:[/] {escape(plain(said))}", highlight=False, soft_wrap=True)


def _pages(watchlist: Watchlist, found: WholeArticle) -> list[CapturedPage]:
    """Return the captured pages behind a revision, each with its hash or why it has none."""
    from flows.reading.capture import page_behind
    from flows.reading.citation import CapturedPage

    numbers = [part.page for part in found.parts] if found.is_current else []
    pages = []
    for number in numbers or [1]:
        try:
            page = page_behind(watchlist, found, number)
        except CaptureError as error:
            pages.append(CapturedPage(number, problem=error.happened))
        else:
            known = page.known
            pages.append(CapturedPage(number, page.sha256, known.payload_digest, known.record_id, page.name, page.offset))
    return pages


def add_to(app: typer.Typer) -> None:
    app.command()(cite)
