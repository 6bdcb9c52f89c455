"""Define the command `newslake recover`, which lists or loads the runs that were set aside."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from flows.cli.console import DEFAULT_CONFIG, AsJson, Config, errors, output, plain, print_json, say, table
from flows.cli.progress import live_progress
from flows.reports.summary import gained
from flows.watchlist import load_watchlist
from newslake.errors import UsageError
from newslake.text import counted

if TYPE_CHECKING:
    from flows.recover import Retried
    from flows.runs.set_aside import SetAside

MOST_SHOWN = 20


def recover(
    run_ids: Annotated[
        list[str] | None, typer.Argument(metavar="RUN_ID", help="The runs to load; without any, the command lists them.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    every: Annotated[bool, typer.Option("--all", help="Load every run that is set aside.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the runs that were set aside because they could not be loaded, or load them.

    Load them after an upgrade, or once the cause is fixed. A run that fails again stays set aside, with the new reason.
    Fetches nothing. Exit code 0: all done; 1: some runs could not be loaded; 2: bad usage.

    Example: [bold]newslake recover --all[/]
    """
    from flows.recover import retry
    from flows.runs.set_aside import runs_set_aside

    watchlist = load_watchlist(config)
    if every and run_ids:
        raise UsageError(
            "--all already means every run, so no run may be named", left="nothing was done", next="newslake recover --all"
        )
    if not every and not run_ids:
        _list(runs_set_aside(watchlist.state), as_json)
        return
    with live_progress(errors) as progress:
        retried = retry(watchlist, None if every else run_ids, progress)
    if as_json:
        print_json(
            {
                "loaded": [
                    {"run_id": report.run_id, "new_articles": report.new_articles, "outcomes": report.outcomes}
                    for report in retried.loaded
                ],
                "loaded_before": retried.loaded_before,
                "failed": [_as_data(aside) for aside in retried.failed],
            }
        )
    else:
        _show(retried)
    if retried.failed:
        raise typer.Exit(1)


def _as_data(aside: SetAside) -> dict[str, object]:
    """Return a run as data for JSON output, without the traceback, which is in reason.json."""
    return {name: value for name, value in asdict(aside).items() if name != "traceback"}


def _list(asides: list[SetAside], as_json: bool) -> None:
    from flows.runs.set_aside import remedy

    if as_json:
        print_json([_as_data(aside) for aside in asides])
        return
    if not asides:
        say("No run is set aside.")
        return
    rows = [(aside.folder.name, aside.started_at, aside.version, aside.why) for aside in asides]
    output.print(table(("run", "started at", "version", "reason"), rows, title="Runs set aside"))
    for folder in sorted({aside.folder.parent for aside in asides}):
        say(f"Their folders, with all that they fetched: {escape(plain(folder))}")
    if any(aside.is_fault for aside in asides):
        say("A reason that begins with the name of an error is a fault of newslake: report it, with the reason.json of the run.")
    if any(aside.is_readable for aside in asides):
        say("\nNext, after an upgrade: newslake recover --all")
    broken = [aside for aside in asides if not aside.is_readable]
    if broken:
        say("\nWhat no version can read as it is:")
    for aside in broken[:MOST_SHOWN]:
        say(f"Next, for {escape(plain(aside.folder.name))}: {escape(plain(remedy(aside)))}")
    if len(broken) > MOST_SHOWN:
        say(f"… and {len(broken) - MOST_SHOWN} more of this kind.")


def _show(retried: Retried) -> None:
    from flows.runs.set_aside import remedy

    for report in retried.loaded:
        urls = sum(sum(counts.values()) for counts in report.outcomes.values())
        say(f"Loaded run {report.run_id}: {counted(urls, 'URL')}, {gained(report)}.")
    for run_id in retried.loaded_before:
        say(f"Run {escape(plain(run_id))} is in the warehouse already; its folder was removed.")
    for aside in retried.failed:
        name = escape(plain(aside.folder.name))
        say(f"[bold red]Run {name} still cannot be loaded[/] and stays as it is: {escape(plain(aside.why))}")
        say(f"Next, for {name}: {escape(plain(remedy(aside)))}")
    if not (retried.loaded or retried.loaded_before or retried.failed):
        say("No run is set aside.")


def add_to(app: typer.Typer) -> None:
    app.command()(recover)
