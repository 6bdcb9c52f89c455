"""`newslake sql`, `schema`, `sources` and `export`: reading what was collected."""

from __future__ import annotations

import csv
import re
import sys
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.text import Text
from typer.core import TyperCommand

from flows.cli.console import (
    DEFAULT_CONFIG,
    STATE_STYLES,
    AsJson,
    Config,
    errors,
    output,
    plain,
    print_json,
    print_json_text,
    say,
    table,
)
from flows.reports.health import sparkline
from flows.watchlist import load_watchlist
from newslake.errors import UsageError
from newslake.text import spreadsheet, visible

if TYPE_CHECKING:
    import duckdb

    from warehouse.read import Relation, Value

MAX_TABLE_ROWS = 200
# Characters that a column of a table needs to be read.
NARROWEST = 9


# What no option looks like: `-- why` or `--why` with a line break behind it.
SQL_COMMENT = re.compile(r"--(\s|[^=\n]*\n)")


class SqlCommand(TyperCommand):
    """A query may begin with a comment, which click would read as an option."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if "--" not in args:
            queries = [arg for arg in args if SQL_COMMENT.match(arg)]
            if queries:
                args = [*(arg for arg in args if arg not in queries), "--", *queries]
        return super().parse_args(ctx, args)


class Format(StrEnum):
    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    MARKDOWN = "markdown"


def sql(
    query: Annotated[
        str | None, typer.Argument(help="A query; without one, an interactive shell. `-` reads it from standard input.")
    ] = None,
    config: Config = DEFAULT_CONFIG,
    format: Annotated[Format, typer.Option("--format", "-f", help="How to print the result.")] = Format.TABLE,
    as_json: AsJson = False,
    allow_files: Annotated[
        bool, typer.Option("--allow-files", help="Let the query read and write files and the network.")
    ] = False,
) -> None:
    """Ask questions of the corpus in SQL, also while a run is loading. Read-only.

    Example: [bold]newslake sql "SELECT source, count(*) FROM articles GROUP BY ALL ORDER BY 2 DESC"[/]
    """
    from warehouse.database.connect import open_reader

    watchlist = load_watchlist(config)
    shape = Format.JSON if as_json else format
    with open_reader(watchlist.warehouse, allow_files=allow_files) as con:
        if query is None and sys.stdin.isatty():
            from flows.cli.shell import run_shell

            run_shell(con, lambda text: show(con, text, shape, allow_files=allow_files))
        else:
            text = _from_stdin() if query is None or query == "-" else query
            show(con, text, shape, allow_files=allow_files)


def _from_stdin() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError:
        raise _not_utf8() from None


def _not_utf8() -> UsageError:
    return UsageError("the query is not UTF-8", left="nothing was run", next="save or type it as UTF-8")


EXAMPLE = '"SELECT source, title FROM articles ORDER BY published_at DESC LIMIT 10"'


def show(con: duckdb.DuckDBPyConnection, query: str, shape: Format, *, allow_files: bool = False) -> None:
    """Run one query and print its result."""
    import duckdb

    from warehouse.database.errors import storage_damage
    from warehouse.query import check_reads_only

    try:
        query.encode()
    except UnicodeEncodeError:  # bytes of the command line that are no text
        raise _not_utf8() from None
    try:
        statements = con.extract_statements(query) if allow_files else check_reads_only(con, query)
        if not statements:
            raise UsageError("there is no statement in this query", left="nothing was run", next=f"newslake sql {EXAMPLE}")
        for statement in statements[:-1]:
            earlier = con.execute(statement)
            if shape is Format.TABLE:
                _show_table(earlier, [column[0] for column in earlier.description or ()])
        result = con.execute(statements[-1])
        headers = [column[0] for column in result.description or ()]
        if shape is Format.TABLE:
            _show_table(result, headers)
            return
        rows: list[tuple[Any, ...]] = result.fetchall() if headers else []
    except duckdb.Error as error:
        if (lost := storage_damage(error, "answer the query", "nothing was changed")) is not None:
            raise lost from None
        raise UsageError(_in_words(error), left="nothing was changed", next=_next_step(error)) from None
    if shape is Format.CSV:
        writer = csv.writer(sys.stdout)
        writer.writerow([visible(header) for header in headers])
        writer.writerows([_cell(value) for value in row] for row in rows)
    elif shape is Format.MARKDOWN:
        typer.echo(f"| {' | '.join(_markdown(header) for header in headers)} |\n|{' --- |' * len(headers)}")
        for row in rows:
            typer.echo(f"| {' | '.join(_markdown(value) for value in row)} |")
    else:
        names = _distinct(headers)
        records = [dict(zip(names, row, strict=True)) for row in rows]
        if shape is Format.JSON:
            print_json(records)
        else:
            for record in records:
                typer.echo(print_json_text(record))


def _distinct(names: list[str]) -> list[str]:
    """Names for the columns of an object, as DuckDB makes them for a table: a, a_1, a_2."""
    taken, made = set(names), list[str]()
    for name in names:
        new, count = name, 0
        while new in made or (count and new in taken):
            count += 1
            new = f"{name}_{count}"
        made.append(new)
    return made


def _next_step(error: Exception) -> str:
    if "file system operations are disabled" in str(error) or "Permission Error" in str(error):
        return "newslake sql --allow-files, if the query is yours"
    return "mend the query; newslake schema  lists tables and columns"


def _in_words(error: Exception) -> str:
    """DuckDB's message, with the state of our house in place of its own where that would mislead."""
    message = str(error)
    if "read-only" in message.casefold():
        return f"`newslake sql` is read-only: {message.splitlines()[0]}"
    if "file system operations are disabled" in message or "Permission Error" in message:
        return f"{message.splitlines()[0]}\nQueries may not touch files or the network; --allow-files lets them."
    return message


