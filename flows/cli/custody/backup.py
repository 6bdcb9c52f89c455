"""Define the command `newslake backup`, which copies a project while it runs."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from flows.cli.console import DEFAULT_CONFIG, AsJson, Config, errors, plain, print_json, say
from flows.watchlist import load_watchlist
from newslake.text import counted

if TYPE_CHECKING:
    from flows.custody.backup import Backup

MOST_SHOWN = 10


def backup(
    folder: Annotated[
        Path, typer.Argument(help="Where the copy is or will be, best on another disk. A second backup copies what changed.")
    ],
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Copy the whole project to a folder: data, captures, runs, watchlist and its lists. Also while `newslake serve` runs.

    The copy is a project of its own: to restore it, copy the folder to where the project shall be, then newslake run there.
    A backup that is interrupted leaves the earlier one whole. A PostgreSQL catalog or data in an object store become one
    .duckdb file. Exit code 0: all was copied; 1: some captures are missing or altered.

    Example: [bold]newslake backup /mnt/backup/newslake[/]
    """
    from flows.custody import backup as flow

    done = flow.backup(load_watchlist(config), folder, lambda line: errors.print(escape(plain(line)), soft_wrap=True))
    if as_json:
        print_json({name: str(value) if isinstance(value, Path) else value for name, value in asdict(done).items()})
    else:
        _show(done)
    if done.missing or done.altered:
        raise typer.Exit(1)


def _show(done: Backup) -> None:
    where = escape(plain(str(done.folder)))
    if done.resumed:
        say("An earlier backup into this folder had been interrupted; it is complete now.")
    files = f"{counted(done.copied, 'file')} copied ({done.bytes:,} bytes)"
    say(f"Backup in [bold]{where}[/]: {files}, {done.kept} unchanged, {done.removed} removed.")
    if done.is_export:
        say("The warehouse is data/news.duckdb there: all current rows, without old snapshots.")
    for what, names in (("missing", done.missing), ("not as recorded", done.altered)):
        if names:
            are = "is" if len(names) == 1 else "are"
            counts = f"{counted(len(names), 'capture')} {are} {what};"
            say(f"[bold red]{counts}[/] the backup keeps the copies that it had. The first:")
            for name in names[:MOST_SHOWN]:
                say(f"  {escape(plain(name))}")
            say("Next: newslake verify")
    if done.outside:
        example = escape(plain(done.outside[0]))
        say(f"Not copied: {counted(len(done.outside), 'archive')} of your own to which articles point, such as {example}")
    config = shlex.quote(str(done.folder / "watchlist.toml"))
    say(f"\nTo look at it: newslake sql --config {escape(plain(config))}")


def add_to(app: typer.Typer) -> None:
    app.command()(backup)
