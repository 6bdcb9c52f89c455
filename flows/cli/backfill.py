"""The command `newslake backfill`: loads articles from WARC files."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from flows.cli.console import DEFAULT_CONFIG, AsJson, Config, errors, output, plain, print_json, say, table
from flows.cli.progress.backfill import BackfillProgress
from flows.reports.summary import outcome_rows
from flows.watchlist import load_watchlist
from flows.watchlist.choose import chosen_sources
from newslake.errors import UsageError
from newslake.outcomes import Outcome
from newslake.text import counted

if TYPE_CHECKING:
    from flows.backfill import Tally

_MOST_NAMED = 5

Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE…",
        help="WARC files (.warc, .gz, .zst), WACZ files, folders of them, http(s):// or s3:// addresses, or lists of these.",
    ),
]


def backfill(
    files: Files,
    config: Config = DEFAULT_CONFIG,
    source: Annotated[
        list[str] | None,
        typer.Option("--source", "-s", metavar="NAME", help="Pages of this source only; may be given more than once."),
    ] = None,
    any_source: Annotated[
        bool,
        typer.Option("--any-source", help="Also pages of domains that are not on the watchlist; the domain is their source."),
    ] = False,
    since: Annotated[
        datetime | None,
        typer.Option("--since", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Only articles published on this day or later."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until", formats=["%Y-%m-%d"], metavar="YYYY-MM-DD", help="Only articles published on this day or earlier."
        ),
    ] = None,
    every_row: Annotated[
        bool, typer.Option("--every-row", help="A row in fetches also for pages that were cleaned and are on no topic.")
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Also files that were loaded before with the same topics.")] = False,
    workers: Annotated[
        int | None, typer.Option("--workers", min=1, max=256, help="Processes; one for each CPU by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Load what the topics select from WARC files: news archives, CC-NEWS, the crawls of others.

    Pages that cannot hold a topic are dropped before they are cleaned, so it runs at many times the speed of cleaning. Stopped or
    killed, the same command goes on where it was. Exit code 0: all done; 1: something could not be read, and the rest is loaded.

    Example: [bold]newslake backfill CC-NEWS-20260301000000-00001.warc.gz --any-source --since 2026-02-01[/]
    """
    from flows.archives.files import archives
    from flows.backfill import Range, Request
    from flows.backfill import backfill as run
    from flows.topics.prefilter import prefilter_of

    days = Range(_day(since), _day(until))
    if days.since and days.until and days.since > days.until:
        raise UsageError(
            f"no day lies in the range: --since {days.since} is after --until {days.until}",
            left="nothing was read",
            next=f"newslake backfill … --since {days.until} --until {days.since}",
        )
    watchlist = load_watchlist(config)
    chosen = chosen_sources(watchlist, source or (), "newslake backfill FILE…")
    wanted = archives(files, allow_private=watchlist.crawl.allow_private)
    wide = prefilter_of(watchlist.topics).unfiltered
    if wide:
        errors.print(
            f"{', '.join(wide)}: no word of this query can be looked up in raw pages, so every page is cleaned;"
            " add a longer word with AND.",
            highlight=False,
            soft_wrap=True,
        )
    with BackfillProgress(wanted) as shown:
        tally = run(
            watchlist,
            wanted,
            Request(tuple(chosen) if source else (), any_source, days, every_row, again),
            workers=workers,
            watch=shown,
        )
    if as_json:
        print_json(as_data(tally))
    else:
        _show(tally, {source.name for source in watchlist.sources}, watchlist.crawl.cleaning_seconds)
    if not tally.is_complete:
        raise typer.Exit(1)


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


def as_data(tally: Tally) -> dict[str, object]:
    """Return the figures of a backfill for `--json`."""
    return {
        "files": tally.files,
        "pages": tally.pages,
        "bytes": tally.bytes,
        "cleaned": tally.cleaned,
        "matches": tally.matches,
        "seconds": round(tally.seconds, 3),
        "outcomes": {source: dict(sorted(counts.items())) for source, counts in sorted(tally.outcomes.items())},
        "new_articles": tally.new_articles,
        "new_revisions": tally.new_revisions,
        "new_copies": tally.new_copies,
        "articles": tally.articles,
        "other_records": dict(sorted(tally.others.items())),
        "repeated_fields": dict(sorted(tally.repeated.items())),
        "loaded_before": tally.skipped,
        "failed_files": tally.failed,
        "not_cleaned": {place: dict(sorted(counts.items())) for place, counts in tally.not_cleaned.items()},
    }


def _by_source(tally: Tally, watched: set[str]) -> dict[str, Counter[str]]:
    """Count outcomes by watched source, and those of all other domains together."""
    from flows.archives.scan import NO_SOURCE

    shown: dict[str, Counter[str]] = {}
    for source, counts in tally.outcomes.items():
        shown.setdefault(source if source in watched or source == NO_SOURCE else "(other domains)", Counter()).update(counts)
    return shown


def _show(tally: Tally, watched: set[str], cleaning_seconds: float) -> None:
    from flows.archives.scan import NO_SOURCE

    if tally.outcomes:
        headers, rows = outcome_rows(_by_source(tally, watched))
        output.print(table(headers, rows, title="Backfill: what became of each page", right_from=1))
    say(
        f"[bold]{counted(tally.new_articles, 'new article')}[/] of {counted(tally.pages, 'page')} ({tally.cleaned:,} cleaned)"
        f" in {counted(tally.files, 'file')}, {timedelta(seconds=round(tally.seconds))}."
    )
    if tally.others:
        say(f"Records without a page: {', '.join(f'{count:,} {plain(kind)}' for kind, count in sorted(tally.others.items()))}.")
    if tally.repeated:
        fields = ", ".join(f"{count:,} {plain(name)}" for name, count in sorted(tally.repeated.items()))
        say(f"Records with a header that is there twice, with different values: {fields}. The first valid one counted.")
    elsewhere = tally.outcomes[NO_SOURCE][Outcome.REFUSED] if NO_SOURCE in tally.outcomes else 0
    if elsewhere:
        say(f"{counted(elsewhere, 'page')} of domains that are not on the watchlist: not read. With --any-source they are.")
    for place in tally.skipped:
        say(f"{escape(plain(place))}: loaded before with these topics; --again reads it once more.")
    for place, why in tally.failed.items():
        say(f"[bold red]{escape(plain(place))}[/] failed: {escape(plain(why))}.")
    for place, counts in tally.not_cleaned.items():
        pages = ", ".join(f"{count:,} of {plain(source)}" for source, count in counts.most_common(_MOST_NAMED))
        more = f" and {counted(len(counts) - _MOST_NAMED, 'more source')}" if len(counts) > _MOST_NAMED else ""
        say(
            f"[bold red]{escape(plain(place))}[/]: {counted(counts.total(), 'page')} not cleaned ({escape(pages)}{more}),"
            f" because slow pages of the source had taken its {cleaning_seconds:g} seconds; the rest is loaded."
        )
    if tally.not_cleaned:
        say("Next: raise cleaning_seconds under \\[crawl], then run the same command again. It reads these files once more.")
    if tally.failed:
        say("Next: replace damaged files by whole copies, then run the same command again. It reads only what failed.")


def add_to(app: typer.Typer) -> None:
    app.command()(backfill)