def _markdown(value: object) -> str:
    """A cell: no HTML and no link of its own. As entities, which no backslash in front of them undoes."""
    return plain(value).replace("|", "\\|").replace("\n", " ").replace("<", "&lt;").replace("](", "]&#40;")


def _cell(value: object) -> object:
    """A value for a spreadsheet: text that would run as a formula is marked as text."""
    if isinstance(value, (list, tuple, dict)):
        value = print_json_text(value)
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, str):
        return spreadsheet(value)
    return value


def _show_table(result: duckdb.DuckDBPyConnection, headers: list[str]) -> None:
    if not headers:
        return
    rows = result.fetchmany(MAX_TABLE_ROWS + 1)
    if len(headers) * NARROWEST > output.width:
        for row in rows[:MAX_TABLE_ROWS]:  # a column a line, where they would be too narrow to read beside each other
            output.print(table(("column", "value"), [(name, _short(value)) for name, value in zip(headers, row, strict=True)]))
    else:
        output.print(table(headers, [[_short(value) for value in row] for row in rows[:MAX_TABLE_ROWS]]))
    if len(rows) > MAX_TABLE_ROWS:
        errors.print(f"The first {MAX_TABLE_ROWS} rows; --format csv or jsonl prints all.")


def _short(value: object, most: int = 400) -> str:
    text = plain(value)
    return text if len(text) <= most else f"{text[: most - 1]}…"


