"""Put results into words for people: summaries of runs, the health of sources, differences between texts, notifications.

The names below are loaded on first use: a summary needs no notification service, and a notification no summary.
"""

from typing import TYPE_CHECKING

from newslake.lazy import lazy_names

if TYPE_CHECKING:
    from flows.reports.diff import Span, paragraphs, words
    from flows.reports.health import change_line, health_markdown, sparkline
    from flows.reports.notify import check_addresses, notify_changes, notify_load, notify_set_aside, send
    from flows.reports.summary import outcome_rows, summary_line, summary_lines, summary_markdown

__all__ = [
    "Span",
    "change_line",
    "check_addresses",
    "health_markdown",
    "notify_changes",
    "notify_load",
    "notify_set_aside",
    "outcome_rows",
    "paragraphs",
    "send",
    "sparkline",
    "summary_line",
    "summary_lines",
    "summary_markdown",
    "words",
]

_HOMES = {
    "Span": ".diff",
    "paragraphs": ".diff",
    "words": ".diff",
    "change_line": ".health",
    "health_markdown": ".health",
    "sparkline": ".health",
    "check_addresses": ".notify",
    "notify_changes": ".notify",
    "notify_load": ".notify",
    "notify_set_aside": ".notify",
    "send": ".notify",
    "outcome_rows": ".summary",
    "summary_line": ".summary",
    "summary_lines": ".summary",
    "summary_markdown": ".summary",
}

if not TYPE_CHECKING:
    __getattr__ = lazy_names(__name__, _HOMES)
