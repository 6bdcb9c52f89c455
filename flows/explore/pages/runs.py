"""The pages of runs: all runs, and why each address of one ended as it did."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from typing import Any
from uuid import UUID

from flows.explore.asked import Asked, Reply
from flows.explore.downloads import Sheet, download, wanted
from flows.explore.render import Unknown
from flows.explore.render import page as rendered
from flows.explore.room import Corpus, Room
from warehouse.describe import column_values
from warehouse.explore.runs import (
    Ended,
    Wanted,
    count_runs,
    fetches_given,
    fetches_query,
    outcomes_of,
    run_query,
    runs_query,
)

SIZE, MOST_PAGES = 100, 100_000
# The columns of a list of runs that are shown beside its times and its state.
COUNTS = ("discovered", "loaded", "updated", "unchanged", "off_topic", "not_article", "http_errors", "network_errors", "failed")


def page(room: Room, asked: Asked, seconds: float) -> Reply:
    """Return the page of all runs, or of the one that is named."""
    return _one(room, asked) if asked.named else _all(room, asked)


def _all(room: Room, asked: Asked) -> Reply:
    number = asked.number("page", 1, MOST_PAGES)

    def read(corpus: Corpus) -> tuple[Sheet, int]:
        return Sheet.of(corpus.con, runs_query(), [SIZE, (number - 1) * SIZE]), count_runs(corpus.con)

    sheet, total = room.read(read)
    if wanted(asked):
        return download(asked, sheet, "runs")
    return rendered(
        "runs.html",
        asked,
        "Runs",
        runs=sheet.records(),
        total=total,
        counts=COUNTS,
        zone=room.zone,
        **_pages(asked, number, total),
    )


def _one(room: Room, asked: Asked) -> Reply:
    run_id = None
    with suppress(ValueError):
        run_id = UUID(asked.named)
    number = asked.number("page", 1, MOST_PAGES)

    def read(corpus: Corpus) -> tuple[list[dict[str, Any]], list[Ended], Sheet]:
        if run_id is None:
            return [], [], Sheet.made((), ())
        of_run = Wanted(run_id, *(asked.one(name) or None for name in ("outcome", "source", "reason")))
        given = fetches_given(of_run, (number - 1) * SIZE, SIZE)
        return (
            Sheet.of(corpus.con, run_query(), [run_id]).records(),
            outcomes_of(corpus.con, run_id),
            Sheet.of(corpus.con, fetches_query(), given),
        )

    runs, ended, sheet = room.read(read)
    if not runs:
        raise Unknown(f"there is no run {asked.named!r}", left="nothing was changed", next="open Runs, which lists all runs")
    if wanted(asked):
        return download(asked, sheet, "addresses")
    values = column_values()
    total = _matching(asked, ended)
    return rendered(
        "run.html",
        asked,
        f"Run of {runs[0]['started_at']:%Y-%m-%d %H:%M} UTC",
        run=runs[0],
        fetches=sheet.records(),
        outcomes=_counts(ended, "outcome"),
        sources=_counts(ended, "source"),
        reasons=_counts(ended, "reason"),
        of_sources=_of_sources(ended),
        meanings={one.value: one.meaning for name in ("fetches.outcome", "fetches.reason") for one in values[name]},
        total=total,
        zone=room.zone,
        **_pages(asked, number, total),
    )


def _matching(asked: Asked, ended: list[Ended]) -> int:
    """Return how many addresses have the outcome, source and reason that are asked for."""
    return sum(
        one.urls
        for one in ended
        if all(not asked.one(name) or getattr(one, name) == asked.one(name) for name in ("outcome", "source", "reason"))
    )


def _counts(ended: list[Ended], name: str) -> list[tuple[str, int]]:
    counts = Counter[str]()
    for one in ended:
        if value := getattr(one, name):
            counts[value] += one.urls
    return counts.most_common()


def _of_sources(ended: list[Ended]) -> list[tuple[str, list[tuple[str, int]]]]:
    """Return for each source how many of its addresses ended how."""
    by_source: dict[str, Counter[str]] = {}
    for one in ended:
        by_source.setdefault(one.source, Counter())[one.outcome] += one.urls
    return [(source, counts.most_common()) for source, counts in by_source.items()]


def _pages(asked: Asked, number: int, total: int) -> dict[str, Any]:
    return {
        "number": number,
        "before": asked.address(page=number - 1 if number > 2 else None) if number > 1 else None,
        "after": asked.address(page=number + 1) if number * SIZE < total else None,
        "first": (number - 1) * SIZE + 1,
    }
