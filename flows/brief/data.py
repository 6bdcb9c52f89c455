"""Write a brief as JSON. Pure."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flows.brief import words
from flows.brief.model import Absence, Brief, Edit, OnList, Report, Story
from warehouse.notes.read import UNMARKED


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
                "stories": [_story(story, brief) for story in part.stories],
                "edits": [_with_notes(edit, brief) for edit in part.edits],
                "absences": [_with_notes(one, brief) for one in part.absences],
                "late": part.late,
                "names": [asdict(one) for one in part.names],
                "listed": [_on_list(one) for one in part.listed],
                "days": [
                    {"day": day, "articles": articles, "usual": usual}
                    for day, articles, usual in zip(part.past.days, part.past.articles, part.past.usual, strict=True)
                ],
            }
            for part in brief.parts
        ],
        "sources": {"watched": brief.sources, "in_trouble": [asdict(trouble) for trouble in brief.troubles]},
    }


def _on_list(one: OnList) -> dict[str, Any]:
    articles = [{name: getattr(report, name) for name in ("article_id", "source", "title", "url")} for report in one.reports]
    return {"entity": one.entity, "lists": list(one.lists), "articles": articles}


def _story(story: Story, brief: Brief) -> dict[str, Any]:
    given = asdict(story)
    given["event"] = [asdict(report) for report in brief.events.get(story.story_id, ())]
    return given | {name: [_with_notes(report, brief) for report in getattr(story, name)] for name in ("reports", "outlets")}


def _with_notes(one: Report | Edit | Absence, brief: Brief) -> dict[str, Any]:
    """Return what is known of an article, with how many notes are on it, and their tags."""
    marks = brief.marks.get(one.article_id, UNMARKED)
    return asdict(one) | {"notes": marks.notes, "note_tags": list(marks.tags)}
