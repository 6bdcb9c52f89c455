"""The command `newslake`: its commands, and what it does with errors."""

from __future__ import annotations

import importlib
import sys

import typer
from rich.markup import escape

from flows.cli.console import errors
from newslake import __version__
from newslake.errors import NewslakeError

app = typer.Typer(
    name="newslake",
    help="Watch the news for your topics: a watchlist in, clean deduplicated articles in DuckDB out.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)

# In the order in which a user meets them.
for _module in ("watchlist", "run", "backfill", "topics", "reclean", "query", "demo"):
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
    try:
        app()
    except NewslakeError as error:
        errors.print(f"[bold red]Error:[/] {escape(error.happened)}", highlight=False, soft_wrap=True)
        if error.left:
            errors.print(f"[bold]State:[/] {escape(error.left)}", highlight=False, soft_wrap=True)
        if error.next:
            errors.print(f"[bold]Next:[/]  {escape(error.next)}", highlight=False, soft_wrap=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        errors.print("\nStopped. What was fetched is kept; the next `newslake run` takes it up.")
        sys.exit(130)
    except BrokenPipeError:
        # The reader of the output went away (`newslake sql … | head`); nothing is wrong here.
        sys.stderr.close()
        sys.exit(0)
