"""Say in words where else an event is reported. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.reading.times import shown
from newslake.events.extra import is_installed
from newslake.text import counted, one_line

if TYPE_CHECKING:
    from warehouse.events.read import EventReport, Told

MOST_OUTLETS = 8
# What is said of events where the encoder of the extra is not installed.
WITHOUT_MEANING = (
    "Events are looked for by names, numbers and places only."
    " To compare what reports mean, too, install the extra: newslake[events]"
)


def proposed_by() -> str:
    """Return by what events are found here."""
    if is_installed():
        return "A proposal by names, numbers, places and meaning."
    return "A proposal by names, numbers and places; with newslake[events] installed, also by meaning."


def left_out(are_wanted: bool) -> list[str]:
    """Return what is to be said where events are wanted, and are found by less than they could be."""
    return [WITHOUT_MEANING] if are_wanted and not is_installed() else []


def also_reported(reports: Sequence[EventReport]) -> str:
    """Return in which languages and by which outlets other stories report the event of a story; "" if none does."""
    if not reports:
        return ""
    own = _primary(reports[0].of_language)
    languages = dict.fromkeys(name_of(report.language) for report in reports if _primary(report.language) != own)
    outlets = list(dict.fromkeys(one_line(report.source) for report in reports))
    named = [*outlets[:MOST_OUTLETS], *([f"{len(outlets) - MOST_OUTLETS} more"] if len(outlets) > MOST_OUTLETS else [])]
    where = f" in {_listed([each for each in languages if each])}" if any(languages) else ""
    return f"Also reported{where} by {_listed(named)}"


def reported(told: Told) -> str:
    """Return how many stories report an event, and in which languages."""
    languages = [name for name in map(name_of, told.languages or ()) if name]
    return f"Event with {counted(told.stories, 'story', 'stories')}" + (f" in {_listed(languages)}" if languages else "")


def report_row(report: EventReport, zone: ZoneInfo) -> tuple[str, ...]:
    """Return a report as cells: when, language, outlet, headline, and where it is."""
    when = shown(report.at, "day" if report.is_day else "minute", zone)
    where = f"{report.article_id}  {one_line(report.url)}"
    return (when, name_of(report.language), one_line(report.source), one_line(report.title), where)


def name_of(language: str | None) -> str:
    """Return the English name of a language; its code if it has none, "" if it is not known."""
    return _names().get(_primary(language), one_line(language or ""))


def _primary(language: str | None) -> str:
    return (language or "").lower().replace("_", "-").partition("-")[0]


@cache
def _names() -> dict[str, str]:
    from babel import Locale

    return dict(Locale("en").languages)


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
