"""The commands `newslake schema`, `sources` and `export`, which read the warehouse."""

from __future__ import annotations

import difflib
import re
import shutil
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.markup import escape
from rich.text import Text

from flows.cli.console import (
    DEFAULT_CONFIG,
    STATE_STYLES,
    AsJson,
    Config,
    Timeout,
    output,
    plain,
    print_json,
    refuse_own_file,
    say,
    table,
)
from flows.cli.sql.limited import watched
from flows.cli.watchlist import export_opml
from flows.reading.times import minute
from flows.reports.health import sparkline
from flows.reports.next_step import with_config
from flows.search.called import articles_of, called
from flows.search.moments import MOMENTS, moment
from flows.watchlist import load_watchlist
from newslake.errors import UsageError
from newslake.text import counted, some_of

if TYPE_CHECKING:
    from flows.watchlist import Watchlist
    from warehouse.describe import Relation, Value


def schema(
    names: Annotated[list[str] | None, typer.Argument(help="Only these tables, views and macros.", metavar="[NAME]...")] = None,
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
) -> None:
    """Print every table, view and macro with its columns, and what they mean; or those that you name.

    Example: [bold]newslake schema coverage timeline[/]
    """
    from warehouse.database.connect import open_reader
    from warehouse.describe import column_values, describe

    with open_reader(load_watchlist(config).warehouse) as con:
        relations = _named(names or [], describe(con))
    shown = {f"{relation.name}.{column.name}" for relation in relations for column in relation.columns}
    values = {column: listed for column, listed in column_values().items() if not names or column in shown}
    if as_json:
        print_json([_as_json(relation, values) for relation in relations])
        return
    for relation in relations:
        output.print(Text.assemble((relation.call, "bold"), f" ({relation.kind}): {relation.comment or ''}"))
        if relation.parameters:
            rows = [
                (one.name, "must be given" if one.default is None else one.default, one.comment) for one in relation.parameters
            ]
            output.print(table(("parameter", "default", "meaning"), rows))
        if relation.columns:
            output.print(table(("column", "type", "meaning"), [(c.name, c.type, c.comment) for c in relation.columns]))
        output.print()
    for column, listed in values.items():
        output.print(Text.assemble("Values of ", (column, "bold")))
        output.print(table(("value", "meaning"), [(one.value, one.meaning) for one in listed]))
        output.print()


def _named(names: list[str], relations: list[Relation]) -> list[Relation]:
    """Return the relations of these names, in the order given; all without a name."""
    known = {relation.name: relation for relation in relations}
    wanted = [re.sub(r"\(.*", "", name).lower() for name in names]
    for name in wanted:
        if name not in known:
            near = difflib.get_close_matches(name, known, 3, 0.5)
            hint = f"newslake schema {near[0]}" if near else "newslake schema"
            raise UsageError(
                f"there is no table, view or macro of the name {name}",
                left=f"near it are: {', '.join(near)}" if near else "nothing was printed",
                next=f"{hint}; newslake schema prints all" if near else f"{hint} prints all",
            )
    return [known[name] for name in dict.fromkeys(wanted)] or relations


def _as_json(relation: Relation, values: dict[str, tuple[Value, ...]]) -> dict[str, object]:
    columns = []
    for column in relation.columns:
        described: dict[str, object] = {"name": column.name, "type": column.type, "comment": column.comment}
        if listed := values.get(f"{relation.name}.{column.name}"):
            described["values"] = {one.value: one.meaning for one in listed}
        columns.append(described)
    shown: dict[str, object] = {"name": relation.name, "kind": relation.kind, "comment": relation.comment, "columns": columns}
    if "macro" in relation.kind:
        shown["parameters"] = [asdict(one) for one in relation.parameters]
    return shown


SPARKLINE = "published a day, 28 days"
MOST_SOURCES = 100
# The columns that fit on a screen; --json and the view source_health have all.
HEALTH_SHOWN = (
    "source",
    "state",
    SPARKLINE,
    "today",
    "usual_today",
    "last_success",
    "last_new_article",
    "failure_rate",
    "next_poll",  # while `serve` runs
)


