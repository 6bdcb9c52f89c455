"""Make the pages of the explorer from templates, those of errors included. Values are text unless a template says otherwise."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote

from jinja2 import Environment

from flows.explore.asked import Asked, Reply, address, place
from flows.pages.templates import environment, style
from flows.reading.events import proposed_by
from flows.reports import next_step
from newslake.charts.draw import style as chart_style
from newslake.errors import (
    ArticleUnknown,
    CaptureError,
    NewslakeError,
    QueryStopped,
    UsageError,
    WarehouseBusy,
    WarehouseMissing,
    WarehouseOutdated,
    brief,
)
from newslake.text import terminal

# What the pages are called in the menu, with their addresses.
MENU = (("Search", "/"), ("Topics", "/topics"), ("Brief", "/brief"), ("Sources", "/sources"), ("Runs", "/runs"), ("SQL", "/sql"))
_BUSY = (QueryStopped, WarehouseBusy, WarehouseMissing, WarehouseOutdated)


@cache
def _environment() -> Environment:
    made = environment("explore").overlay()
    made.filters.update(safe_text=terminal, path_of=lambda text: quote(str(text), safe=""))
    made.globals.update(menu=MENU, place=place, address=address, proposed_by=proposed_by)
    return made


def page(template: str, asked: Asked | None, title: str, status: int = 200, **given: Any) -> Reply:
    """Return the page that a template makes of values."""
    text = _environment().get_template(f"explore/{template}").render(asked=asked, title=title, **given)
    # Half of a character, which pages of the web contain, cannot be sent.
    return Reply(text.encode(errors="replace"), status)


@cache
def stylesheet() -> bytes:
    """Return the style of all pages and charts, as a file."""
    own = (files("flows.explore") / "static" / "explore.css").read_text("utf-8")
    return "\n".join((style(), chart_style(), own)).encode()


def error_page(status: int, happened: str, next: str = "", left: str = "", asked: Asked | None = None) -> Reply:
    """Return a page that says what happened, what state is left and what to do."""
    titles = {400: "This cannot be shown", 404: "Not found", 401: "Who is there?", 503: "Not now", 504: "This takes too long"}
    return page("error.html", asked, titles.get(status, "An error"), status, happened=happened, left=left, next=next)


def error_reply(error: BaseException, asked: Asked | None = None) -> Reply:
    """Return the page of an error."""
    if isinstance(error, MemoryError):
        error = QueryStopped(
            "this page needs more memory than it may take",
            left="nothing was changed",
            next="ask for less: a shorter stretch of time, fewer sources, a LIMIT",
        )
    if not isinstance(error, NewslakeError):
        from newslake.secrecy import redacted_traceback

        sys.stderr.write(redacted_traceback(error))
        return error_page(500, f"the explorer stumbled: {brief(error)}", "go back; if it repeats, report it with this message")
    status = 404 if isinstance(error, ArticleUnknown | CaptureError | Unknown) else 400 if isinstance(error, UsageError) else 500
    status = 503 if isinstance(error, _BUSY) else status
    next = error.next or ""
    if isinstance(error, WarehouseMissing):
        next = next_step.or_demo(next)
    return error_page(status, error.happened, next_step.with_config(next), error.left or "", asked)


class Unknown(UsageError):
    """What the address of a page names is not there."""


def nearest(what: str, name: str, known: Iterable[str], listing: str) -> Unknown:
    """Return the error that says that there is no such thing, and which names are near."""
    from difflib import get_close_matches

    near = get_close_matches(name, list(known), n=3)
    meant = f": did you mean {' or '.join(near)}?" if near else ""
    next = f"open {listing}, which lists those that there are"
    return Unknown(f"there is no {what} {name!r}{meant}", left="nothing was changed", next=next)
