"""Define a brief as a value, which each format writes in its own way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from warehouse.events.read import EventReport
    from warehouse.notes.read import Marks

# Each kind of news: one of it, and several.
KINDS = {
    "article": ("new article", "new articles"),
    "copy": ("new copy", "new copies"),
    "edit": ("edit", "edits"),
    "takedown": ("take-down", "take-downs"),
    "return": ("return", "returns"),
}


@dataclass(frozen=True, slots=True)
class Report:
    """An article of a story.

    Attributes:
        at: when it was reported; `is_day` if only the day is known.
        lag_seconds: since the first report of the story.
        kind: the kind of copy that it is of the first report; None for that one.
        is_new: it came into the corpus in the time of the brief.
    """

    article_id: UUID
    source: str
    title: str
    url: str
    at: datetime
    is_day: bool
    lag_seconds: int
    kind: str | None
    is_new: bool
    gone_at: datetime | None


@dataclass(frozen=True, slots=True)
class Story:
    """A story with something new in it.

    Attributes:
        reports: its articles in the order of their reports; the first is the lead.
        outlets: the first report of each outlet, in order.
        new: how many of its articles are new.
        latest: when the latest of them was seen.
        is_developing: it began before the time of the brief.
        score: its rank; see `flows.brief.rank`.
        beginning: how the lead begins.
    """

    story_id: UUID
    reports: tuple[Report, ...]
    outlets: tuple[Report, ...]
    new: int
    latest: datetime
    is_developing: bool
    score: float
    language: str | None = None
    authors: tuple[str, ...] = ()
    beginning: str = ""

    @property
    def lead(self) -> Report:
        return self.reports[0]


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit of an article. `lost_topics`: those whose words it took out."""

    article_id: UUID
    source: str
    url: str
    seen_at: datetime
    revision: int
    title_before: str
    title: str
    text_changed: bool
    words_more: int
    lost_topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Absence:
    """An article that was taken down, or came back."""

    article_id: UUID
    source: str
    url: str
    title: str
    seen_at: datetime
    is_back: bool
    reason: str | None


@dataclass(frozen=True, slots=True)
class Past:
    """Articles a day (UTC), and what is usual on that weekday; None where too little of the past is known.

    The last day is that of the brief, which is not over.
    """

    days: tuple[date, ...]
    articles: tuple[int, ...]
    usual: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A name, and how many new articles have it."""

    kind: str
    name: str
    articles: int


@dataclass(frozen=True, slots=True)
class OnList:
    """An entry of the user's lists of names, and the new reports that name it."""

    entity: str
    lists: tuple[str, ...]
    reports: tuple[Report, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What is new on a topic or in a saved search.

    Attributes:
        counts: how many of each kind.
        late: new articles that were published long before, such as those of an archive; they are in no story here.
        names: the people, organisations and vessels that most of the new articles name.
        listed: the entries of lists that new articles name, what most of them name first.
    """

    name: str
    counts: Mapping[str, int]
    stories: tuple[Story, ...]
    edits: tuple[Edit, ...]
    absences: tuple[Absence, ...]
    late: int
    past: Past
    names: tuple[Named, ...] = ()
    listed: tuple[OnList, ...] = ()

    @property
    def arrived(self) -> set[UUID]:
        """The new articles of its stories."""
        return {report.article_id for report in self.new_reports}

    @property
    def new_reports(self) -> list[Report]:
        """The new reports of its stories, the best story first."""
        return [report for story in self.stories for report in story.reports if report.is_new]

    @property
    def is_empty(self) -> bool:
        return not any(self.counts.values())


@dataclass(frozen=True, slots=True)
class Trouble:
    """A source that is not well. `answered_at`: the last run in which it answered."""

    source: str
    state: str
    reason: str
    answered_at: datetime | None


@dataclass(frozen=True, slots=True)
class Brief:
    """What is new from `since` to `until`, by when it was loaded.

    Attributes:
        counts: of each kind; what several topics share counts once.
        events: the other stories that report the event of a story, by its story_id.
        marks: how many notes are on each of its articles that has any, and their tags.
    """

    since: datetime
    until: datetime
    zone: ZoneInfo
    parts: tuple[Part, ...]
    counts: Mapping[str, int]
    troubles: tuple[Trouble, ...]
    sources: int
    marks: Mapping[UUID, Marks] = field(default_factory=dict)
    events: Mapping[UUID, Sequence[EventReport]] = field(default_factory=dict)

    @property
    def articles(self) -> set[UUID]:
        """The articles that it tells of."""
        told = {report.article_id for part in self.parts for story in part.stories for report in story.reports}
        told |= {edit.article_id for part in self.parts for edit in part.edits}
        return told | {one.article_id for part in self.parts for one in part.absences}

    @property
    def is_empty(self) -> bool:
        return not any(self.counts.values())