def sources(
    config: Config = DEFAULT_CONFIG,
    as_json: AsJson = False,
    layout: Annotated[
        str | None,
        typer.Option("--layout", metavar="NAME", help="Show what the pages of this source taught of its layout instead."),
    ] = None,
) -> None:
    """Show the health of each source: its state and why, articles a day, last success, last new article, failures, next poll.

    The bars count articles on a topic by their day of publication; today counts new articles, on a topic or not, on the day of
    the last run, and usual_today is usual for that weekday. A source is judged by its own past, by weekday. ok; stale: nothing
    new; silent: its listings name nothing; failing: it does not answer, lost a feed, or its layout broke; blocked: a wall against
    robots or a question about cookies is in the way. Of more than a hundred sources, those in trouble come first.

    Example: [bold]newslake sources --config watchlist.toml[/]
    """
    from flows.orchestration.schedules import paused_sources
    from flows.schedule.polling import next_polls_from
    from warehouse.database.connect import open_reader
    from warehouse.read import published_days

    watchlist = load_watchlist(config)
    if layout is not None:
        _show_layout(watchlist, layout, as_json=as_json)
        return
    with open_reader(watchlist.warehouse) as con:
        result = con.execute("SELECT * FROM source_health ORDER BY source")
        headers = [column[0] for column in result.description or ()]
        rows = result.fetchall()
        now = datetime.now(UTC)
        polls: dict[str, tuple[datetime | None, str]] = {
            poll.source: (poll.at, poll.why) for poll in next_polls_from(con, watchlist, now)
        }
        published = published_days(con, now.astimezone(watchlist.zone).date(), watchlist.zone.key)
    polls |= dict.fromkeys(paused_sources(watchlist), (None, "its schedule is paused in Prefect"))
    watched = {source.name for source in watchlist.sources}
    asked = {source.name for source in watchlist.enabled}
    known = [dict(zip(headers, row, strict=True)) for row in rows]
    # Nobody asks a source that is disabled or no longer on the watchlist, so its last state says nothing about today.
    retired = [source["source"] for source in known if source["source"] not in watched]
    health = [source for source in known if source["source"] in asked]
    for source in health:
        name = source["source"]
        source["next_poll"], source["why"] = polls[name]
        source["published_days"] = published.get(name, [0] * 28)
    never = sorted(asked - {source["source"] for source in health})
    rest = _Rest(watchlist.disabled, retired, never)
    if as_json:
        print_json(
            [
                *health,
                *(
                    {"source": name, "state": "never collected", "next_poll": polls[name][0], "why": polls[name][1]}
                    for name in never
                ),
                *({"source": name, "state": "disabled", "next_poll": None, "why": "enabled = false"} for name in rest.disabled),
                *({"source": name, "state": "not on the watchlist", "next_poll": None, "why": None} for name in retired),
            ]
        )
        return
    _show_health(watchlist, health, rest)


@dataclass(frozen=True, slots=True)
class _Rest:
    """Sources without a health: disabled; collected once and no longer on the watchlist; on it and never collected."""

    disabled: list[str]
    retired: list[str]
    never: list[str]


