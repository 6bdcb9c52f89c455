"""The command `newslake sql`: its options, and where the query comes from."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from flows.answers.formats import DRAWN, ENDINGS, FILES_ONLY, Format
from flows.cli.console import DEFAULT_CONFIG, AsJson, Config, Timeout, refuse_own_file
from flows.cli.sql.charted import check_file, draw
from flows.cli.sql.limited import in_shell, session, watched
from flows.cli.sql.pager import Screen
from flows.cli.sql.results import last_answer, not_utf8, show, write, wrote
from flows.watchlist import Watchlist, load_watchlist
from newslake.charts import Kind
from newslake.errors import UsageError
from newslake.text import counted

# A query that begins with a comment, which no option looks like: `-- why`, or `--why` with a line break after it.
SQL_COMMENT = re.compile(r"--(\s|[^=\n]*\n)")


class SqlCommand(TyperCommand):
    """Accepts a query that begins with a comment, which click would read as an option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if "--" not in args:
            queries = [arg for arg in args if SQL_COMMENT.match(arg)]
            if queries:
                args = [*(arg for arg in args if arg not in queries), "--", *queries]
        return super().parse_args(ctx, args)


def sql(
    query: Annotated[
        str | None, typer.Argument(help="A query; without one, an interactive shell. `-` reads it from standard input.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    format: Annotated[
        Format | None, typer.Option("--format", "-f", help="How to print the result. Default: table, or as the file's name ends.")
    ] = None,
    as_json: AsJson = False,
    file: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help=f"Write the result to a file instead: {', '.join(ENDINGS)}. - is standard output.",
        ),
    ] = None,
    chart: Annotated[
        Kind | None,
        typer.Option("--chart", help="Draw the answer into --output FILE.svg or .html: x first, then columns of numbers."),
    ] = None,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT", help="What stands above the chart.")] = None,
    timeout: Timeout = None,
    memory: Annotated[
        str | None,
        typer.Option("--memory", metavar="SIZE", help="Memory for a query, such as 8GB. Default: a quarter, at most 4 GB."),
    ] = None,
    no_pager: Annotated[bool, typer.Option("--no-pager", help="Show long answers without a pager, also on a terminal.")] = False,
    allow_files: Annotated[
        bool, typer.Option("--allow-files", help="Let the query read and write files and the network.")
    ] = False,
) -> None:
    """Ask questions of the corpus in SQL, also while a run is loading. Read-only; Ctrl-C ends a query.

    Example: [bold]newslake sql "SELECT source, count(*) FROM articles GROUP BY ALL ORDER BY 2 DESC"[/]
    """
    watchlist = load_watchlist(config)
    _refuse_mixed(chart, title, format, as_json=as_json)
    file = None if str(file) == "-" else file
    if chart is not None:
        refuse_own_file(watchlist, check_file(file), "a chart", "newslake sql --output")
        shape = Format.HTML
    else:
        shape = _shape(watchlist, Format.JSON if as_json else format, file)
    if file is None and query is None and sys.stdin.isatty():
        watch = watched(watchlist, is_shell=True)
        from flows.cli.sql.shell.loop import Shell

        with Shell(
            watchlist,
            opening=lambda which: session(which, watch, memory, allow_files=allow_files),
            within=lambda opened, work, show: in_shell(opened, watch, timeout, work, show),
            shape=shape,
            paged=not no_pager,
            remember=watch.remember,
        ) as shell:
            shell.run(watch.remembered)
        return
    text = _from_stdin() if query is None or query == "-" else query
    watch = watched(watchlist)
    screen = Screen(paged=not no_pager)
    try:
        with watch.work(timeout):
            from warehouse.query import stoppable

            with session(watchlist, watch, memory, allow_files=allow_files) as opened, stoppable(opened.con, timeout):
                if file is None:
                    show(opened, text, shape, screen)
                elif chart is not None:
                    draw(last_answer(opened, text), chart, file, title)
                    wrote("the chart", file)
                else:
                    wrote(counted(write(opened, text, shape, file), "row"), file)
    finally:
        screen.show()


def _refuse_mixed(chart: Kind | None, title: str | None, format: Format | None, *, as_json: bool) -> None:
    """Raise UsageError for options that would do nothing."""
    if chart is not None and (format is not None or as_json):
        raise UsageError(
            "a chart is drawn as the name of its file ends, without --format", left="nothing was run", next="leave --format out"
        )
    if chart is None and title is not None:
        raise UsageError("--title stands above a chart", left="nothing was run", next="add --chart line, or --chart bar")


def _shape(watchlist: Watchlist, given: Format | None, file: Path | None) -> Format:
    """Return how an answer is written: as given, or as the name of the file ends."""
    if file is None:
        if given in FILES_ONLY:
            raise UsageError(f"{given} is for files", left="nothing was run", next=f"--output answer.{given}")
        return given or Format.TABLE
    refuse_own_file(watchlist, file, "an answer", "newslake sql --output")
    if file.suffix.lower() == ".svg":
        raise UsageError("an .svg file is a chart", left="nothing was run", next="add --chart line, or --chart bar")
    shape = given or ENDINGS.get(file.suffix.lower())
    if shape is None or shape in DRAWN:
        raise UsageError(
            f"cannot tell the format of {file}: it ends in {file.suffix or 'nothing'}"
            if shape is None
            else "a table is for a screen",
            left="nothing was run",
            next=f"end the file's name in {', '.join(ENDINGS)}, or name a --format",
        )
    return shape


def _from_stdin() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError:
        raise not_utf8() from None


def add_to(app: typer.Typer) -> None:
    app.command(cls=SqlCommand)(sql)
