"""What all commands share: the two consoles, the common options, tables and JSON."""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from flows.answers.values import plain as plain
from flows.answers.values import print_json_text as print_json_text
from flows.reports import next_step
from newslake.errors import UsageError

if TYPE_CHECKING:
    from flows.watchlist import Watchlist


def _console(*, stderr: bool) -> Console:
    """Make a console. Where it is not a terminal but a file, a pipe or CI, tables are 160 columns wide."""
    console = Console(stderr=stderr)
    return console if console.is_terminal else Console(stderr=stderr, width=160)


output = _console(stderr=False)
errors = _console(stderr=True)


def say(text: str) -> None:
    """Print a line of prose with markup, without line breaks, so that commands in it can be copied.

    Commands behind the word "Next" repeat the option --config if it was given.
    """
    before, word, after = text.partition("Next")
    output.print(before + word + next_step.with_config(after), highlight=False, soft_wrap=True)


Config = Annotated[
    Path,
    typer.Option(
        "--config",
        "-c",
        help="The watchlist file, or its folder.",
        envvar="NEWSLAKE_CONFIG",
        show_default=True,
        callback=next_step.remember,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
YEAR = 366 * 86_400  # seconds; no clock of the system waits without end
Timeout = Annotated[
    float | None,
    typer.Option("--timeout", metavar="SECONDS", min=0.1, max=YEAR, help="End it if it takes longer, with exit code 1."),
]
DEFAULT_CONFIG = Path("watchlist.toml")
# What commands say of an argument that names an article; see flows.reading.find.
ARTICLE = "An article: an address of it, its id or the first digits of it (4 or more), or the end of its address."

# The colour of each state of a source.
STATE_STYLES = {
    "ok": "green",
    "stale": "yellow",
    "silent": "bold yellow",
    "failing": "bold red",
    "blocked": "bold magenta",
    "disabled": "dim",
}


def refuse_own_file(watchlist: Watchlist, file: Path, what: str, command: str) -> None:
    """Raise UsageError if a file that a user wants to write is one that the project keeps.

    Args:
        what: what would be written, with an article ("an export").
        command: the command, up to the name of the file.
    """
    if owner := watchlist.owner_of(file):
        raise UsageError(
            f"{file} is {owner}; {what} there would replace or damage what the project keeps",
            left="nothing was written",
            next=f"{command} {watchlist.base / file.name}, or any other place",
        )


def table(
    headers: Sequence[str], rows: Sequence[Sequence[object]], *, title: str | None = None, right_from: int | None = None
) -> RenderableType:
    """Make a table of values under a title, which may be wider than the table; columns from `right_from` on are aligned right."""
    made = Table(header_style="bold", pad_edge=False, box=SIMPLE_HEAD)
    for index, header in enumerate(headers):
        made.add_column(
            Text(plain(header)),
            justify="right" if right_from is not None and index >= right_from else "left",
            overflow="fold",
            no_wrap=index == 0 and right_from == 1,
        )
    for row in rows:
        made.add_row(*(cell if isinstance(cell, Text) else Text(plain(cell)) for cell in row))
    return made if title is None else Group(Text(title, "table.title"), made)


def for_programs() -> TextIO:
    """Return standard output in UTF-8, whatever the locale: JSON must be, and CSV and Markdown are read on other machines."""
    if isinstance(sys.stdout, io.TextIOWrapper) and sys.stdout.encoding.lower() not in ("utf-8", "utf8"):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    return sys.stdout


def print_json(value: Any) -> None:
    for_programs().write(f"{print_json_text(value)}\n")
