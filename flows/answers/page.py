"""Write rows as a page of HTML that needs nothing else. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import Any, TextIO

from flows.answers.values import plain

STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .35rem .6rem; text-align: left;
  vertical-align: top; overflow-wrap: anywhere; white-space: pre-wrap; }
th { position: sticky; top: 0; background: Canvas; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.t { white-space: nowrap; }
.null { opacity: .5; }
"""
HEAD = """<!DOCTYPE html>
<html>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
"""
TAIL = "</body>\n</html>\n"


def write_page(headers: Sequence[str], rows: Iterable[Sequence[Any]], out: TextIO, title: str = "newslake") -> None:
    """Write a page with one table, row by row. Addresses become links, and everything else is text."""
    out.write(HEAD.format(title=escape(title), style=STYLE))
    write_table(headers, rows, out)
    out.write(TAIL)


def write_table(headers: Sequence[str], rows: Iterable[Sequence[Any]], out: TextIO) -> None:
    """Write a table of HTML, row by row."""
    if not headers:
        return
    out.write(f"<table>\n<thead><tr>{''.join(f'<th>{escape(plain(header))}</th>' for header in headers)}</tr></thead>\n<tbody>\n")
    for row in rows:
        out.write(f"<tr>{''.join(map(_cell, row))}</tr>\n")
    out.write("</tbody>\n</table>\n")


def _cell(value: object) -> str:
    if value is None:
        return '<td class="null">NULL</td>'
    text = escape(plain(value))
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return f'<td class="n">{text}</td>'
    if isinstance(value, (datetime, date)):
        return f'<td class="t">{text}</td>'
    if isinstance(value, str) and value.startswith(("http://", "https://")) and not any(map(str.isspace, value)):
        return f'<td><a href="{text}" rel="noreferrer noopener">{text}</a></td>'
    return f"<td>{text}</td>"
