"""The commands `newslake run` and `newslake serve`: collect once, or on a schedule."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from flows.cli.console import DEFAULT_CONFIG, STATE_STYLES, AsJson, Config, errors, output, plain, print_json, say, table
from flows.cli.progress import live_progress
from flows.reports.health import change_line
from flows.reports.next_step import with_config
from flows.reports.notify import check_addresses
from flows.reports.summary import brief_list, copies, edits, gained, gone_lines, in_all, outcome_rows
from flows.runs.set_aside import aside_line
from flows.watchlist import Watchlist, load_watchlist
from flows.watchlist.choose import collected_sources
from newslake.errors import NewslakeError, StorageError, UsageError
from newslake.secrecy import redacted
from newslake.text import counted

if TYPE_CHECKING:
    from flows.collect import Collected

Only = Annotated[
    list[str] | None,
    typer.Option("--source", "-s", metavar="NAME", help="Collect this source only; may be given more than once."),
]
Plain = Annotated[bool, typer.Option("--plain", help="Without Prefect, also where its server runs: the same steps.")]
WithPrefect = Annotated[bool, typer.Option("--prefect", help="With Prefect: starts a server for this run where none runs.")]


def run(
    config: Config = DEFAULT_CONFIG,
    source: Only = None,
    plain: Plain = False,
    prefect: WithPrefect = False,
    as_json: AsJson = False,
) -> None:
    """Collect once: crawl, clean, match, deduplicate, load.

    Ends with a table of what became of every URL. Prefect's UI shows the run if a server runs: that of `newslake serve`, or the
    one of PREFECT_API_URL.
    Exit code 0: all done; 1: some sources failed, or a run was set aside; 2: the watchlist is wrong.

    Example: [bold]newslake run --config watchlist.toml --source yonhap[/]
    """
    from newslake.locks import refuse_second_collection

    through = through_prefect(plain=plain, prefect=prefect)
    watchlist = load_watchlist(config)
    check_addresses(watchlist)
    collected_sources(watchlist, source or ())
    refuse_second_collection(watchlist.state)  # now, before Prefect would report it as a failed run of its own
    with collector(watchlist, prefect=through) as collect_once:
        collected = collect_once(source or [])
    if as_json:
        print_json(as_data(collected))
    else:
        show_summary(collected)
    if collected.state != "completed" or collected.set_aside:
        raise typer.Exit(1)


def say_error(text: str) -> None:
    errors.print(escape(plain(redacted(text))), highlight=False, soft_wrap=True)


def through_prefect(*, plain: bool, prefect: bool) -> bool | None:
    """Return what the options say: with Prefect, without it, or with it where a server runs (None)."""
    if plain and prefect:
        raise UsageError(
            "--plain is without Prefect, and --prefect with it", left="nothing was collected", next="leave one of them out"
        )
    return True if prefect else False if plain else None


@contextmanager
def collector(watchlist: Watchlist, *, prefect: bool | None = None) -> Iterator[Callable[[list[str]], Collected]]:
    """Yield a function that collects once, through Prefect or as plain functions, with live progress on the error console.

    Args:
        prefect: True: through Prefect, whose server is started where none runs, and stopped at the end of the block; False: as
            plain functions; None: through Prefect where a server runs.
    """
    with ExitStack() as stack:
        if prefect is None:
            prefect = _has_server(watchlist)
        if prefect:
            from flows.orchestration.settings import settle_prefect

            settle_prefect(watchlist)
            if "PREFECT_API_URL" not in os.environ:
                from flows.orchestration.server import prefect_server

                try:
                    stack.enter_context(prefect_server(watchlist))
                except StorageError:
                    raise
                except NewslakeError as error:
                    # Collecting matters more than its orchestrator.
                    say_error(f"{error.happened}; collecting without Prefect.")
                    prefect = False

        def collect_once(only: list[str]) -> Collected:
            with live_progress(errors) as progress:
                if not prefect:
                    from flows.collect import collect

                    return collect(watchlist, only, progress)
                from flows.orchestration.recorded import collect_with_prefect

                def failed(why: str, _is_sick: bool) -> None:
                    say_error(why)

                return collect_with_prefect(watchlist, only, progress, failed, os.environ["PREFECT_API_URL"])

        yield collect_once


def _has_server(watchlist: Watchlist) -> bool:
    """Return whether a Prefect server runs; say so if the one that the user configured does not answer."""
    from flows.orchestration.settings import configured_server, has_server

    found = has_server(watchlist)
    if not found and (url := configured_server()):
        say_error(f"no Prefect server answers at {url}; collecting without Prefect")
    return found


def as_data(collected: Collected) -> dict[str, object]:
    """Return a collection for `--json`: `outcomes` by source, counts, failed sources with the reason, changes in health."""
    load = collected.load
    return {
        "run_id": collected.run_id,
        "state": collected.state,
        "outcomes": load.outcomes,
        "new_articles": load.new_articles,
        "new_revisions": load.new_revisions,
        "new_copies": load.new_copies,
        "articles": load.articles,
        "taken_down": load.taken_down,
        "came_back": load.came_back,
        "failed_sources": collected.failed_sources,
        "changes": [asdict(change) for change in collected.changes],
        "told": list(collected.told.lines),
        "warnings": list(collected.warnings),
        "recovered_runs": [str(report.run_id) for report in collected.recovered],
        "set_aside": [{"run_id": aside.run_id, "folder": aside.folder, "error": aside.error} for aside in collected.set_aside],
        "crawl_seconds": round(collected.crawl.seconds, 3),
    }


def show_summary(collected: Collected, *, next_step: bool = True) -> None:
    """Print the table of outcomes by source, what failed, and the next command."""
    load = collected.load
    for report in collected.recovered:
        urls = sum(sum(counts.values()) for counts in report.outcomes.values())
        say(f"Finished the interrupted run {report.run_id} first: {counted(urls, 'URL')}, {gained(report)}.")
    headers, rows = outcome_rows(load.outcomes)
    output.print(table(headers, rows, title=f"Run {collected.run_id}: what became of each URL", right_from=1))
    say(f"[bold]{gained(load)}[/], {edits(load)}, {copies(load)}; {in_all(load)}.")
    for load in (*collected.recovered, collected.load):
        for line in gone_lines(load):
            say(f"[bold]{escape(plain(line))}[/]")
    if collected.crawl.reason != "finished":
        why = collected.crawl.detail or "what it had fetched is loaded, and the next run fetches the rest"
        say(f"[bold red]The crawl {collected.crawl.reason}[/]: {escape(plain(why))}")
    failed = sorted(collected.failed_sources.items())
    lines = [f"[bold red]{escape(plain(source))}[/] failed: {escape(plain(why))}" for source, why in failed]
    for line in brief_list(lines, "failed sources"):
        say(line)
    styled = ((STATE_STYLES.get(change.state, "bold"), plain(change_line(change))) for change in collected.changes)
    for line in brief_list([f"[{style}]{escape(words)}[/]" for style, words in styled], "changes of sources"):
        say(line)
    for aside in collected.set_aside:
        say(f"[bold red]Set aside:[/] {escape(plain(with_config(aside_line(aside))))}")
    for line in collected.told.lines:
        say(escape(plain(with_config(line))))
    for warning in collected.warnings:
        say(f"[yellow]Warning:[/] {escape(plain(with_config(warning)))}")
    if not next_step:
        return
    columns = "published_at, source, title"
    say(f'\nNext: newslake sql "SELECT {columns} FROM articles ORDER BY published_at DESC LIMIT 10"')


def serve(
    config: Config = DEFAULT_CONFIG,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="Loopback port of the Prefect server and its UI.")] = 4200,
    plain: Annotated[bool, typer.Option("--plain", help="Without Prefect: the same steps, no server, no UI.")] = False,
) -> None:
    """Collect each source on its schedule, with a Prefect server on loopback, until stopped with Ctrl-C.

    Makes up once for what was missed while it was off. A second Ctrl-C ends a run under way at once.

    Example: [bold]newslake serve --config watchlist.toml --port 4200[/]
    """
    from flows.serve import serve as serve_schedule

    watchlist = load_watchlist(config)
    check_addresses(watchlist)
    serve_schedule(watchlist, port=port, without_prefect=plain)


def add_to(app: typer.Typer) -> None:
    app.command()(run)
    app.command()(serve)
