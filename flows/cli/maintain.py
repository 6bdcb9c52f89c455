"""The command `newslake maintain`: keeps the warehouse and the captures in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from flows.cli.console import DEFAULT_CONFIG, AsJson, Config, errors, output, plain, print_json, say, table
from flows.watchlist import load_watchlist
from newslake.text import counted

if TYPE_CHECKING:
    from flows.maintain import MaintainReport
    from flows.runs.broken import Broken

MAX_BROKEN = 10


def maintain(
    config: Config = DEFAULT_CONFIG,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and change nothing.")] = False,
    forget_broken: Annotated[
        bool, typer.Option("--forget-broken", help="Remove the reference from rows whose capture is missing or damaged.")
    ] = False,
    even_most: Annotated[
        bool, typer.Option("--even-most", help="With --forget-broken: even if most captures are missing or damaged.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Merge small files, forget old states, prune old captures, and check that every capture is where the rows say.

    Safe while others read and a collection runs. Exit code 0: all done; 1: some captures cannot be read.

    Example: [bold]newslake maintain --dry-run[/]
    """
    from flows import maintain as flow

    watchlist = load_watchlist(config)
    report = flow.maintain(watchlist, dry_run=dry_run, forget_broken=forget_broken, even_most=even_most, note=_note)
    if as_json:
        print_json(as_data(report))
    else:
        _show(report)
        from flows.reading.events import left_out

        for line in left_out(watchlist.warehouse.events):
            _note(line)
    if any(not each.is_lost or not report.forgotten for each in report.broken):
        raise typer.Exit(1)


def _note(line: str) -> None:
    errors.print(escape(plain(line)), highlight=False, soft_wrap=True)


def as_data(report: MaintainReport) -> dict[str, object]:
    return {
        "dry_run": report.dry_run,
        "seconds": round(report.seconds, 3),
        "files_before": report.before.files,
        "files_after": report.after.files,
        "bytes_before": report.before.bytes,
        "bytes_after": report.after.bytes,
        **asdict(report.tended),
        "unchanged_folded": report.unchanged_folded,
        "captures_pruned": report.captures_pruned,
        "captures_bytes": report.captures_bytes,
        "cache_pruned": report.cache_pruned,
        "backfills_pruned": report.backfills_pruned,
        "quotations_read": report.quotations_read,
        "names_read": report.names_read,
        "lists_compared": report.lists_compared,
        "events_read": report.events_read,
        "pointers": report.pointers,
        "pointers_broken": len(report.broken),
        "pointers_unreadable": sum(not each.is_lost for each in report.broken),
        "pointers_forgotten": report.forgotten,
        "captures_lost": report.lost,
        "refusal": asdict(report.hindrance) if report.hindrance else None,
        "broken": [asdict(each) for each in report.broken],
    }


def _show(report: MaintainReport) -> None:
    tended = report.tended
    rows = [
        ("files of the warehouse", f"{report.before.files} → {report.after.files}"),
        ("bytes of the warehouse", f"{report.before.bytes:,} → {report.after.bytes:,}"),
        ("rows moved from the catalog into files", f"{tended.rows_flushed:,}"),
        ("files merged or rewritten", tended.files_merged),
        ("old states forgotten", tended.snapshots_expired),
        ("unneeded files deleted", tended.files_deleted),
        ("rows of URLs that were not due, summed up in their runs", f"{report.unchanged_folded:,}"),
        ("files of captures pruned", f"{report.captures_pruned} ({report.captures_bytes:,} bytes)"),
        ("feeds and sitemaps dropped from the cache", report.cache_pruned),
        ("unfinished backfills removed, a month untouched", report.backfills_pruned),
        ("older articles searched for quotations", report.quotations_read),
        ("older articles searched for names", report.names_read),
        ("older articles compared with lists of names", report.lists_compared),
        ("older stories compared to find events", report.events_read),
        ("captures referenced by rows", f"{report.pointers:,}"),
        ("of these missing or damaged", f"{sum(each.is_lost for each in report.broken):,}"),
        ("of these there, but not readable for this user", f"{sum(not each.is_lost for each in report.broken):,}"),
    ]
    title = "What maintenance would do" if report.dry_run else f"Maintenance, {report.seconds:.1f} seconds"
    output.print(table(("what", "how much"), rows, title=title, right_from=1))
    _show_broken(report)
    if report.dry_run:
        say("\nNothing was changed. Next: newslake maintain")


def _show_broken(report: MaintainReport) -> None:
    """Say which captures cannot be read, and what to do."""
    if report.forgotten:
        say(f"{report.forgotten} rows referred to captures that are missing or damaged; the references were removed.")
    if report.lost:
        say(f"The manifest records {counted(report.lost, 'file')} of captures as lost; newslake verify lists them apart.")
    left = [each for each in report.broken if not (report.forgotten and each.is_lost)]
    if not left:
        return
    say(f"[bold red]{counted(len(left), 'capture')} cannot be read.[/] Their articles are as they were. The first:")
    for line in list(_by_file(left))[:MAX_BROKEN]:
        say(f"  {escape(plain(line))}")
    if report.hindrance:
        began = "[bold red]No reference was removed:[/] " if report.was_asked else ""
        why = escape(plain(report.hindrance.why))
        say(f"{began}{why if began else why[:1].upper() + why[1:]}.\n\nNext: {escape(plain(report.hindrance.next))}")
    elif any(each.is_lost for each in left):
        say("\nNext: restore the files from a backup, or newslake maintain --forget-broken")
    else:
        say(f"\nNext: correct the permissions: ls -l {escape(plain(str(Path(left[0].file).parent)))}")


def _by_file(broken: Iterable[Broken]) -> Iterator[str]:
    """Yield a line for each file and each reason why captures in it cannot be read."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for each in broken:
        found[each.file, each.reason].append(each.offset)
    for (file, reason), offsets in found.items():
        if len(offsets) == 1:
            yield f"{file} at byte {offsets[0]}: {reason}"
        else:
            yield f"{file}: {reason} ({len(offsets)} captures, the first at byte {min(offsets)})"


def add_to(app: typer.Typer) -> None:
    app.command()(maintain)
