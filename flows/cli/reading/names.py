"""The command `newslake names`: lists whom and what the articles name."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from flows.answers.formats import DRAWN, FILES_ONLY
from flows.cli.console import DEFAULT_CONFIG, AsJson, Config, output, plain, print_json, say, table
from flows.cli.reading.counting import Asked, articles_asked, print_rows, quoted
from flows.cli.sql import Format
from flows.search.moments import MOMENTS, moment
from flows.search.restrict import MOST, Restrictions, usage
from flows.watchlist import Watchlist, load_watchlist
from newslake.text import counted, one_line

if TYPE_CHECKING:
    from warehouse.reading.mentions import NameCount

Several = list[str] | None


class Kind(StrEnum):
    """What a name is of."""

    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"
    VESSEL = "vessel"


def names(
    part: Annotated[str | None, typer.Argument(metavar="[NAME]", help="Only names that have this in them.")] = None,
    config: Config = DEFAULT_CONFIG,
    kind: Annotated[list[Kind] | None, typer.Option("--kind", "-k", help="Only names of this kind. Repeatable.")] = None,
    topic: Annotated[
        Several, typer.Option("--topic", "-t", help="Only in articles of this topic or saved search. Repeatable.")
    ] = None,
    source: Annotated[Several, typer.Option("--source", "-s", help="Only in articles of this outlet. Repeatable.")] = None,
    language: Annotated[Several, typer.Option("--language", "-l", help="Only in this language, such as ko. Repeatable.")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="MOMENT", help=f"Published then or later: {MOMENTS}.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="MOMENT", help="Published before then.")] = None,
    listed: Annotated[
        bool, typer.Option("--listed", help="Show what articles name of your lists of names, the [\\[entity]] of the watchlist.")
    ] = False,
    of_list: Annotated[Several, typer.Option("--list", metavar="NAME", help="The same of this list only. Repeatable.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=MOST, help="Show so many.")] = 50,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to print the names.")] = Format.TABLE,
    as_json: AsJson = False,
) -> None:
    """List the people, organisations, places and vessels that articles name, with how many articles have each.

    They are found by rules when an article is loaded, so that some are missed; docs/names.md says how many. A name in another
    script or spelling is listed by itself. --listed shows the entries of your own lists, with all the ways in which articles
    write them.

    Example: [bold]newslake names --kind organisation --topic sanctions-and-un --since 30d[/]
    """
    watchlist = load_watchlist(config)
    zone, now = watchlist.schedule.timezone, datetime.now(UTC)
    shape = Format.JSON if as_json else format
    if shape in FILES_ONLY:
        raise usage(f"{shape} is for files", f'newslake sql --output names.{shape} "FROM names"')
    given = Restrictions(
        tuple(topic or ()),
        tuple(source or ()),
        tuple(language or ()),
        (),
        moment(since, "--since", zone, now) if since else None,
        moment(until, "--until", zone, now) if until else None,
    )
    asked = Asked(given, part, [one.value for one in kind or ()], limit)
    if listed or of_list:
        from flows.cli.reading.listed import show_entries

        show_entries(watchlist, asked, of_list or [], shape)
        return
    found = _found(watchlist, asked)
    if shape is Format.JSON:
        print_json({"names": [asdict(one) for one in found]})
    elif shape in DRAWN:
        _show(found, watchlist.zone, is_restricted=asked.is_restricted, limit=limit)
    else:
        from warehouse.reading.mentions import NameCount

        print_rows(NameCount, found, shape)


def _found(watchlist: Watchlist, asked: Asked) -> list[NameCount]:
    from flows.cli.search.show import tell
    from warehouse.database.connect import open_reader
    from warehouse.derived.mentioned import unnamed
    from warehouse.reading.mentions import names_of

    if not watchlist.warehouse.names:
        tell("names is false in [warehouse]: what is loaded now is not searched for names.")
    elif left := unnamed(watchlist.warehouse):
        tell(f"{counted(left, 'article')} {'was' if left == 1 else 'were'} not searched for names yet. Next: newslake maintain")
    with open_reader(watchlist.warehouse) as con:
        only, ids = articles_asked(watchlist, con, asked.given)
        return names_of(con, only, kinds=asked.kinds, like=asked.part, ids=ids, most=asked.limit)


def _show(found: list[NameCount], zone: ZoneInfo, *, is_restricted: bool, limit: int) -> None:
    if not found:
        say("No name is known." if not is_restricted else "No such name is known.")
        return
    rows = [
        (
            plain(one_line(one.name)),
            one.kind,
            f"{one.articles:,}",
            f"{one.titles:,}",
            f"{one.sources:,}",
            plain(", ".join(one.languages)),
            f"{one.last_at.astimezone(zone):%Y-%m-%d}",
            plain(one.entity or ""),
        )
        for one in found
    ]
    has_entities = any(one.entity for one in found)
    headers = (
        "name",
        "kind",
        "articles",
        "in titles",
        "outlets",
        "languages",
        "latest",
        *(["in your lists"] if has_entities else []),
    )
    output.print(table(headers, [row[: len(headers)] for row in rows], right_from=2))
    if len(found) == limit:
        say(f"The first {limit:,} are shown; --limit shows more.")
    first = next((one for one in found if "'" not in one.name), found[0])
    say(f"\nNext: newslake search --name {quoted(first.name)}")


def add_to(app: typer.Typer) -> None:
    app.command()(names)
