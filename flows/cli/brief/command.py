"""The command `newslake brief`: tells what is new on each topic, as a page, a text, a feed or data."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from flows.brief.formats import Form, form_of, written
from flows.cli.console import DEFAULT_CONFIG, Config, for_programs, plain
from flows.search.moments import MOMENTS, moment
from flows.watchlist import load_watchlist
from newslake.errors import UsageError

SINCE = "24h"


def brief(
    config: Config = DEFAULT_CONFIG,
    topic: Annotated[
        list[str] | None, typer.Option("--topic", "-t", help="Only this topic or saved search. Repeatable, in this order.")
    ] = None,
    since: Annotated[str, typer.Option("--since", metavar="MOMENT", help=f"What came in since then: {MOMENTS}.")] = SINCE,
    until: Annotated[
        str | None, typer.Option("--until", metavar="MOMENT", help="And not after this moment; now, if it is not given.")
    ] = None,
    form: Annotated[
        Form | None, typer.Option("--format", "-f", help="By default as the name of the file says, else txt.", show_default=False)
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", metavar="FILE", help="Write it to this file; - prints it.")] = None,
) -> None:
    """Tell what is new on each topic: stories by their spread and freshness, edits, take-downs, and sources in trouble.

    Each topic is shown beside its own past. What counts is when it came into the corpus, as for newslake new.
    The page (html) is one file that loads nothing; atom is a feed for a feed reader.

    Example: [bold]newslake brief --since 7d --out week.html[/]
    """
    from flows.brief.gather import brief_of
    from flows.cli.search.show import tell
    from warehouse.database.connect import open_reader

    watchlist = load_watchlist(config)
    now = datetime.now(UTC)
    begin = moment(since, "--since", watchlist.schedule.timezone, now)
    end = moment(until, "--until", watchlist.schedule.timezone, now) if until else now
    if begin >= end:
        raise UsageError(
            f"--since {since} is not before {'--until ' + until if until else 'now'}",
            left="nothing was written",
            next="newslake brief --since 24h",
        )
    out = None if str(out) == "-" else out
    chosen = form or (form_of(out) if out else None) or (Form.HTML if out and not out.suffix else None)
    if out and chosen is None:
        raise UsageError(
            f"the ending of {out} does not say how to write it",
            left="nothing was written",
            next=f"newslake brief --out {out} --format html, or another of {', '.join(Form)}",
        )
    with open_reader(watchlist.warehouse) as con:
        made, notes = brief_of(watchlist, con, begin, end, topic or (), is_now=not until)
    for note in notes:
        tell(note)
    data = written(made, chosen or Form.TXT)
    if out is None:
        for_programs().write(data.decode())
        return
    from flows.brief.words import summary
    from flows.cli.reading.files import write_file

    said = f"{escape(plain(summary(made)))}\nWrote {escape(plain(str(out)))}."
    write_file(watchlist, out, data, "a brief", "newslake brief --out", said)


def add_to(app: typer.Typer) -> None:
    app.command()(brief)
