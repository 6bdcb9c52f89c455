"""Write a brief as a message. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from flows.brief import words
from flows.brief.model import Absence, Brief, Edit, Part, Story
from flows.messages.letter import Item, Letter, Section
from flows.reports.gone import why_gone

# Of a topic; the page has more, and is attached where a service takes files.
STORIES, OTHERS, OUTLETS = 15, 10, 6


def letter_of(brief: Brief) -> Letter:
    """Return a brief as a message: the best stories of each topic, edits, take-downs, and the health of the sources."""
    period = f"{words.period(brief)}."
    if brief.is_empty:
        return Letter(_title(brief), f"{words.summary(brief)} {period}")
    sections = [section for part in brief.parts if not part.is_empty for section in _sections(part, brief)]
    if quiet := ", ".join(part.name for part in brief.parts if part.is_empty):
        sections.append(Section("", f"Nothing new on {quiet}."))
    troubles = tuple(Item(f"{one.source} is {one.state}: {one.reason}") for one in brief.troubles[:OTHERS])
    sections.append(Section("Sources", items=troubles, more=words.sources_line(brief)))
    return Letter(
        _title(brief), f"{words.summary(brief)} {period}", tuple(sections), (words.MEANINGS, f"All of it: {words.more(brief)}")
    )


def _title(brief: Brief) -> str:
    what = words.counts(brief.counts) or "nothing new"
    return f"brief of {brief.until.astimezone(brief.zone):%A, %Y-%m-%d}: {what}"


def _sections(part: Part, brief: Brief) -> Iterator[Section]:
    yield Section(
        part.name,
        " ".join(filter(None, (words.counts_line(part), f"{listed}." if (listed := words.listed_line(part)) else ""))),
        tuple(_story(story, brief) for story in part.stories[:STORIES]),
        _rest(len(part.stories) - STORIES, "more stories", "more story"),
    )
    for name, items, count in (
        ("Edited", tuple(_edit(one, part, brief) for one in part.edits[:OTHERS]), len(part.edits)),
        ("Taken down, or back", tuple(_absence(one, brief) for one in part.absences[:OTHERS]), len(part.absences)),
    ):
        if items:
            yield Section(f"{part.name}: {name.lower()}", items=items, more=_rest(count - OTHERS, "more", "more"))


def _rest(count: int, several: str, one: str) -> str:
    return f"And {count:,} {one if count == 1 else several}." if count > 0 else ""


def _story(story: Story, brief: Brief) -> Item:
    outlets = [f"{report.source} {words.when_reported(report, brief.zone)}" for report in story.outlets[:OUTLETS]]
    if len(story.outlets) > OUTLETS:
        outlets.append(f"and {len(story.outlets) - OUTLETS} more")
    return Item(story.lead.title, story.lead.url, (" · ".join(outlets), story.beginning, words.noted_story(story, brief)))


def _edit(edit: Edit, part: Part, brief: Brief) -> Item:
    before = f"before: {edit.title_before}" if edit.title_before and edit.title_before != edit.title else ""
    lost = words.LOST if part.name in edit.lost_topics else ""
    seen = f"{edit.source}, {words.edit_seen(edit, brief.zone)}"
    return Item(
        edit.title, edit.url, (seen, before, lost, words.noted(brief, [edit.article_id])), f"newslake diff {edit.article_id}"
    )


def _absence(one: Absence, brief: Brief) -> Item:
    lines = (
        f"{one.source}, {words.gone_or_back(one, brief.zone)}{why_gone(one.reason)}",
        words.noted(brief, [one.article_id]),
    )
    return Item(one.title, one.url, lines, f"newslake page {one.article_id}")
