"""Define the command `newslake forget`, which removes articles for good."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

from flows.cli.console import ARTICLE, DEFAULT_CONFIG, AsJson, Config, errors, plain, print_json, say
from flows.watchlist import load_watchlist
from newslake.errors import UsageError
from newslake.text import counted

if TYPE_CHECKING:
    from flows.custody.forget import Forgotten
    from warehouse.forget import Chosen

MOST_SHOWN = 10


def forget(
    what: Annotated[
        str | None, typer.Argument(metavar="[ARTICLE|SOURCE]", help=f"{ARTICLE[:-1]}; or the name of a source.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="All articles published on this day (UTC) or before."
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be removed, and change nothing.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove an article, a source, or all articles up to a day, for good: rows, revisions, captures and old states.

    What is removed is not fetched or loaded again. All earlier states of the warehouse go too, since they hold it. Says which
    backups still have it. One that was killed is finished by the next, also by newslake forget without an article.
    Exit code 0: all done; 1: not confirmed.

    Example: [bold]newslake forget https://outlet.example/article --dry-run[/]
    """
    from flows.custody import forget as flow
    from flows.custody.pending import is_pending

    watchlist = load_watchlist(config)
    if what is None and until is None and not is_pending(watchlist.state):
        raise UsageError("name an article, a source or --until DAY", left="nothing was changed", next="newslake forget --help")

    def confirm(chosen: Chosen) -> None:
        if yes:
            return
        notes = f", {counted(chosen.notes, 'note')}" if chosen.notes else ""
        these = f"{counted(len(chosen.articles), 'article')}{notes}, {counted(len(chosen.places), 'capture')}"
        errors.print(f"This removes {these} and all old states of the warehouse, for good.")
        if not typer.confirm("Remove them?", err=True):
            errors.print("Nothing was changed.")
            raise typer.Exit(1)

    done = flow.forget(
        watchlist,
        what,
        until.date() if until else None,
        dry_run=dry_run,
        confirm=confirm,
        note=lambda line: errors.print(escape(plain(line)), soft_wrap=True),
    )
    if as_json:
        given = asdict(done)
        given["backups"] = [{**asdict(held), "folder": str(held.folder)} for held in done.backups]
        print_json(given)
    else:
        _show(done, what, until.date() if until else None, watchlist.zone)


def _show(done: Forgotten, what: str | None, until: date | None, zone: ZoneInfo) -> None:
    if done.finished:
        say("An earlier forget that was interrupted is finished now.")
    if not what and not until:
        return
    if not done.urls:
        say("Nothing of that is in the warehouse; what was forgotten before stays so.")
        return
    verb = "Would remove" if done.dry_run else "Removed"
    captures = counted(done.captures, "capture")
    addresses = f"{done.urls:,} known address{'' if done.urls == 1 else 'es'}"
    notes = f" and {counted(done.notes, 'note')}" if done.notes else ""
    say(f"{verb} {counted(done.articles, 'article')} with all revisions{notes}, {captures}, and {addresses}.")
    from flows.brief.delivery.files import FEED_ENDING

    pages = tuple(file for file in done.briefs if not file.endswith(FEED_ENDING))
    for label, lines in (
        (f"Pages of briefs that told of it {'would go' if done.dry_run else 'are removed'}, too", pages),
        ("Articles with the same text, or parts of it, stay under other addresses", done.copies),
        ("Archives of your own still hold captures", done.archives),
    ):
        if lines:
            say(f"[bold]{label}:[/]")
            for line in lines[:MOST_SHOWN]:
                say(f"  {escape(plain(line))}")
            if len(lines) > MOST_SHOWN:
                say(f"  … and {len(lines) - MOST_SHOWN} more; --json has all.")
    if feeds := len(done.briefs) - len(pages):
        verb = "would be" if done.dry_run else "is" if feeds == 1 else "are"
        say(f"{counted(feeds, 'feed')} of briefs {verb} written anew, without it.")
    say(
        "Not looked into: the pages of other articles and notes on them, which may name what goes; exports, and briefs that"
        " you wrote elsewhere or that were sent."
    )
    if done.still_watched:
        say(f"{escape(plain(what or ''))} is still on the watchlist: its new articles will be collected.")
    for held in done.backups:
        folder, word = (escape(plain(name)) for name in (str(held.folder), shlex.quote(str(held.folder))))
        where = f"[bold]{folder}[/] of {held.made_at.astimezone(zone):%Y-%m-%d}"
        if held.articles is None:
            say(f"The backup in {where} cannot be looked at, and may hold them: {escape(plain(held.why))}")
        elif held.articles:
            say(f"The backup in {where} still holds {held.articles} of them. Next: newslake backup {word}")
    if done.dry_run:
        asked = ([shlex.quote(what)] if what else []) + ([f"--until {until}"] if until else [])
        say(f"\nNothing was changed. Next: newslake forget {escape(plain(' '.join(asked)))}")


def add_to(app: typer.Typer) -> None:
    app.command()(forget)
