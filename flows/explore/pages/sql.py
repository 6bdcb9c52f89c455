"""The page of SQL: a query, its answer as a table or a chart, examples, and the tables that there are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pyarrow as pa

from flows.answers.values import plain
from flows.explore.asked import Asked, Reply
from flows.explore.charts import Drawn, drawn
from flows.explore.downloads import Sheet, download, wanted
from flows.explore.render import page as rendered
from flows.explore.room import Room
from flows.search.in_sql import prepare
from newslake.charts.model import Kind, chart_of
from newslake.errors import NewslakeError, QueryStopped, UsageError
from newslake.text import cut
from warehouse.describe import BOOKKEEPING, Relation, describe
from warehouse.query import Session, open_session, stoppable

SIZES = (200, 1_000, 10_000)
CELL = 600  # characters of a value that a table shows
EXAMPLES = (
    ("Articles by source", "SELECT source, count(*) AS articles FROM articles GROUP BY ALL ORDER BY 2 DESC"),
    ("Days of each topic", "SELECT day, topic, articles FROM timeline WHERE day > current_date - 60 ORDER BY day"),
    ("Stories of several outlets", "SELECT title, sources, copies, span FROM stories WHERE sources > 1 ORDER BY sources DESC"),
    (
        "What a search finds",
        "SELECT score, source, title, snippet FROM search('oil OR coal') JOIN articles USING (article_id) ORDER BY score DESC",
    ),
    (
        "Edits of headlines",
        "SELECT edited_at, source, title_before, title_after FROM edits WHERE title_changed ORDER BY edited_at DESC",
    ),
    (
        "Why addresses gave nothing",
        "SELECT source, outcome, reason, sum(urls)::BIGINT AS urls FROM fetches GROUP BY ALL ORDER BY 4 DESC",
    ),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A value as a table shows it; `kind` is the class of the cell."""

    text: str
    kind: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class _Result:
    sheet: Sheet
    has_more: bool
    remarks: tuple[str, ...]


def page(room: Room, asked: Asked, seconds: float) -> Reply:
    """Return the page of SQL. A query that the page of another site asks for is shown and not run."""
    query = asked.one("query")
    if not query or asked.is_foreign:
        relations = room.read(lambda corpus: describe(corpus.con))
        return _shown(asked, relations=[one for one in relations if one.name not in BOOKKEEPING])
    is_file = wanted(asked)
    try:
        most = asked.number("n", SIZES[0], SIZES[-1])
        kind = _kind(asked.one("chart"))
        result = _run(room, asked, query, most, seconds)
        if is_file:
            return download(asked, result.sheet, "answer")
        chart = _chart(kind, result) if kind and result.sheet.headers else None
    except (UsageError, QueryStopped) as error:
        if is_file:
            raise
        return _shown(asked, error=error, status=400 if isinstance(error, UsageError) else 503)
    return _shown(asked, result=result, most=most, chart=chart)


def _kind(written: str) -> Kind | None:
    if written not in ("", *Kind):
        raise UsageError(f"a chart is line or bar, not {written[:40]!r}", left="nothing was run", next="choose one of the two")
    return Kind(written) if written else None


def _run(room: Room, asked: Asked, query: str, most: int, seconds: float) -> _Result:
    remarks: list[str] = []

    def prepared(con: duckdb.DuckDBPyConnection, sql: str) -> None:
        remarks.extend(prepare(con, sql))

    location = room.watchlist.warehouse
    with open_session(location, room.limits, prepare=prepared) as session, stoppable(session.con, seconds):
        session.con.execute(f"SET TimeZone = '{room.watchlist.schedule.timezone}'")
        answer = None
        for count, answer in enumerate(session.answers(query), start=1):  # noqa: B007
            pass
        if answer is None:
            raise UsageError("there is no statement in this query", left="nothing was run", next="SELECT … FROM articles")
        if count > 1:
            remarks.append(f"of {count} statements the answer of the last one is shown.")
        if not answer.headers:
            return _Result(Sheet([], [], pa.table({})), False, (*remarks, "The statement has no answer."))
        sheet = _typed(session, most) if asked.one("download") in ("xlsx", "parquet") else None
        rows = list(answer.rows(most + 1)) if sheet is None else []
        made = sheet or Sheet(answer.headers, rows[:most], pa.table({}))
        return _Result(made, len(rows) > most, tuple(remarks))


def _typed(session: Session, most: int) -> Sheet:
    """Return the first rows of the open answer as columns with their types."""
    with session.errors_in_words():
        reader = session.con.to_arrow_reader(1_000)
        table = pa.Table.from_batches(_first(reader, most), reader.schema)
    return Sheet(list(table.column_names), [], table)


def _first(reader: pa.RecordBatchReader, most: int) -> Iterator[pa.RecordBatch]:
    left = most
    for batch in reader:
        yield batch.slice(0, left)
        left -= min(left, batch.num_rows)
        if not left:
            return


def _chart(kind: Kind, result: _Result) -> Drawn:
    return drawn(chart_of(kind, result.sheet.headers, result.sheet.rows))


def _shown(
    asked: Asked,
    *,
    relations: list[Relation] | None = None,
    result: _Result | None = None,
    most: int = SIZES[0],
    chart: Drawn | None = None,
    error: NewslakeError | None = None,
    status: int = 200,
) -> Reply:
    rows = [[_cell(value) for value in row] for row in result.sheet.rows] if result else []
    return rendered(
        "sql.html",
        asked,
        "SQL",
        status,
        relations=relations,
        examples=EXAMPLES,
        sizes=SIZES,
        kinds=tuple(Kind),
        error=error,
        result=result,
        rows=rows,
        most=most,
        chart=chart,
        is_cut=any(len(cell.text) > CELL for row in rows for cell in row),
    )


def _cell(value: Any) -> Cell:
    if value is None:
        return Cell("NULL", "null")
    text = cut(plain(value), CELL + 1)
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return Cell(text, "n")
    if isinstance(value, (datetime, date)):
        return Cell(text, "t")
    return Cell(text, "", value if isinstance(value, str) else None)
