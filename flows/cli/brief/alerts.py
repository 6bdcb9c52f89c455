"""The commands `newslake alerts`, `alerts show` and `alerts try`: the state of alerts, what one found, or would have sent."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from flows.cli.console import DEFAULT_CONFIG, AsJson, Config, output, plain, print_json, say, table
from flows.reading.times import minute_in_zone
from flows.search.called import check_known
from flows.search.moments import MOMENTS, moment
from flows.watchlist import Watchlist, load_watchlist
from newslake.errors import UsageError
from newslake.text import counted

if TYPE_CHECKING:
    from flows.messages.letter import Letter
    from flows.watchlist.alert import Alert

commands = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]}, rich_markup_mode="rich")
SHOWN = 5  # items of a message


@commands.callback(invoke_without_command=True)
def alerts(context: typer.Context, config: Config = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """List the alerts: how far each has looked, what it sent last, and what waits.

    `alerts show` shows what an alert found lately, sent or not; `alerts try` shows what one would have sent.

    Example: [bold]newslake alerts try NAME --since 30d[/]
    """
    if context.invoked_subcommand is not None:
        return
    from flows.alerts.listing import address_rows, alert_rows, waiting_in_words, waiting_messages

    watchlist = load_watchlist(config)
    rows, failing, waiting = alert_rows(watchlist), address_rows(watchlist), waiting_messages(watchlist)
    if as_json:
        print_json({"alerts": rows, "waiting": waiting, "failing": failing})
        return
    if rows:
        headers = ("alert", "on", "topic", "list", "digest", "quiet", "looked", "found", "sent", "waiting")
        cells = [[_cell(watchlist, value) for value in row.values()] for row in rows]
        output.print(table(headers, cells))
        say(f"When each looked last, and when its latest message was written and sent ({watchlist.zone.key}).")
        if not watchlist.notify.urls:
            say("Nobody is told, since \\[notify] has no urls: what they find is shown by newslake alerts show NAME.")
    else:
        say(f"{escape(plain(str(watchlist.path)))} has no \\[\\[alert]].")
    for row in failing:
        times = counted(row["failures"], "time")
        again = _cell(watchlist, row["again_at"])
        say(f"[bold red]{escape(row['address'])}[/] failed {times} in a row; it is tried again after {again}.")
    if words := waiting_in_words(watchlist, datetime.now(UTC)):
        say(f"{escape(words)}. Briefs, and messages about sources, are counted, too.")
    latest = max((row for row in rows if row["last_found"]), key=lambda row: row["last_found"], default=None)
    if latest:
        say(f"\nNext: newslake alerts show {latest['name']}")
    else:
        say(f"\nNext: newslake alerts try {rows[0]['name']} --since 30d" if rows else "\nNext: add an alert, see docs/alerts.md")


@commands.command("show")
def show_alert(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The name of an alert of the watchlist.")],
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Show what an alert found in the last 30 days, whether it was sent or not.

    Example: [bold]newslake alerts show first-of-outlets[/]
    """
    from flows.alerts.listing import found_by

    config, as_json = _given_above(context, config, as_json=as_json)
    watchlist = load_watchlist(config)
    alert = _named(watchlist, name, "nothing was shown")
    found = found_by(watchlist, alert)
    if as_json:
        print_json([{"at": one.created_at, **asdict(one.letter)} for one in found])
        return
    for one in found:
        _print(watchlist, one.created_at, one.letter)
    if found:
        say(f"\n{counted(len(found), 'message')} of {alert.name}, the latest last. Times: {watchlist.zone.key}.")
    else:
        say(f"{alert.name} has found nothing yet. It tells of what comes in after it was added to the watchlist.")
    say(f"\nNext: newslake alerts try {alert.name} --since 30d")


@commands.command("try")
def try_alert(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="The name of an alert of the watchlist.")],
    config: Config = DEFAULT_CONFIG,
    since: Annotated[str, typer.Option("--since", metavar="MOMENT", help=f"As if it had looked since then: {MOMENTS}.")] = "30d",
    as_json: AsJson = False,
) -> None:
    """Show what an alert would have sent, had it looked once a day; of spikes, every six hours. Sends and changes nothing.

    What counts is when things came into the corpus, and of spikes, when articles were published.

    Example: [bold]newslake alerts try first-of-outlets --since 30d[/]
    """
    from flows.alerts.replay import replay
    from warehouse.database.connect import open_reader

    config, as_json = _given_above(context, config, as_json=as_json)
    watchlist = load_watchlist(config)
    left = "nothing was tried"
    alert = _named(watchlist, name, left)
    now = datetime.now(UTC)
    begin = moment(since, "--since", watchlist.schedule.timezone, now)
    if begin >= now:
        raise UsageError(f"--since {since} is not before now", left=left, next=f"newslake alerts try {name} --since 30d")
    with open_reader(watchlist.warehouse) as con:
        found, why = replay(watchlist, con, alert, begin, now)
    if as_json:
        print_json([{"at": one.at, **asdict(one.letter)} for one in found])
        return
    for one in found:
        _print(watchlist, one.at, one.letter)
    days = minute_in_zone(begin, watchlist.zone)
    say(f"\n{counted(len(found), 'message')} would have been sent since {days}. Nothing was sent.")
    for line in why:
        say(escape(plain(line)))
    say("\nNext: newslake alerts")


def _given_above(context: typer.Context, config: Path, *, as_json: bool) -> tuple[Path, bool]:
    """Return the options of a command of `newslake alerts`, which may stand before its name, too."""
    above = context.parent.params if context.parent else {}
    given = context.get_parameter_source("config")
    if given is None or given.name == "DEFAULT":  # compared by name, because typer bundles its own click
        config = above.get("config", config)
    return config, as_json or bool(above.get("as_json"))


def _named(watchlist: Watchlist, name: str, left: str) -> Alert:
    """Return the alert with this name. Raises UsageError if the watchlist has none."""
    if not watchlist.alerts:
        raise UsageError(f"{watchlist.path} has no [[alert]]", left=left, next="add one, see docs/alerts.md, then newslake check")
    check_known("alert", [name], [alert.name for alert in watchlist.alerts], "newslake alerts", left)
    return next(alert for alert in watchlist.alerts if alert.name == name)


def _print(watchlist: Watchlist, at: datetime, letter: Letter) -> None:
    say(f"[bold]{_cell(watchlist, at)}[/]  {escape(plain(letter.title))}")
    for line in _lines(letter):
        say(f"  {escape(plain(line))}")


def _lines(letter: Letter) -> list[str]:
    """Return what is printed of a message."""
    lines = [letter.summary]
    for section in letter.sections:
        lines += [line for line in (section.heading, section.text) if line]
        for item in section.items[:SHOWN]:
            lines.append(f"- {item.text}")
            lines += [f"    {line}" for line in (item.url, *item.lines, item.code) if line]
        if len(section.items) > SHOWN:
            lines.append(f"  and {len(section.items) - SHOWN} more")
        lines += [section.more] if section.more else []
    return lines


def _cell(watchlist: Watchlist, value: object) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(watchlist.zone):%Y-%m-%d %H:%M}"
    return "–" if value is None else plain(value)


def add_to(app: typer.Typer) -> None:
    app.add_typer(commands, name="alerts")
