"""Summarise a run: outcomes by source, in a table, in lines or in Markdown. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flows.reports.health import change_line
from flows.runs.set_aside import aside_line
from newslake.outcomes import Outcome
from newslake.text import counted, markdown

if TYPE_CHECKING:
    from flows.collect import Collected
    from warehouse.records import LoadReport


# Sources, or lines of one kind, that a summary shows; a watchlist may have thousands.
MOST = 40


def outcome_rows(outcomes: Mapping[str, Mapping[str, int]], most: int = MOST) -> tuple[list[str], list[list[str]]]:
    """Return headers and rows of a table of sources by outcome with totals in the last row; omits outcomes that did not occur.

    Args:
        most: sources to show: those with news, then those with failures. A row counts the others, which are in the totals.
    """
    seen = [o.value for o in Outcome if any(counts.get(o.value) for counts in outcomes.values())]
    shown = sorted(outcomes) if len(outcomes) <= most else sorted(sorted(outcomes, key=lambda s: _telling(outcomes[s]))[:most])
    rows = [
        [source, *(str(outcomes[source].get(name, 0) or "·") for name in seen), str(sum(outcomes[source].values()))]
        for source in shown
    ]
    if len(shown) < len(outcomes):
        rest = [outcomes[source] for source in outcomes.keys() - set(shown)]
        sums = [sum(counts.get(name, 0) for counts in rest) for name in seen]
        rows.append([f"and {len(rest)} more", *(str(count or "·") for count in sums), str(sum(sums))])
    totals = [sum(counts.get(name, 0) for counts in outcomes.values()) for name in seen]
    return ["source", *seen, "URLs"], [*rows, ["all", *map(str, totals), str(sum(totals))]]


def _telling(counts: Mapping[str, int]) -> tuple[int, int]:
    """Sort sources with news first, then those with failures."""
    news = sum(counts.get(outcome, 0) for outcome in (Outcome.LOADED, Outcome.UPDATED))
    return -news, -sum(counts.get(outcome, 0) for outcome in (Outcome.FAILED, Outcome.HTTP_ERROR, Outcome.NETWORK_ERROR))


def brief_list(lines: Sequence[str], what: str, most: int = MOST) -> list[str]:
    """Return the first lines, and how many more there are of `what`."""
    return [*lines[:most], f"and {len(lines) - most} more {what}: newslake sources"] if len(lines) > most else list(lines)


def edits(load: LoadReport) -> str:
    """Return how many revisions are not the first of their article, in words."""
    count = max(0, load.new_revisions - load.new_articles)
    return f"{count} edit{'' if count == 1 else 's'} of articles"


def gained(load: LoadReport) -> str:
    """Return how many articles are new, in words."""
    return counted(load.new_articles, "new article")


def copies(load: LoadReport) -> str:
    """Return how many copies are new, in words."""
    return counted(load.new_copies, "new copy", "new copies")


def in_all(load: LoadReport) -> str:
    """Return how many articles the warehouse holds, in words."""
    return f"{counted(load.articles, 'article')} in all"


def summary_line(collected: Collected) -> str:
    """Return the summary as one line, for the log of `newslake serve`."""
    load = collected.load
    failed = f"; failed sources: {_names(collected.failed_sources)}" if collected.failed_sources else ""
    return f"{collected.state}: {gained(load)}, {edits(load)}, {in_all(load)}{failed} (run {collected.run_id})"


def gone_lines(load: LoadReport) -> list[str]:
    """Return what a run found taken down and what came back, each with the query that lists it."""
    lines = []
    for count, what, column in ((load.taken_down, "taken down", "run_id"), (load.came_back, "put back", "back_run_id")):
        if count:
            articles = "1 article was" if count == 1 else f"{count} articles were"
            lines.append(f"{articles} {what}: newslake sql \"FROM takedowns WHERE {column} = '{load.run_id}'\"")
    return lines


def _names(sources: Mapping[str, str]) -> str:
    shown = sorted(sources)[:MOST]
    return ", ".join(shown) + (f" and {len(sources) - len(shown)} more" if len(sources) > len(shown) else "")


def source_lines(collected: Collected) -> list[tuple[str, bool]]:
    """Return a line for each source that was asked, with what became of its URLs, and whether it failed."""
    lines = []
    for source in sorted({*collected.sources, *collected.load.outcomes, *collected.failed_sources}):
        counts = [f"{count:,} {outcome}" for outcome, count in collected.load.outcomes.get(source, {}).items() if count]
        why = collected.failed_sources.get(source)
        said = [f"failed: {why}"] if why else []
        if counts:
            said.append(", ".join(counts))
        lines.append((f"{source}: {'; '.join(said) or 'no URLs'}", bool(why)))
    return lines


def summary_lines(collected: Collected) -> list[str]:
    """Return the summary line, and lines for take-downs, changes of a source's health, runs set aside and warnings."""
    return [
        summary_line(collected),
        *(line for load in (*collected.recovered, collected.load) for line in gone_lines(load)),
        *brief_list([change_line(change) for change in collected.changes], "changes of sources"),
        *map(aside_line, collected.set_aside),
        *collected.told.lines,
        *collected.warnings,
    ]


def summary_markdown(collected: Collected) -> str:
    """Return the summary as Markdown, for Prefect's artifact."""
    load = collected.load
    headers, rows = outcome_rows(load.outcomes)
    table = [f"| {' | '.join(headers)} |", f"|{' --- |' * len(headers)}"]
    table += [f"| {' | '.join(row)} |" for row in rows]
    lines = [
        f"Run `{collected.run_id}`: **{collected.state}**, {gained(load)}, {edits(load)},"
        f" {in_all(load)}, {collected.crawl.seconds:.0f} s of crawl.",
        "",
        *table,
    ]
    if collected.failed_sources:
        lines += ["", "Failed sources:", ""]
        failed = [f"{markdown(source)}: {markdown(why)}" for source, why in sorted(collected.failed_sources.items())]
        lines += [f"- {line}" for line in brief_list(failed, "failed sources")]
    lines += [line for told in gone_lines(load) for line in ("", markdown(told))]
    if collected.changes:
        lines += ["", "Changes in the health of sources:", ""]
        changes = [markdown(change_line(change)) for change in collected.changes]
        lines += [f"- {line}" for line in brief_list(changes, "changes of sources")]
    lines += [line for aside in collected.set_aside for line in ("", markdown(aside_line(aside)))]
    lines += [line for told in collected.told.lines for line in ("", markdown(told))]
    lines += [line for warning in collected.warnings for line in ("", markdown(warning))]
    if collected.recovered:
        lines += ["", f"{len(collected.recovered)} interrupted run(s) were finished first."]
    return "\n".join(lines)
