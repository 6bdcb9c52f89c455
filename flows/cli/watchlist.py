"""The command `newslake init`, which writes a watchlist, and what `newslake export --opml` writes of one."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from flows.cli.console import DEFAULT_CONFIG, errors, plain, refuse_own_file, say
from newslake.errors import UsageError, WarehouseMissing, WarehouseOutdated
from newslake.text import counted, some_of

if TYPE_CHECKING:
    from flows.watchlist import Watchlist

STANDARD_STREAM = Path("-")


def init(
    file: Annotated[Path, typer.Argument(help="The file to write.")] = DEFAULT_CONFIG,
    force: Annotated[bool, typer.Option("--force", help="Overwrite a file that exists.")] = False,
    opml: Annotated[
        Path | None,
        typer.Option("--opml", metavar="LIST", help="Take the sources from a list of feeds (OPML), or from - (standard input)."),
    ] = None,
) -> None:
    """Write a commented watchlist to start from.

    With --opml, its sources are the feeds that your feed reader exported: Feedly, Inoreader, NetNewsWire, FreshRSS and others.
    Their folders become tags.

    Example: [bold]newslake init watchlist.toml --opml feeds.opml[/]
    """
    if file.exists() and not force:  # before a list is read
        raise _exists(file, opml)
    text, told = _from_list(opml) if opml else (files("flows.watchlist").joinpath("template.toml").read_text("utf-8"), "")
    try:
        with file.open("w" if force else "x", encoding="utf-8") as out:
            out.write(text)
    except FileExistsError:
        raise _exists(file, opml) from None
    except OSError as error:
        raise UsageError(
            f"cannot write {file}: {error.strerror}", next="newslake init in a folder that you may write to"
        ) from None
    option = "" if file == DEFAULT_CONFIG else f" --config {file}"
    what = "topics and contact address" if opml else "topics, sources and contact address"
    say(f"Wrote {escape(plain(file))}{told}. Put in your {what}.\n\nNext: newslake check{option}")


def _exists(file: Path, opml: Path | None) -> UsageError:
    again = f" --opml {opml}" if opml else ""
    return UsageError(f"{file} exists", left="it was not touched", next=f"newslake init --force{again} {file}, or another name")


def _from_list(opml: Path) -> tuple[str, str]:
    """Return a watchlist of the feeds of a list, and how many sources it has; say what was left out."""
    from flows.watchlist.opml.read import MAX_BYTES, read_opml
    from flows.watchlist.opml.sources import as_watchlist, subscribed

    try:
        if opml == STANDARD_STREAM:
            data = sys.stdin.buffer.read(MAX_BYTES + 1)
        else:
            with opml.open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot read {opml}: {error.strerror}", left="nothing was written", next=f"ls -l {opml}") from None
    read = read_opml(data)
    sources, repeated = subscribed(read.outlines)
    for note in read.notes:
        _tell("Note", note)
    for skipped in read.skipped:
        _tell("Skipped", skipped)
    origin = "standard input" if opml == STANDARD_STREAM else opml.name
    told = f" with {counted(len(sources), 'source')} of {escape(plain(origin))}"
    if repeated:
        told += f" (entries that repeat an address of another: {repeated})"
    return as_watchlist(sources, origin), told


def _tell(word: str, text: str) -> None:
    errors.print(f"[yellow]{word}:[/] {escape(plain(text))}", highlight=False, soft_wrap=True)


def export_opml(watchlist: Watchlist, file: Path) -> None:
    """Write the sources of a watchlist as OPML to a file or standard output; say which have no feed there."""
    from flows.watchlist.opml.write import written
    from newslake.disk import write_whole

    if file != STANDARD_STREAM:
        refuse_own_file(watchlist, file, "a list of feeds", "newslake export --opml")
    bare = [source.name for source in watchlist.sources if not source.feeds]
    data, without = written(watchlist.sources, _learned(watchlist, bare) if bare else {}, datetime.now(UTC))
    if file == STANDARD_STREAM:
        sys.stdout.buffer.write(data)
    else:
        try:
            write_whole(file, data)
        except OSError as error:
            raise UsageError(
                f"cannot write {file}: {error.strerror}", left="nothing was written", next="newslake export --opml ANOTHER-FILE"
            ) from None
    if without:
        _tell("Note", f"no feed is known of {some_of(without, 20)}, so the list has links to their sites")
    if file != STANDARD_STREAM:
        say(f"Wrote {counted(len(watchlist.sources), 'source')} to {escape(plain(file))}.")


def _learned(watchlist: Watchlist, sources: list[str]) -> dict[str, list[str]]:
    from warehouse.database.connect import open_reader
    from warehouse.read import learned_feeds

    try:
        with open_reader(watchlist.warehouse) as con:
            return learned_feeds(con, sources)
    except (WarehouseMissing, WarehouseOutdated):
        return {}


def add_to(app: typer.Typer) -> None:
    app.command()(init)