def _show_health(watchlist: Watchlist, health: list[dict[str, Any]], others: _Rest) -> None:
    """Print the sources that are collected, and name the others."""
    from flows.runs.set_aside import asides_line, runs_set_aside
    from newslake.locks import is_free

    serves = not is_free(watchlist.state, "schedule")
    shown = [name for name in HEALTH_SHOWN if serves or name != "next_poll"]
    # Those in trouble first; a table of thousands would take a minute to lay out, and nobody would read it.
    first = sorted(sorted(health, key=lambda source: source["state"] == "ok")[:MOST_SOURCES], key=lambda source: source["source"])
    output.print(table(shown, [[_shown(source, name, watchlist.zone) for name in shown] for source in first]))
    if rest := len(health) - len(first):
        troubled = sum(source["state"] != "ok" for source in health) - sum(source["state"] != "ok" for source in first)
        words = f"{troubled} of them in trouble" if troubled else "all of them ok"
        say(f'and {rest} more, {words}: newslake sources --json, or newslake sql "FROM source_health"')
    for source in first:
        if source["reason"]:
            since = f" since {minute(source['since'], watchlist.zone)}" if source["state"] != "ok" else ""
            style = STATE_STYLES.get(source["state"], "bold")
            head = f"[bold]{escape(plain(source['source']))}[/] [{style}]{source['state']}{since}[/]"
            say(f"{head}: {escape(plain(source['reason']))}")
    if first:
        say(f"Times and days are those of {watchlist.zone.key}; those in reasons say UTC.")
    if others.disabled:
        say(f"Disabled, so not collected: {escape(plain(some_of(others.disabled, 20)))}. What they brought stays in the corpus.")
    if others.retired:
        names = escape(plain(some_of(others.retired)))
        say(f"Not on the watchlist any more, so not shown: {names}. Their history is in the view source_health.")
    for name in others.never[:MOST_SOURCES]:
        say(f"{escape(name)}: on the watchlist, never collected")
    if len(others.never) > MOST_SOURCES:
        say(f"and {len(others.never) - MOST_SOURCES} more that were never collected")
    if not serves:
        say("newslake serve is not running, so no source is polled by itself.")
    if line := asides_line(runs_set_aside(watchlist.state)):
        say(f"[bold]Problem:[/] {with_config(line)}")


def _show_layout(watchlist: Watchlist, name: str, *, as_json: bool) -> None:
    from flows.reports.layout import MEANINGS, as_records, ended_line, in_use
    from flows.watchlist.choose import check_known
    from warehouse.database.connect import open_reader
    from warehouse.layouts import layouts_of
    from warehouse.read import sources_of

    with open_reader(watchlist.warehouse) as con:
        check_known(watchlist, sources_of(con), [name], left="nothing was changed", option="newslake sources --layout")
        places = layouts_of(con, [name])
    if as_json:
        print_json(as_records(places))
        return
    current = in_use(places)
    if current:
        first = current[0]
        rows = [(place.part, MEANINGS[place.part], place.place, f"{place.confirmed} of {place.pages}") for place in current]
        output.print(table(("part", "what stands there", "place", "pages"), rows))
        learned, since = (minute(at, watchlist.zone) for at in (first.learned_at, first.valid_from))
        say(
            f"Version {first.version} of the layout of {escape(plain(name))}, learned {learned}, for pages fetched since {since}"
            f" ({watchlist.zone.key}). What a page declares about itself goes first."
        )
    else:
        say(
            f"No layout of {escape(plain(name))} is in use:"
            " each page is read by itself, until five pages or more agree on a place."
        )
    if line := ended_line(places, watchlist.zone):
        say(line)


def _shown(source: dict[str, Any], name: str, zone: ZoneInfo) -> object:
    if name == SPARKLINE:
        return sparkline(source["published_days"])
    value = source[name]
    if name == "state":
        return Text(plain(value), STATE_STYLES.get(value, ""))
    return minute(value, zone) if isinstance(value, datetime) else value


class Kind(StrEnum):
    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    DUCKDB = "duckdb"


STANDARD_OUTPUT = Path("-")


