"""Summarise a run: outcomes by source, in a table, in lines or in Markdown. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from flows.reports.health import change_line
from flows.runs.set_aside import aside_line
from newslake.outcomes import Outcome
from newslake.text import markdown

if TYPE_CHECKING:
    from flows.collect import Collected
    from warehouse.records import LoadReport


def outcome_rows(outcomes: Mapping[str, Mapping[str, int]]) -> tuple[list[str], list[list[str]]]:
    """Return headers and rows of a table of sources by outcome with totals in the last row; omits outcomes that did not occur."""
    seen = [o.value for o in Outcome if any(counts.get(o.value) for counts in outcomes.values())]
    rows = [
        [source, *(str(counts.get(name, 0) or "·") for name in seen), str(sum(counts.values()))]
        for source, counts in sorted(outcomes.items())
    ]
    totals = [sum(counts.get(name, 0) for counts in outcomes.values()) for name in seen]
    return ["source", *seen, "URLs"], [*rows, ["all", *map(str, totals), str(sum(totals))]]


def edits(load: LoadReport) -> str:
    """Return how many revisions are not the first of their article, in words."""
    count = max(0, load.new_revisions - load.new_articles)
    return f"{count} edit{'' if count == 1 else 's'} of articles"


def summary_line(collected: Collected) -> str:
    """Return the summary as one line, for the log of `newslake serve`."""
    load = collected.load
    failed = f"; failed sources: {', '.join(sorted(collected.failed_sources))}" if collected.failed_sources else ""
    return (
        f"{collected.state}: {load.new_articles} new articles, {edits(load)},"
        f" {load.articles} articles in all{failed} (run {collected.run_id})"
    )


def gone_lines(load: LoadReport) -> list[str]:
    """Return what a run found taken down and what came back, each with the query that lists it."""
    lines = []
    for count, what, column in ((load.taken_down, "taken down", "run_id"), (load.came_back, "put back", "back_run_id")):
        if count:
            articles = "1 article was" if count == 1 else f"{count} articles were"
            lines.append(f"{articles} {what}: newslake sql \"FROM takedowns WHERE {column} = '{load.run_id}'\"")
    return lines


def summary_lines(collected: Collected) -> list[str]:
    """Return the summary line, and lines for take-downs, changes of a source's health, runs set aside and warnings."""
    return [
        summary_line(collected),
        *(line for load in (*collected.recovered, collected.load) for line in gone_lines(load)),
        *map(change_line, collected.changes),
        *map(aside_line, collected.set_aside),
        *collected.warnings,
    ]


def summary_markdown(collected: Collected) -> str:
    """Return the summary as Markdown, for Prefect's artifact."""
    load = collected.load
    headers, rows = outcome_rows(load.outcomes)
    table = [f"| {' | '.join(headers)} |", f"|{' --- |' * len(headers)}"]
    table += [f"| {' | '.join(row)} |" for row in rows]
    lines = [
        f"Run `{collected.run_id}`: **{collected.state}**, {load.new_articles} new articles, {edits(load)},"
        f" {load.articles} articles in all, {collected.crawl.seconds:.0f} s of crawl.",
        "",
        *table,
    ]
    if collected.failed_sources:
        lines += ["", "Failed sources:", ""]
        lines += [f"- {markdown(source)}: {markdown(why)}" for source, why in sorted(collected.failed_sources.items())]
    lines += [line for told in gone_lines(load) for line in ("", markdown(told))]
    if collected.changes:
        lines += ["", "Changes in the health of sources:", ""]
        lines += [f"- {markdown(change_line(change))}" for change in collected.changes]
    lines += [line for aside in collected.set_aside for line in ("", markdown(aside_line(aside)))]
    lines += [line for warning in collected.warnings for line in ("", markdown(warning))]
    if collected.recovered:
        lines += ["", f"{len(collected.recovered)} interrupted run(s) were finished first."]
    return "\n".join(lines)
