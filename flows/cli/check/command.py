"""The command `newslake check`: validates the watchlist and tries its sources, or repeats that from a folder."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.check.show import Told, say_of_folder, show
from flows.cli.console import DEFAULT_CONFIG, AsJson, Config, errors, plain, print_json
from flows.reports import next_step
from flows.search.listed import problems_of
from flows.watchlist import Watchlist, check_places, load_watchlist
from flows.watchlist.advice import advice
from flows.watchlist.choose import chosen_of, chosen_sources
from newslake.errors import UsageError

if TYPE_CHECKING:
    from flows.trial import Saved
    from spiders.sources import Source

# Pages of each source that are stored with --save.
PAGES_SAVED = 3


def check(
    config: Config = DEFAULT_CONFIG,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", "-s", metavar="NAME", help="Check this source only; may be given more than once."),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Validate the file only; make no request.")] = False,
    pages: Annotated[
        int | None,
        typer.Option("--pages", min=0, max=100, help="Also fetch so many pages of each source, and show how they are read."),
    ] = None,
    save: Annotated[
        Path | None,
        typer.Option("--save", metavar="FOLDER", help="Store what the sources answer, with 3 pages of each (or --pages)."),
    ] = None,
    replay: Annotated[
        Path | None, typer.Option("--from", metavar="FOLDER", help="Repeat a check from such a folder, without any network.")
    ] = None,
    notify: Annotated[bool, typer.Option("--notify", help="Also send a test message to each address of \\[notify].")] = False,
    as_json: AsJson = False,
) -> None:
    """Validate the watchlist, try each source, and show which feeds, sitemaps and sections a run would read.

    Exit code 0: all sources answer; 1: some do not, or a test message could not be sent; 2: the watchlist is wrong.

    Example: [bold]newslake check --config watchlist.toml[/]
    """
    from flows.trial import Trial, attempt, begin, read_saved, write_saved

    if replay:
        _refuse_with_from(replay, save=save, offline=offline, notify=notify, pages=pages)
        saved = read_saved(replay)
        next_step.repeat(Path(plain(saved.option)) if saved.option else None)
        sources = chosen_of(saved.sources, source or (), f"newslake check --from {replay}")
        unsent: list[str] = []
    else:
        watchlist = load_watchlist(config)
        saved, sources = _asked(watchlist, source or (), pages, save, offline=offline)
        unsent = _send_test(watchlist) if notify else []
    if offline or not sources:
        trial = Trial({}, [], [], [])
    else:
        if save:
            begin(save)
        with errors.status("trying the sources …"):
            trial = attempt(sources, saved.settings, saved.until(), pages=saved.pages, tape=save, replay=replay)
        if save:
            write_saved(save, saved)
    if not replay:
        saved = replace(saved, advice=[*saved.advice, *_of_cookies(sources, with_problems=offline)])
    told = Told(saved, len(sources), trial, unsent if notify else None)
    if as_json:
        print_json(told.as_json())
    else:
        show(told, offline=offline)
    say_of_folder(save, replay, trial)
    if trial.failed or unsent:
        raise typer.Exit(1)


def _refuse_with_from(folder: Path, **others: object) -> None:
    """Raise UsageError for an option that means nothing in a replay."""
    for name, value in others.items():
        if value not in (None, False):
            raise UsageError(
                f"--from repeats a check as it was, so --{name} cannot be given with it",
                left="nothing was replayed",
                next=f"newslake check --from {folder}",
            )


def _asked(
    watchlist: Watchlist, names: Sequence[str], pages: int | None, save: Path | None, *, offline: bool
) -> tuple[Saved, list[Source]]:
    """Return what a check of a watchlist needs, and the sources to try. Raises WatchlistError, UsageError."""
    from flows.alerts.check import check_names
    from flows.reading.events import left_out
    from flows.reports.notify import check_addresses
    from flows.trial import Saved

    check_places(watchlist)
    check_addresses(watchlist)
    check_names(watchlist)
    sources = chosen_sources(watchlist, names, "newslake check") if names or watchlist.enabled else []
    saved = Saved(
        watchlist=str(watchlist.path),
        option=str(named) if (named := next_step.given()) else None,
        count=len(watchlist.sources),
        topics=[topic.name for topic in watchlist.topics],
        advice=[*advice(watchlist), *problems_of(watchlist), *left_out(watchlist.warehouse.events)],
        addresses=len(watchlist.notify.urls),
        sources=sources,
        settings=watchlist.crawl,
        pages=(PAGES_SAVED if save else 0) if pages is None else pages,
        disabled=watchlist.disabled,
        left_alone={} if offline else _left_alone(watchlist),
    )
    return saved, sources


def _of_cookies(sources: Sequence[Source], *, with_problems: bool) -> list[str]:
    """Return what to look at in the files of cookies; a trial of the sources says itself which cannot be used."""
    from spiders.cookies.file import CookiesUnusable, read_cookies

    found = []
    for source in sources:
        if source.cookies is None:
            continue
        try:
            said = read_cookies(Path(source.cookies), source.addresses, time.time()).hints
        except CookiesUnusable as error:
            said = (str(error),) if with_problems else ()
        found += [f'[[source]] "{source.name}": cookies: {one}' for one in said]
    return found


def _left_alone(watchlist: Watchlist) -> dict[str, float]:
    """Return the servers that asked for time → for how many seconds from now."""
    from flows.runs.left_alone import left_alone  # opens the warehouse

    now = datetime.now(UTC)
    return {server: (until - now).total_seconds() for server, until in left_alone(watchlist).items()}


def _send_test(watchlist: Watchlist) -> list[str]:
    from flows.reports.notify import send

    if not watchlist.notify.urls:
        raise UsageError(
            f"{watchlist.path} has no addresses to notify",
            left="nothing was sent",
            next='add  [notify]  with  urls = ["mailto://…"]  to it',
        )
    return send(watchlist.notify, "newslake: a test", f"newslake can reach you about the sources of {watchlist.path}.")


def add_to(app: typer.Typer) -> None:
    app.command()(check)