def schema(config: Config = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Print every table, view and column, with what it means.

    Example: [bold]newslake schema[/]
    """
    from warehouse.database.connect import open_reader
    from warehouse.read import column_values, describe

    with open_reader(load_watchlist(config).warehouse) as con:
        relations = describe(con)
    values = column_values()
    if as_json:
        print_json([_as_json(relation, values) for relation in relations])
        return
    for relation in relations:
        output.print(Text.assemble((relation.name, "bold"), f" ({relation.kind}): {relation.comment or ''}"))
        if relation.kind == "view":  # its own comment explains its columns, which cannot carry comments in DuckLake
            output.print(table(("column", "type"), [(c.name, c.type) for c in relation.columns]))
        else:
            output.print(table(("column", "type", "meaning"), [(c.name, c.type, c.comment) for c in relation.columns]))
        output.print()
    for column, listed in values.items():
        output.print(Text.assemble("Values of ", (column, "bold")))
        output.print(table(("value", "meaning"), [(one.value, one.meaning) for one in listed]))
        output.print()


def _as_json(relation: Relation, values: dict[str, tuple[Value, ...]]) -> dict[str, object]:
    columns = []
    for column in relation.columns:
        described: dict[str, object] = {"name": column.name, "type": column.type, "comment": column.comment}
        if listed := values.get(f"{relation.name}.{column.name}"):
            described["values"] = {one.value: one.meaning for one in listed}
        columns.append(described)
    return {"name": relation.name, "kind": relation.kind, "comment": relation.comment, "columns": columns}


SPARKLINE = "articles a day, 28 days"
# What fits on a screen; --json and the view source_health have all.
HEALTH_SHOWN = (
    "source",
    "state",
    SPARKLINE,
    "today",
    "usual_today",
    "last_success",
    "last_new_article",
    "failure_rate",
    "next_poll",
)


def sources(config: Config = DEFAULT_CONFIG, as_json: AsJson = False) -> None:
    """Show the health of each source: its state and why, articles a day, last success, last new article, failures, next poll.

    A source is judged by its own past, by weekday. ok; stale: nothing new; silent: its listings name nothing; failing: it
    does not answer, lost a feed, or its layout broke; blocked: a wall against robots or a question about cookies is in the way.

    Example: [bold]newslake sources --config watchlist.toml[/]
    """
    from flows.runs.set_aside import asides_line, runs_set_aside
    from flows.schedule.polling import next_polls_from
    from warehouse.database.connect import open_reader

    watchlist = load_watchlist(config)
    with open_reader(watchlist.warehouse) as con:
        result = con.execute("SELECT * FROM source_health ORDER BY source")
        headers = [column[0] for column in result.description or ()]
        rows = result.fetchall()
        polls = {poll.source: (poll.at, poll.why) for poll in next_polls_from(con, watchlist, datetime.now(UTC))}
    # A source that is no longer on the watchlist is polled no more.
    headers += ["next_poll", "why"]
    rows = [(*row, *polls.get(row[headers.index("source")], (None, "not on the watchlist"))) for row in rows]
    never = sorted({source.name for source in watchlist.sources} - {row[headers.index("source")] for row in rows})
    if as_json:
        print_json(
            [
                *(dict(zip(headers, row, strict=True)) for row in rows),
                *(
                    {"source": name, "state": "never collected", "next_poll": polls[name][0], "why": polls[name][1]}
                    for name in never
                ),
            ]
        )
        return
    health = [dict(zip(headers, row, strict=True)) for row in rows]
    output.print(table(HEALTH_SHOWN, [[_shown(source, name) for name in HEALTH_SHOWN] for source in health]))
    for source in health:
        if source["reason"]:
            since = f" since {source['since']:%Y-%m-%d %H:%M}" if source["state"] != "ok" else ""
            style = STATE_STYLES.get(source["state"], "bold")
            told = f"[bold]{escape(plain(source['source']))}[/] [{style}]{source['state']}{since}[/]"
            say(f"{told}: {escape(plain(source['reason']))}")
    for name in never:
        say(f"{escape(name)}: on the watchlist, never collected")
    if line := asides_line(runs_set_aside(watchlist.state)):
        say(f"[bold]Problem:[/] {line}")


def _shown(source: dict[str, Any], name: str) -> object:
    if name == SPARKLINE:
        return sparkline(source["days"])
    value = source[name]
    if name == "state":
        return Text(plain(value), STATE_STYLES.get(value, ""))
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value


def export(
    file: Annotated[Path, typer.Argument(help="The file to write: .duckdb, .parquet, .csv or .jsonl.")],
    config: Config = DEFAULT_CONFIG,
    topic: Annotated[str | None, typer.Option("--topic", help="Only articles that this topic selects.")] = None,
    since: Annotated[
        datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="Only articles published on this day or later.")
    ] = None,
) -> None:
    """Write the corpus as one file: .duckdb (all tables), .parquet, .csv or .jsonl (articles with their topics).

    Example: [bold]newslake export corpus.parquet --topic sanctions-and-un --since 2026-01-01[/]
    """
    from warehouse.database.connect import open_reader
    from warehouse.export import export as write

    watchlist = load_watchlist(config)
    if topic is not None and topic not in {known.name for known in watchlist.topics}:
        raise UsageError(
            f"unknown topic {topic!r}: the watchlist has {', '.join(t.name for t in watchlist.topics)}",
            left="nothing was written",
        )
    with open_reader(watchlist.warehouse, allow_files=True) as con:
        articles = write(con, file, topic=topic, since=since)
    say(f"Wrote {articles} articles to {escape(str(file))}.")


def add_to(app: typer.Typer) -> None:
    app.command(cls=SqlCommand)(sql)
    for command in (schema, sources, export):
        app.command()(command)