def export(
    file: Annotated[
        Path | None, typer.Argument(help="The file to write: .duckdb, .parquet, .csv or .jsonl; - is standard output.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    topic: Annotated[
        list[str] | None,
        typer.Option("--topic", "-t", help="Only articles that this topic or saved search selects. Repeatable."),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="MOMENT", help=f"Only articles published then or later: {MOMENTS}."),
    ] = None,
    columns: Annotated[
        str | None,
        typer.Option("--columns", metavar="NAME,…", help="Only these columns of the articles, in this order. Not for .duckdb."),
    ] = None,
    format: Annotated[Kind | None, typer.Option("--format", "-f", help="The format for standard output. Default: jsonl.")] = None,
    timeout: Timeout = None,
    opml: Annotated[
        bool, typer.Option("--opml", help="Write the sources of the watchlist instead, as a list for feed readers (OPML).")
    ] = False,
) -> None:
    """Write the corpus as one file: .duckdb (all tables), .parquet, .csv or .jsonl (articles with topics and notes).

    Example: [bold]newslake export corpus.parquet --topic sanctions-and-un --since 2026-01-01[/]
    """
    watchlist = load_watchlist(config)
    if opml:
        if topic or since or columns or format or timeout:
            raise UsageError(
                "--opml writes the sources of the watchlist, so no other option goes with it",
                left="nothing was written",
                next="newslake export --opml sources.opml",
            )
        export_opml(watchlist, file or STANDARD_OUTPUT)
        return
    if file is None:
        raise UsageError("the file to write is missing", left="nothing was written", next="newslake export corpus.parquet")
    begin = moment(since, "--since", watchlist.schedule.timezone, datetime.now(UTC)) if since else None
    _check_shape(watchlist, file, format, columns)
    watch = watched(watchlist)
    with watch.work(timeout):
        from flows.cli.search.show import tell, warn_of_missing
        from warehouse.database.closed import Limits
        from warehouse.database.connect import open_reader
        from warehouse.database.scratch import scratch_folder
        from warehouse.export import Wanted
        from warehouse.export import export as write
        from warehouse.query import stoppable

        limits = Limits(spill=watchlist.state)
        chosen = tuple(name.strip() for name in columns.split(",")) if columns else ()
        with open_reader(watchlist.warehouse, limits=limits) as con, stoppable(con, timeout):
            named = called(watchlist, con, topic or [], "nothing was written")
            for note in named.notes:
                tell(note)
            if named.searches:
                warn_of_missing(con)
            selected = frozenset(articles_of(con, named.searches)) if named.searches else None
            wanted = Wanted(named.topics, selected, begin, chosen, for_spreadsheets=file != STANDARD_OUTPUT, deleted_notes=False)
            if file != STANDARD_OUTPUT:
                articles = write(con, file, wanted)
                say(f"Wrote {counted(articles, 'article')} to {escape(str(file))}.")
                return
            with scratch_folder(watchlist.state) as folder:
                whole = folder / f"corpus.{format or Kind.JSONL}"
                write(con, whole, wanted)
                sys.stdout.flush()
                with whole.open("rb") as made:
                    shutil.copyfileobj(made, sys.stdout.buffer)


def _check_shape(watchlist: Watchlist, file: Path, format: Kind | None, columns: str | None) -> None:
    """Raise UsageError if the file cannot be written, or not in this form."""
    if format is not None and file != STANDARD_OUTPUT:
        raise UsageError(
            "--format is for standard output; the format of a file is the end of its name",
            left="nothing was written",
            next=f"newslake export - --format {format}, or newslake export {file.with_suffix(f'.{format}')}",
        )
    if file == STANDARD_OUTPUT and format in (Kind.PARQUET, Kind.DUCKDB) and sys.stdout.isatty():
        raise UsageError(f"{format} is not for a screen", left="nothing was written", next=f"newslake export corpus.{format}")
    if file != STANDARD_OUTPUT:
        refuse_own_file(watchlist, file, "an export", "newslake export")
    if columns is not None and Kind.DUCKDB in (format, file.suffix.lower().removeprefix(".")):
        raise UsageError(
            "--columns is for files of articles; a .duckdb file has whole tables",
            left="nothing was written",
            next=f"newslake export {file.with_suffix('.parquet')} --columns {columns}",
        )


def add_to(app: typer.Typer) -> None:
    for command in (schema, sources, export):
        app.command()(command)
