"""The command `newslake page`: gives back the page behind an article as it was fetched."""

from __future__ import annotations

import shlex
import sys
import tempfile
import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.text import Text

from flows.cli.console import ARTICLE, DEFAULT_CONFIG, Config, errors, for_programs, output, plain, refuse_own_file, say
from flows.cli.reading.files import write_file
from flows.watchlist import load_watchlist
from newslake.errors import UsageError
from newslake.text import counted

if TYPE_CHECKING:
    from flows.reading.capture import Page
    from warehouse.reading.whole import WholeArticle


def page(
    article: Annotated[str, typer.Argument(help=ARTICLE)],
    config: Config = DEFAULT_CONFIG,
    revision: Annotated[int | None, typer.Option("--revision", "-r", min=1, help="The page of this revision.")] = None,
    part: Annotated[int, typer.Option("--part", min=1, help="This page of an article on several pages.")] = 1,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write its bytes to a file.")] = None,
    warc: Annotated[
        Path | None, typer.Option("--warc", metavar="FILE", help="Write its records (response, request) to a .warc.gz file.")
    ] = None,
    browser: Annotated[bool, typer.Option("--open", help="Show it in the browser: no script runs, nothing is loaded.")] = False,
) -> None:
    """Give back the page behind an article as it was fetched: its HTML, its bytes, its WARC record, or in the browser.

    Without an option, its HTML goes to standard output, in UTF-8 whatever the page is written in.

    Example: [bold]newslake page https://outlet.example/article --revision 1 --out page.html[/]
    """
    from flows.reading.capture import page_behind, said_of
    from flows.reading.find import find_article, read_whole
    from spiders.warc.extract import extract
    from warehouse.database.connect import open_reader

    watchlist = load_watchlist(config)
    named = shlex.quote(article)
    if warc is not None:
        if not warc.name.endswith(".warc.gz"):
            raise UsageError(
                f"{warc}: WARC tools know a compressed WARC file by its name, which ends in .warc.gz",
                left="nothing was written",
                next=f"newslake page {named} --warc {warc.with_suffix('.warc.gz')}",
            )
        refuse_own_file(watchlist, warc, "a WARC file", f"newslake page {named} --warc")
    with open_reader(watchlist.warehouse) as con:
        found = read_whole(con, find_article(con, article, "newslake page").article_id, revision, "newslake page")
    behind = page_behind(watchlist, found, part)
    if behind.problem:
        errors.print(f"[yellow]Note:[/] {escape(plain(behind.problem))}", highlight=False, soft_wrap=True)
    if out is not None:
        wrote = f"Wrote {counted(len(behind.body), 'byte')} to {escape(plain(str(out)))}, as {escape(said_of(behind))}."
        said = f"{wrote}\nSHA-256 {behind.sha256}"
        write_file(watchlist, out, behind.body, "a page", f"newslake page {named} --out", said)
    if warc is not None:
        extract(behind.file, behind.offset, warc)
        say(f"Wrote the records of the fetch to {escape(plain(str(warc)))}.")
    if browser:
        _show_in_browser(behind)
    if out is None and warc is None and not browser:
        _print(behind)
    _tell_of_parts(found, part)


def _print(behind: Page) -> None:
    from newslake.http import is_text

    if not is_text(behind.body):
        raise UsageError(
            f"the page is no text but {behind.content_type or 'data'}",
            left="nothing was printed",
            next="newslake page … --out FILE",
        )
    if output.is_terminal:
        from flows.cli.reading.pager import paged

        paged([Text(plain(behind.text))], width=output.width)
    else:
        stream = for_programs()
        stream.write(behind.text)


def _show_in_browser(behind: Page) -> None:
    from flows.reading.capture import said_of
    from flows.reading.sandbox import sandboxed

    said = f"{said_of(behind)}. A copy: no script runs, and nothing is loaded from elsewhere, such as images."
    # Not in the folder of state: what is written for users is theirs, and no part of the project.
    with tempfile.NamedTemporaryFile("wb", prefix="newslake-page-", suffix=".html", delete=False) as file:
        file.write(sandboxed(behind.text, said).encode(errors="replace"))
    sys.stdout.flush()
    was_opened = webbrowser.open(Path(file.name).as_uri())
    say(f"The page is in {escape(file.name)}" + ("." if was_opened else ". No browser could be started: open it yourself."))


def _tell_of_parts(found: WholeArticle, part: int) -> None:
    if found.is_current and len(found.parts) > 1:
        others = ", ".join(str(one.page) for one in found.parts if one.page != part)
        errors.print(f"The article has {len(found.parts)} pages. Others: --part {others}", highlight=False, soft_wrap=True)


def add_to(app: typer.Typer) -> None:
    app.command()(page)
