"""The command `newslake names`: lists whom and what the articles name."""

from __future__ import annotations

from dataclasses import asdict, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape

from flows.answers.formats import DRAWN, FILES_ONLY
from flows.cli.console import DEFAULT_CONFIG, AsJson, Config, for_programs, output, plain, print_json, say, table
from flows.cli.sql import Format
from flows.search.moments import MOMENTS, moment
from flows.search.restrict import MOST, Restrictions, restricted, usage
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
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=MOST, help="Show so many.")] = 50,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to print the names.")] = Format.TABLE,
    as_json: AsJson = False,
) -> None:
    """List the people, organisations, places and vessels that articles name, with how many articles have each.

    They are found by rules when an article is loaded, so that some are missed; docs/names.md says how many. A name in another
    script or spelling is listed by itself.

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
    found = _found(watchlist, given, part, [one.value for one in kind or ()], limit)
    if shape is Format.JSON:
        print_json({"names": [asdict(one) for one in found]})
    elif shape in DRAWN:
        _show(found, watchlist.zone, is_restricted=bool(given.options or part or kind), limit=limit)
    else:
        from flows.answers.kept import Rows
        from flows.answers.texts import PRINTERS
        from warehouse.reading.mentions import NameCount

        rows = [tuple(asdict(one).values()) for one in found]
        PRINTERS[shape](Rows([field.name for field in fields(NameCount)], rows), for_programs())


def _found(watchlist: Watchlist, given: Restrictions, part: str | None, kinds: list[str], limit: int) -> list[NameCount]:
    from flows.cli.search.show import tell
    from flows.search.called import articles_of, called
    from warehouse.database.connect import open_reader
    from warehouse.derived.mentioned import unnamed
    from warehouse.reading.mentions import names_of

    if not watchlist.warehouse.names:
        tell("names is false in [warehouse]: what is loaded now is not searched for names.")
    elif left := unnamed(watchlist.warehouse):
        tell(f"{counted(left, 'article')} {'was' if left == 1 else 'were'} not searched for names yet. Next: newslake maintain")
    with open_reader(watchlist.warehouse) as con:
        only, saved = restricted(watchlist, con, given, tell)
        ids = articles_of(con, called(watchlist, con, given.topics, "nothing was listed").searches) if saved else None
        return names_of(con, only, kinds=kinds, like=part, ids=ids, most=limit)


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
    say(f"\nNext: newslake search --name {_quoted(one_line(first.name))}")


def _quoted(name: str) -> str:
    from shlex import quote

    return escape(plain(quote(name)))


def add_to(app: typer.Typer) -> None:
    app.command()(names)
