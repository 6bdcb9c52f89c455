"""The command `newslake add`: fetches single addresses now."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from flows.cli.console import DEFAULT_CONFIG, AsJson, Config, errors, output, plain, print_json, say
from flows.watchlist import load_watchlist
from newslake.errors import UsageError

if TYPE_CHECKING:
    from flows.adding.add import Added

STYLES = {"loaded": "bold green", "updated": "bold yellow", "off-topic": "cyan", "unchanged": "", "copy": ""}


def add(
    urls: Annotated[list[str] | None, typer.Argument(metavar="URL…", help="Addresses of articles.")] = None,
    config: Config = DEFAULT_CONFIG,
    file: Annotated[Path | None, typer.Option("--file", metavar="LIST", help="A file with an address on each line.")] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch single addresses now: a link from a colleague, or an article again to see whether it was edited.

    They go the way of a collection, as a run of its own: robots.txt and delays are obeyed, the page is kept, and topics decide
    whether the corpus takes the article. Says of each address what became of it.
    Exit code 0: all were fetched; 1: some could not be fetched or gave no article; 2: no address was given.

    Example: [bold]newslake add https://outlet.example/article[/]
    """
    from flows.adding.add import add as fetch
    from flows.adding.add import addresses_in
    from flows.cli.progress import live_progress

    watchlist = load_watchlist(config)
    given = list(urls or [])
    if file is not None:
        try:
            given += addresses_in(file.read_text("utf-8", "replace"))
        except OSError as error:
            raise UsageError(
                f"cannot read {file}: {error.strerror}", left="nothing was fetched", next="name a list of addresses"
            ) from None
    if not given:
        raise UsageError(
            "which addresses to fetch is missing", left="nothing was fetched", next="newslake add https://outlet.example/article"
        )
    with live_progress(errors) as progress:
        collected, rows = fetch(watchlist, given, progress)
    if as_json:
        print_json({"run_id": collected.run_id if collected else None, "addresses": [asdict(row) for row in rows]})
    else:
        for row in rows:
            _show(row)
        if collected:
            say(f"""\nNext: newslake sql "SELECT * FROM fetches WHERE run_id = '{collected.run_id}'\"""")
    if not all(row.is_done for row in rows):
        raise typer.Exit(1)


def _show(row: Added) -> None:
    """Print what became of an address: the outcome, why, and the article with the command that shows it."""
    word = "not fetched" if row.outcome is None else row.outcome.value
    output.print(
        Text.assemble((f"{word:<13}", STYLES.get(word, "bold red")), " ", plain(row.url)), soft_wrap=True, highlight=False
    )
    why = row.detail or (row.reason.meaning if row.reason else None)
    if word == "off-topic":
        why = f"{why or 'no topic selects it'} (the corpus takes only what a topic selects)"
    for line in (row.title, why, f"newslake show {row.article_id}" if row.article_id else None):
        if line:
            output.print(Text(f"{'':13} {plain(line)}", "dim"), soft_wrap=True, highlight=False)


def add_to(app: typer.Typer) -> None:
    app.command()(add)
