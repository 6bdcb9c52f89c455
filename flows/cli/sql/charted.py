"""Draw the answer to a query as a chart, in a file of SVG or a page of HTML with its numbers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from flows.answers.formats import Answer
from flows.answers.page import HEAD, STYLE, TAIL, write_table
from flows.cli.console import errors
from newslake.charts import Chart, Kind, chart_of, svg
from newslake.disk import write_whole
from newslake.errors import UsageError
from newslake.text import terminal

ENDINGS = (".svg", ".html")
MOST_ROWS = 50_000


def check_file(file: Path | None) -> Path:
    """Return the file of a chart.

    Raises:
        UsageError: no file is given, or its name ends in neither .svg nor .html.
    """
    if file is None or file.suffix.lower() not in ENDINGS:
        what = "a chart goes to a file" if file is None else f"a chart is a .svg or .html file, not {file.name}"
        raise UsageError(what, left="nothing was run", next="add --output chart.svg, or --output chart.html")
    return file


def draw(answer: Answer, kind: Kind, file: Path, title: str | None = None) -> None:
    """Draw an answer, and say on standard error what is left out. The file is written whole or not at all.

    Raises:
        UsageError: there is nothing to draw; the message says why.
    """
    from warehouse.database.errors import translated

    rows = list(answer.rows(MOST_ROWS + 1))
    if len(rows) > MOST_ROWS:
        raise UsageError(
            f"the answer has more than {MOST_ROWS:,} rows, too many for a chart",
            left="nothing was drawn",
            next="count or average by day: GROUP BY ALL, LIMIT",
        )
    chart = chart_of(kind, answer.headers, rows, title)
    text = svg(chart) if file.suffix.lower() == ".svg" else page(chart, answer.headers, rows)
    with translated(f"write {file}", f"{file} is as it was before"):
        write_whole(file, text.encode(), durable=False)
    if chart.notes:
        errors.print(f"Note: {terminal('; '.join(chart.notes))}.", highlight=False, markup=False, soft_wrap=True)


def page(chart: Chart, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    """Return a page of HTML with the chart and all its numbers."""
    out = io.StringIO()
    out.write(HEAD.format(title=escape(terminal(chart.title)), style=STYLE))
    out.write(f'<figure style="margin:0 0 2rem">\n{svg(chart)}</figure>\n')
    write_table(headers, rows, out)
    out.write(TAIL)
    return out.getvalue()
