"""Define the command `newslake verify`, which proves that the captures are unaltered."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from flows.cli.console import DEFAULT_CONFIG, AsJson, Config, output, plain, print_json, say, table
from flows.watchlist import load_watchlist
from newslake.errors import UsageError
from newslake.text import counted

if TYPE_CHECKING:
    from flows.custody.verify import Verification

MOST_SHOWN = 20


def verify(
    config: Config = DEFAULT_CONFIG,
    head: Annotated[
        str | None, typer.Option("--head", metavar="SHA256", help="A head that you noted earlier: it must be part of the chain.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that the captures are unaltered: compare every file with the hash-chained manifest. Changes nothing.

    Reports missing, altered and extra files, and where the chain is broken. Note the head that it prints, or publish it: with
    --head, anyone can check later that nothing before it was changed. Captures that newslake maintain --forget-broken recorded as
    lost are listed apart. Exit code 0: all is as recorded; 1: something is not.

    Example: [bold]newslake verify[/]
    """
    from flows.custody import verify as flow

    watchlist = load_watchlist(config)
    found = flow.verify(watchlist, None if head is None else _digest(head))
    if as_json:
        given = {name: value for name, value in asdict(found).items() if name != "head"}
        file, digest = found.head or (None, None)
        print_json({"sound": found.is_sound, **given, "head": digest, "head_file": file})
    else:
        _show(found, str(watchlist.captures))
    if not found.is_sound:
        raise typer.Exit(1)


def _digest(head: str) -> str:
    """Return a head as the manifest writes it. Raises UsageError if it is no SHA-256: a slip must not look like a forgery."""
    digest = head.strip().lower()
    if re.fullmatch("[0-9a-f]{64}", digest):
        return digest
    raise UsageError(
        f"{head!r} is no head: a SHA-256 has 64 digits from 0 to f, and this has {counted(len(digest), 'character')}",
        left="nothing was compared",
        next="copy the whole head that you noted, then newslake verify --head SHA256",
    )


def _show(found: Verification, captures: str) -> None:
    rows = [
        ("files of captures that are as recorded", f"{found.verified:,}"),
        ("removed since, as recorded", f"{found.removed:,}"),
        ("lost, as acknowledged with newslake maintain --forget-broken", f"{len(found.lost):,}"),
        ("missing", f"{len(found.missing):,}"),
        ("altered", f"{len(found.altered):,}"),
        ("extra: in no entry of the manifest", f"{len(found.extra):,}"),
        ("not readable", f"{len(found.unreadable):,}"),
        ("breaks of the chain", f"{len(found.breaks):,}"),
    ]
    output.print(table(("what", "how many"), rows, title=f"Captures in {captures}", right_from=1))
    wrong = {
        "lost, as acknowledged": found.lost,
        "missing": found.missing,
        "altered": found.altered,
        "extra": found.extra,
        "not readable": found.unreadable,
        "chain": found.breaks,
    }
    for what, names in wrong.items():
        for name in names[:MOST_SHOWN]:
            style = "yellow" if names is found.lost else "bold red"
            say(f"  [{style}]{what}:[/] {escape(plain(name))}")
        if len(names) > MOST_SHOWN:
            say(f"  … and {len(names) - MOST_SHOWN} more; --json has all.")
    if found.head_is_known is False:
        say(
            "[bold red]The head that you gave is not part of this chain:[/]"
            " the manifest was changed after you noted it, or the head is of other captures."
        )
    if found.head is None:
        say("There is no manifest yet: the next run that keeps captures begins one.")
    else:
        say(f"Head of the chain ({escape(found.head[0])}): [bold]{found.head[1]}[/]")
    if not found.is_sound:
        _say_what_to_do(found, captures)


def _say_what_to_do(found: Verification, captures: str) -> None:
    folder = escape(plain(captures))
    say("")
    if found.missing or found.altered:
        say("Next: restore the missing and altered files from a backup, then newslake verify; see docs/evidence.md")
        say("Next, if they are lost for good: newslake maintain --forget-broken, which records that in the manifest")
    if found.unreadable:
        say(f"Next: correct the permissions of what is not readable: ls -lR {folder}")
    if found.extra and found.head is None:
        say(f"Next: restore the manifest, {folder}/manifest, from a backup; then newslake verify")
    elif found.extra:
        say(f"Next: find out who put the extra files there, and move them out of {folder}; then newslake verify")
    if found.breaks or found.head_is_known is False:
        say(f"Next: compare the manifest with a backup's: diff -r {folder}/manifest BACKUP/data/captures/manifest")


def add_to(app: typer.Typer) -> None:
    app.command()(verify)
