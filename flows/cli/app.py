"""The command `newslake`: its commands, and what it does with errors."""

from __future__ import annotations

import errno
import importlib
import io
import os
import sys
from typing import Any

import typer
from rich.markup import escape
from typer.core import TyperGroup

from flows.cli.console import errors, plain
from newslake import __version__
from newslake.errors import NewslakeError


class _Ended(Exception):
    """Carries what ends the program past click, which would answer it with an exit code and no word."""

    def __init__(self, by: BaseException) -> None:
        super().__init__(by)
        self.by = by


class _Commands(TyperGroup):
    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, BrokenPipeError) as error:
            raise _Ended(error) from error


app = typer.Typer(
    name="newslake",
    cls=_Commands,
    help="Watch the news for your topics: a watchlist in, clean deduplicated articles in DuckDB out.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)

# In the order in which a user meets them.
for _module in ("watchlist", "run", "recover", "status", "backfill", "topics", "reclean", "maintain", "query", "diff", "demo"):
    importlib.import_module(f"flows.cli.{_module}").add_to(app)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"newslake {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
) -> None:
    pass


def main() -> None:
    """Run the command line. Exit code 0: all done; 1: something failed; 2: bad usage or configuration."""
    _settle_streams()
    try:
        try:
            try:
                app(prog_name="newslake")
            finally:
                sys.stdout.flush()  # here, where its failure can be told; the interpreter's own comes too late
        except _Ended as ended:
            raise ended.by from None
    except NewslakeError as error:
        _show(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        errors.print("\nStopped. What was fetched is kept; the next `newslake run` takes it up.")
        sys.exit(130)
    except BrokenPipeError:
        # The reader of the output went away (`newslake sql … | head`); nothing is wrong here.
        _discard_output()
        sys.exit(0)
    except OSError as error:
        if error.filename is not None or error.errno not in _CANNOT_WRITE:
            raise
        _discard_output()
        _show(NewslakeError(f"cannot write the output: {error.strerror}", next="make room where it goes, or send it elsewhere"))
        sys.exit(1)


# What a write to standard output may fail with: a full disk, a quota, a closed descriptor, a broken device.
_CANNOT_WRITE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EBADF, errno.EIO}


def _show(error: NewslakeError) -> None:
    for label, said in (
        ("[bold red]Error:[/]", error.happened),
        ("[bold]State:[/]", error.left),
        ("[bold]Next:[/] ", error.next),
    ):
        if said:  # it may quote what pages or the watchlist say
            errors.print(f"{label} {escape(plain(said))}", highlight=False, soft_wrap=True)


def _settle_streams() -> None:
    """Streams that were closed (`>&-`) lead nowhere, so that no file of ours takes their place; bytes that were no text
    when they came in (a file name, say) can be printed."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            null = os.open(os.devnull, os.O_RDWR)
            if null != number:
                os.dup2(null, number)
                os.close(null)
            setattr(sys, name, os.fdopen(number, "r" if name == "stdin" else "w", encoding="utf-8", closefd=False))
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def _discard_output() -> None:
    """Standard output leads nowhere from here on, so that what is left in its buffer is no second error at exit."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.close(null)
