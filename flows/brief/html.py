"""Write a brief as one page of HTML that loads nothing and runs no script. Pure."""

from __future__ import annotations

from markupsafe import Markup

from flows.brief import words
from flows.brief.chart import drawn
from flows.brief.model import Brief, Part
from flows.pages.templates import render


def page_of(brief: Brief) -> str:
    """Return the page of a brief."""
    return render(
        "brief",
        "brief.html",
        brief=brief,
        title=words.title(brief),
        heading=words.heading(brief),
        summary=words.summary(brief),
        sources_line=words.sources_line(brief),
        more=words.more(brief),
        counts_line=words.counts_line,
        edit_words=words.edit_words,
        late_line=words.late_line,
        chart=_chart,
        stories_shown=words.STORIES,
        lines_shown=words.LINES,
        outlets_shown=words.OUTLETS,
    )


def _chart(part: Part) -> Markup:
    return Markup(drawn(part))
