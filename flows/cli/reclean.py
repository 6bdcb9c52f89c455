"""The command `newslake reclean`: cleans and matches kept captures again."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from flows.cli.console import DEFAULT_CONFIG, AsJson, Config, errors, output, plain, print_json, say, table
from flows.reports.summary import copies, gained, in_all, outcome_rows
from flows.watchlist import load_watchlist
from newslake.text import counted

if TYPE_CHECKING:
    from flows.reclean import RecleanReport

MAX_CHANGES = 20


def reclean(
    config: Config = DEFAULT_CONFIG,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", "-s", metavar="NAME", help="Captures of this source only; may be given more than once."),
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Only captures fetched on this day (UTC) or later."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and load nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Clean and match kept captures again: for new or edited topics, and after an upgrade. Fetches nothing.

    Ends with a table of what became of every capture. Exit code 0: all done; 1: some captures could not be read.

    Example: [bold]newslake reclean --dry-run[/]
    """
    from flows import reclean as flow

    watchlist = load_watchlist(config)
    columns = (TextColumn("cleaning"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        bar = progress.add_task("cleaning", total=None)
        report = flow.reclean(
            watchlist,
            source or (),
            since.replace(tzinfo=UTC) if since else None,
            dry_run=dry_run,
            on_page=lambda done, total: progress.update(bar, completed=done, total=total),
            note=lambda line: progress.console.print(escape(plain(line)), soft_wrap=True),
        )
    if as_json:
        print_json(_as_data(report))
    else:
        _show(report)
    if report.state != "completed":
        raise typer.Exit(1)


def _as_data(report: RecleanReport) -> dict[str, object]:
    load = report.load
    return {
        "run_id": None if report.dry_run else load.run_id,
        "state": report.state,
        "dry_run": report.dry_run,
        "outcomes": load.outcomes,
        "new_articles": load.new_articles,
        "new_revisions": load.new_revisions,
        "new_copies": load.new_copies,
        "articles": load.articles,
        "topics": {topic: {"gained": gained, "lost": lost} for topic, gained, lost in _topics(report)},
        "articles_without_capture": report.without_capture,
        "changes": [asdict(change) for change in report.changes],
    }


def _topics(report: RecleanReport) -> list[tuple[str, int, int]]:
    names = sorted({*report.gained, *report.lost})
    return [(name, report.gained.get(name, 0), report.lost.get(name, 0)) for name in names]


def _show(report: RecleanReport) -> None:
    load = report.load
    headers, rows = outcome_rows(load.outcomes)
    title = "What would become of each capture" if report.dry_run else f"Run {load.run_id}: what became of each capture"
    output.print(table([*headers[:-1], "captures"], rows, title=title, right_from=1))
    if topics := _topics(report):
        output.print(table(("topic", "gained", "lost"), topics, right_from=1))
    if report.dry_run:
        for change in report.changes[:MAX_CHANGES]:
            say(escape(plain(f"{change.outcome}: {change.source} {change.url}: {change.detail or ''}")))
        if len(report.changes) > MAX_CHANGES:
            say(f"… and {len(report.changes) - MAX_CHANGES} more; --json has all.")
    say(f"[bold]{gained(load)}[/], {copies(load)}; {in_all(load)}.")
    if report.without_capture:
        say(f"Without a kept capture, not looked at and as before: {counted(report.without_capture, 'article')}.")
    failed = [change for change in report.changes if change.outcome == "failed"]
    if failed:
        say(f"[bold red]{len(failed)} captures could not be cleaned[/], their articles are as they were. The first:")
        say(f"  {escape(plain(failed[0].detail or ''))}")
    if report.dry_run:
        say("\nNothing was loaded. Next: newslake reclean")
    else:
        where = f"run_id = '{load.run_id}' AND outcome <> 'unchanged'"
        say(f'\nNext: newslake sql "SELECT outcome, source, url, detail FROM fetches WHERE {where}"')


def add_to(app: typer.Typer) -> None:
    app.command()(reclean)
