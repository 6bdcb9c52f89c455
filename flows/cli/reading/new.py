"""The command `newslake new`: shows what came into the corpus since the user last looked."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from rich.text import Text

from flows.cli.console import DEFAULT_CONFIG, AsJson, Config, output, plain, print_json, say
from flows.reading.times import minute_in_zone
from flows.reports.looked import Looked
from flows.search.called import articles_of, called, same_name
from flows.search.moments import MOMENTS, moment
from flows.search.restrict import MOST
from flows.watchlist import load_watchlist
from newslake.text import counted

if TYPE_CHECKING:
    from uuid import UUID

    from warehouse.news import NewThing
    from warehouse.notes.read import Marks

# What a first look goes back to, from the latest load.
FIRST_LOOK = timedelta(days=1)
# Each kind in words: one of it, several, and its colour in the list.
KINDS = {
    "article": ("new article", "new articles", "green"),
    "copy": ("new copy of a story", "new copies of stories", "cyan"),
    "edit": ("edit", "edits", "yellow"),
    "takedown": ("take-down", "take-downs", "bold red"),
    "return": ("return of an article that was taken down", "returns of articles that were taken down", "magenta"),
}


def new(
    config: Config = DEFAULT_CONFIG,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="MOMENT", help=f"Since then, and leave the mark where it is: {MOMENTS}."),
    ] = None,
    topic: Annotated[
        list[str] | None,
        typer.Option("--topic", "-t", help="Only of this topic or saved search, which has a mark of its own. Repeatable."),
    ] = None,
    peek: Annotated[bool, typer.Option("--peek", help="Leave the mark, so that the next look shows this again.")] = False,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=0, max=MOST, help="Print at most so many, the latest; 0 prints all.")
    ] = 50,
    as_json: AsJson = False,
) -> None:
    """Show what came into the corpus since you last looked: new articles, copies, edits and take-downs.

    How far you have looked is remembered for each user and warehouse, in the folder of state. The first look shows the last day
    before the latest load. What counts is when it was loaded: an archive that was loaded today is new today.

    Example: [bold]newslake new --topic sanctions-and-un[/]
    """
    from flows.cli.search.show import tell, warn_of_missing
    from warehouse.database.connect import open_reader
    from warehouse.news import latest_load, new_things
    from warehouse.notes.read import marks_of

    watchlist = load_watchlist(config)
    zone = watchlist.zone
    looked = Looked(watchlist.state, f"{watchlist.warehouse.catalog} {watchlist.warehouse.data}")
    marks = tuple(map(same_name, topic or ()))
    with open_reader(watchlist.warehouse) as con:
        named = called(watchlist, con, topic or [], "nothing was changed")
        for note in named.notes:
            tell(note)
        until = latest_load(con)
        mark = moment(since, "--since", zone.key, datetime.now(UTC)) if since else looked.since(*marks)
        begin = mark or (until - FIRST_LOOK if until else None)
        if named.searches:
            warn_of_missing(con)
        selected = articles_of(con, named.searches)
        found = new_things(con, begin, until) if begin and until else []
        noted = marks_of(con, (one.article_id for one in found))
        if topic:
            found = [one for one in found if one.article_id in selected or not set(named.topics).isdisjoint(one.topics)]
    shown = found[-limit:] if limit else found
    if as_json:
        print_json(_as_data(found, noted, begin, until, is_first=mark is None))
    else:
        _show(found, shown, noted, begin, zone, is_first=mark is None)
    if until and since is None and not peek:
        looked.remember(until, *marks)


def _as_data(
    found: list[NewThing], marks: dict[UUID, Marks], begin: datetime | None, until: datetime | None, *, is_first: bool
) -> dict[str, Any]:
    counts = Counter(one.kind for one in found)
    things = [
        {name: getattr(one, name) for name in one.__slots__}
        | {
            "notes": marks[one.article_id].notes if one.article_id in marks else 0,
            "note_tags": list(marks[one.article_id].tags) if one.article_id in marks else [],
        }
        for one in found
    ]
    return {
        "since": begin,
        "until": until,
        "first_look": is_first,
        "counts": {kind: counts[kind] for kind in KINDS},
        "new": things,
    }


def _show(
    found: list[NewThing],
    shown: list[NewThing],
    marks: dict[UUID, Marks],
    begin: datetime | None,
    zone: ZoneInfo,
    *,
    is_first: bool,
) -> None:
    if begin is None:
        say("Nothing was collected yet.\n\nNext: newslake run")
        return
    then = minute_in_zone(begin, zone)
    after = f"in the day before the latest load, as this is your first look: since {then}" if is_first else f"since {then}"
    if not found:
        say(f"Nothing new {escape(after)}.\n\nNext: newslake run, or newslake status, which says when the next run is")
        return
    for one in shown:
        for text in _lines(one, marks.get(one.article_id), zone):
            output.print(text, soft_wrap=True, highlight=False)
    counts = Counter(one.kind for one in found)
    words = [counted(counts[kind], single, several) for kind, (single, several, _) in KINDS.items() if counts[kind]]
    say(f"\n{', '.join(words)} {escape(after)}. Times: when newslake saw it, not when it was published.")
    if rest := len(found) - len(shown):
        all_of_it = f'newslake new --since "{begin.astimezone(zone):%Y-%m-%d %H:%M:%S.%f%z}" --limit 0'
        say(f"{counted(rest, 'earlier one is', 'earlier ones are')} not shown. Next: {all_of_it}")
    edit = next((one for one in reversed(shown) if one.kind == "edit"), None)
    say(f"\nNext: newslake diff {edit.article_id}" if edit else '\nNext: newslake sql "FROM new_since(now() - INTERVAL 1 DAY)"')


def _lines(one: NewThing, marks: Marks | None, zone: ZoneInfo) -> list[Text]:
    """Return what is printed of one thing: what and where it is, its headline, its address with its id."""
    seen_at = f"{one.seen_at.astimezone(zone):%Y-%m-%d %H:%M}"
    head = Text.assemble((f"{one.kind:<9}", KINDS[one.kind][2]), f" {seen_at}  {plain(one.source)}")
    if one.topics:
        head.append(f"  [{plain(one.topics)}]", "dim")
    if one.reason:
        head.append(f"  {plain(one.reason)}", "dim")
    from flows.cli.search.show import marked

    noted = [Text(f"  {marked(marks)}", "green")] if marks else []
    return [head, Text(f"  {plain(one.title)}", "bold"), *noted, Text(f"  {plain(one.url)}  {one.article_id}")]


def add_to(app: typer.Typer) -> None:
    app.command()(new)
