"""The commands `newslake init` and `newslake check`: write a watchlist, and try it."""

from __future__ import annotations

import tempfile
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from flows.cli.console import DEFAULT_CONFIG, AsJson, Config, errors, output, plain, print_json, say, table
from flows.watchlist import Watchlist, check_places, load_watchlist
from flows.watchlist.advice import advice
from flows.watchlist.choose import chosen_sources
from newslake.errors import UsageError
from newslake.outcomes import End, Origin, Outcome
from newslake.text import counted

if TYPE_CHECKING:
    from spiders.sources import Source


def init(
    file: Annotated[Path, typer.Argument(help="The file to write.")] = DEFAULT_CONFIG,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")] = False,
) -> None:
    """Write a commented watchlist to start from.

    Example: [bold]newslake init watchlist.toml[/]
    """
    template = files("flows.watchlist").joinpath("template.toml").read_text("utf-8")
    try:
        with file.open("w" if force else "x", encoding="utf-8") as out:
            out.write(template)
    except FileExistsError:
        raise UsageError(
            f"{file} exists", left="it was not touched", next=f"newslake init --force {file}, or another name"
        ) from None
    except OSError as error:
        raise UsageError(
            f"cannot write {file}: {error.strerror}", next="newslake init in a folder that you may write to"
        ) from None
    option = "" if file == DEFAULT_CONFIG else f" --config {file}"
    say(
        f"Wrote {escape(str(file))}. Put in your topics, sources and contact address.\n\nNext: newslake check{option}",
    )


def check(
    config: Config = DEFAULT_CONFIG,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", "-s", metavar="NAME", help="Check this source only; may be given more than once."),
    ] = None,
    offline: Annotated[bool, typer.Option("--offline", help="Validate the file only; make no request.")] = False,
    notify: Annotated[bool, typer.Option("--notify", help="Also send a test message to each address of \\[notify].")] = False,
    as_json: AsJson = False,
) -> None:
    """Validate the watchlist, try each source, and show which feeds, sitemaps and sections a run would read.

    Exit code 0: all sources answer; 1: some do not, or a test message could not be sent; 2: the watchlist is wrong.

    Example: [bold]newslake check --config watchlist.toml[/]
    """
    from flows.reports.notify import check_addresses

    watchlist = load_watchlist(config)
    check_places(watchlist)
    check_addresses(watchlist)
    sources = chosen_sources(watchlist, source or (), "newslake check")
    hints = advice(watchlist)
    unsent = _send_test(watchlist) if notify else []
    failed, listings = ({}, []) if offline else _try(watchlist, sources)
    if as_json:
        print_json(
            {
                "watchlist": watchlist.path,
                "topics": [t.name for t in watchlist.topics],
                "listings": listings,
                "advice": hints,
                "failed_sources": failed,
                "notifications": {"addresses": len(watchlist.notify.urls), "failed": unsent if notify else None},
            }
        )
    else:
        if notify and not unsent:
            count = len(watchlist.notify.urls)
            say(f"Sent a test message to {count} address{'es' if count != 1 else ''} of \\[notify].")
        for why in unsent:
            say(f"[bold red]Not sent:[/] {escape(plain(why))}")
        _show(watchlist, sources, listings, failed, hints, offline=offline)
    if failed or unsent:
        raise typer.Exit(1)


def _send_test(watchlist: Watchlist) -> list[str]:
    from flows.reports.notify import send

    if not watchlist.notify.urls:
        raise UsageError(
            f"{watchlist.path} has no addresses to notify",
            left="nothing was sent",
            next='add  [notify]  with  urls = ["mailto://…"]  to it',
        )
    return send(watchlist.notify, "newslake: a test", f"newslake can reach you about the sources of {watchlist.path}.")


def _try(watchlist: Watchlist, sources: list[Source]) -> tuple[dict[str, str], list[dict[str, object]]]:
    """Read the listings of the sources and no article. Return the sources that failed, with the reason, and a row per listing."""
    from flows.runs.account import read_account
    from flows.runs.left_alone import left_alone
    from spiders.crawl import CrawlJob, crawl

    with tempfile.TemporaryDirectory(prefix="newslake-check-") as folder, errors.status("trying the sources …"):
        job = CrawlJob(
            folder=Path(folder) / "crawl",
            cache=Path(folder) / "cache",
            sources=sources,
            settings=watchlist.crawl,
            listings_only=True,
            left_alone=left_alone(watchlist),
        )
        report = crawl(job)
        account = read_account(job.folder)
    failed = account.failed_sources()
    if report.reason == "died":
        failed |= {source.name: report.detail or "the crawl died" for source in sources if source.name not in failed}
    listings: list[dict[str, object]] = [
        {
            "source": entry.found.source,
            "kind": entry.found.kind,
            "url": entry.found.url,
            "found_by": entry.found.found_by,
            "origin": entry.found.origin,
            **_shown_end(account.end(entry)),
        }
        for entry in account.entries
        if entry.found.kind != "page"
    ]
    return failed, listings


def _shown_end(end: End) -> dict[str, object]:
    """Return the end of a listing as `check` shows it: of one that was read, the outcome would only say that it is no article."""
    word: str = end.outcome or "failed"
    if end.outcome is Outcome.NOT_ARTICLE:
        word = "read"
    elif end.outcome is Outcome.UNCHANGED:
        word = "not-modified"
    return {"end": word, "reason": end.reason, "detail": end.detail}


def _show(
    watchlist: Watchlist,
    sources: list[Source],
    listings: list[dict[str, object]],
    failed: dict[str, str],
    hints: list[str],
    *,
    offline: bool,
) -> None:
    topics = ", ".join(topic.name for topic in watchlist.topics)
    say(f"{escape(str(watchlist.path))} is valid: {counted(len(watchlist.sources), 'source')}; topics {escape(topics)}.")
    for hint in hints:
        say(f"[yellow]Note:[/] {escape(plain(hint))}")
    if listings:
        columns = ("source", "kind", "url", "found_by", "end", "reason", "detail")
        headers = [column.replace("_", " ") for column in columns]
        shown, guessed = _without_vain_guesses(listings)
        rows = [[row[column] for column in columns] for row in shown]
        output.print(table(headers, rows))
        for name, count in guessed.items():
            say(f"{escape(plain(name))}: {count} usual addresses of feeds and sitemaps were tried too, and none could be read.")
    for name, why in sorted(failed.items()):
        say(f"[bold red]{escape(plain(name))}[/] failed: {escape(plain(why))}")
    if failed:
        say(f"\n{len(failed)} of {len(sources)} sources failed. Next: correct their addresses, then newslake check")
    else:
        say(f"\nNext: newslake {'check' if offline else 'run'}")


def _without_vain_guesses(listings: list[dict[str, object]]) -> tuple[list[dict[str, object]], Counter[str]]:
    """Return the listings without guessed addresses that could not be read, and how many of these answered, by source."""
    vain = [row for row in listings if row["origin"] is Origin.GUESS and row["end"] not in ("read", "not-modified")]
    return [row for row in listings if row not in vain], Counter(
        str(row["source"]) for row in vain if row["end"] is not Outcome.NETWORK_ERROR
    )


def add_to(app: typer.Typer) -> None:
    app.command()(init)
    app.command()(check)
