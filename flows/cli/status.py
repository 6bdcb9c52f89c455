"""The command `newslake status`: prints whether `newslake serve` works, and when it runs next."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

from flows.cli.console import DEFAULT_CONFIG, AsJson, Config, plain, print_json, say
from flows.reading.times import minute
from flows.reports.next_step import with_config
from flows.runs.clock import CLOCKS_DIFFER
from flows.watchlist import Watchlist, load_watchlist
from newslake.errors import NewslakeError, WarehouseBusy, WarehouseMissing, brief
from newslake.text import counted, some_of

if TYPE_CHECKING:
    from flows.schedule.status import Status


def status(config: Config = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Say whether `newslake serve` is at work, and when the last and the next run is.

    Exit code 0: it is at work; 1: it is not, or it hangs. Cheap enough for a health check every minute.

    Example: [bold]newslake status --config watchlist.toml[/]
    """
    from flows.alerts.listing import waiting_messages
    from flows.custody.pending import is_pending
    from flows.orchestration.schedules import MAIN
    from flows.runs.set_aside import asides_line, runs_set_aside
    from flows.schedule.status import read_status, what_is_wrong
    from newslake.locks import is_free

    watchlist = load_watchlist(config)
    report = read_status(watchlist.state)
    wrong = what_is_wrong(watchlist.state, report)
    last, unreadable = _last_run(watchlist)
    asides = runs_set_aside(watchlist.state)
    waiting = waiting_messages(watchlist)
    brief_is_paused = bool(report and not wrong and f"brief/{MAIN}" in report.paused)
    forgetting = is_pending(watchlist.state) and is_free(watchlist.state, "maintenance")
    if as_json:
        print_json(
            {
                "serving": wrong is None,
                "wrong": wrong,
                "last_run": last and {"started_at": last[0], "state": last[1]},
                "next_start": report and report.next_start,
                "next_sources": report.next_sources if report else [],
                "collecting": report and report.collecting,
                "next_brief": None if brief_is_paused else _next_brief(watchlist),
                "waiting_messages": waiting,
                "disabled": watchlist.disabled,
                "prefect": report and report.prefect,
                "paused": report.paused if report else [],
                "requested": report.requested if report else [],
                "problems": [*(report.problems if report else ()), *([unreadable] if unreadable else ())],
                "forget_interrupted": forgetting,
                "set_aside": [aside.run_id for aside in asides],
            }
        )
    else:
        say(f"[bold red]{escape(wrong)}[/]" if wrong else f"newslake serve is at work{f' (pid {report.pid})' if report else ''}.")
        if report and report.since and not wrong:
            doing = f"A run of {len(report.collecting)} sources" if report.collecting else "Maintenance"
            say(f"{doing} is under way since {_time(report.since, watchlist.zone)}.")
        if last:
            is_ahead = last[0] > datetime.now(UTC) + CLOCKS_DIFFER
            clock = " (in the future: the clock of this machine was ahead then)" if is_ahead else ""
            say(f"Last run: {_time(last[0], watchlist.zone)}{clock}, {escape(plain(last[1]))}.")
        if report and report.next_start and not report.since and not wrong:
            sources = f"{len(report.next_sources)} of {len(watchlist.enabled)} sources"
            say(f"Next run: {_time(report.next_start, watchlist.zone)}, {sources}.")
        if report and not wrong and report.requested:
            say(f"Asked for in Prefect, and next: {escape(plain(some_of(report.requested)))}.")
        if report and not wrong and report.paused:
            say(f"Paused in Prefect: {escape(plain(some_of(report.paused)))}. Resume: {_deployments(report)}")
        if not brief_is_paused and (due := _next_brief(watchlist)):
            say(f"Next brief: {due if isinstance(due, str) else _time(due, watchlist.zone)}.")
        if waiting:
            say(f"{counted(waiting, 'message waits', 'messages wait')} to be sent: newslake alerts")
        if watchlist.disabled:
            say(f"Disabled, so not collected: {escape(plain(some_of(watchlist.disabled)))}.")
        if line := asides_line(asides):
            say(f"[bold]Problem:[/] {with_config(line)}")
        if forgetting:
            say("[bold]Problem:[/] a forget was interrupted; what it was to remove is partly there. Next: newslake forget")
        for problem in [*(report.problems if report else ()), *([unreadable] if unreadable else ())]:
            say(f"[bold]Problem:[/] {escape(plain(problem))}")
        say(f"\nNext: {_next(wrong, report, has_asides=bool(asides))}")
    if wrong:
        raise typer.Exit(1)


def _next(wrong: str | None, report: Status | None, *, has_asides: bool) -> str:
    from newslake.locks import is_suspended

    if wrong and report and is_suspended(report.pid):
        return f"kill -CONT {report.pid}, or fg in its terminal"
    if wrong and report and "hangs" in wrong:
        return f"kill {report.pid}, then newslake serve"
    if wrong:
        return "newslake serve"
    return "newslake recover" if has_asides else "newslake sources"


def _deployments(report: Status) -> str:
    """Return where Prefect lists the schedules."""
    if report.prefect is None:
        return "on Prefect's page of deployments, once its server answers; until then: newslake serve --plain"
    return f"{report.prefect.removesuffix('/api')}/deployments"


def _next_brief(watchlist: Watchlist) -> datetime | str | None:
    """Return when the next brief is due: a moment, or in words; None if there is none."""
    from flows.brief.delivery.due import next_due
    from flows.messages.outbox import read_outbox

    if watchlist.brief is None:
        return None
    if watchlist.brief.every == "run":
        return "after the next run"
    now = datetime.now(UTC)
    with read_outbox(watchlist.state) as outbox:
        due = next_due(watchlist, outbox.marks() if outbox else {}, now)
    return "now, by the next run or newslake serve" if due == now else due


def _last_run(watchlist: Watchlist) -> tuple[tuple[datetime, str] | None, str | None]:
    """Return start and state of the last collection, and why the warehouse cannot be read, which is no fault of `serve`."""
    from warehouse.database.connect import open_reader
    from warehouse.read import last_collection

    try:
        with open_reader(watchlist.warehouse) as con:
            return last_collection(con, datetime.now(UTC) + CLOCKS_DIFFER), None
    except (WarehouseMissing, WarehouseBusy):
        return None, None
    except NewslakeError as error:
        return None, brief(error)


def _time(moment: datetime, zone: ZoneInfo) -> str:
    return f"{minute(moment, zone)} ({zone.key})"


def add_to(app: typer.Typer) -> None:
    app.command()(status)
