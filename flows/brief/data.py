"""Write a brief as JSON. Pure."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flows.brief import words
from flows.brief.model import Brief


def data_of(brief: Brief) -> dict[str, Any]:
    """Return a brief as plain data: every story, edit and take-down of every topic."""
    return {
        "since": brief.since,
        "until": brief.until,
        "timezone": brief.zone.key,
        "summary": words.summary(brief),
        "counts": dict(brief.counts),
        "topics": [
            {
                "name": part.name,
                "counts": dict(part.counts),
                "stories": [asdict(story) for story in part.stories],
                "edits": [asdict(edit) for edit in part.edits],
                "absences": [asdict(one) for one in part.absences],
                "late": part.late,
                "days": [
                    {"day": day, "articles": articles, "usual": usual}
                    for day, articles, usual in zip(part.past.days, part.past.articles, part.past.usual, strict=True)
                ],
            }
            for part in brief.parts
        ],
        "sources": {"watched": brief.sources, "in_trouble": [asdict(trouble) for trouble in brief.troubles]},
    }
