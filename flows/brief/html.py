"""Write a brief as one page of HTML that loads nothing and runs no script. Pure."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from flows.brief import words
from flows.brief.chart import drawn
from flows.brief.model import Brief
from flows.pages.templates import render
from flows.reports.gone import why_gone


def page_of(brief: Brief) -> str:
    """Return the page of a brief."""
    return render("brief", "brief.html", **_given(brief))


def within_page(brief: Brief) -> Markup:
    """Return a brief to stand in a page of the explorer, which has the style of pages and charts already."""
    return Markup(render("brief", "body.html", **_given(brief, within=True)))


def _given(brief: Brief, *, within: bool = False) -> dict[str, Any]:
    return {
        "brief": brief,
        "within": within,
        "title": words.title(brief),
        "heading": words.heading(brief),
        "summary": words.summary(brief),
        "sources_line": words.sources_line(brief),
        "more": words.more(brief),
        "counts_line": words.counts_line,
        "edit_words": words.edit_words,
        "noted": words.noted,
        "noted_story": words.noted_story,
        "why_gone": why_gone,
        "also_reported_story": words.also_reported_story,
        "meanings": words.MEANINGS,
        "chart": lambda part: Markup(drawn(part, with_style=not within)),
        "stories_shown": words.STORIES,
        "lines_shown": words.LINES,
        "outlets_shown": words.OUTLETS,
        "entries_shown": words.ENTRIES,
        "links_shown": words.LINKS,
    }
