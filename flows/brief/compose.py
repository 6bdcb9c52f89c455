"""Make a brief of what is new: stories with something new in them, ranked; edits; take-downs. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flows.brief.model import KINDS, Absence, Brief, Edit, OnList, Part, Past, Report, Story, Trouble
from flows.brief.rank import score
from newslake.text import cut, one_line
from warehouse.brief.news import Lead, News
from warehouse.reading.listed import ListedRow
from warehouse.reading.whole import Member

BEGINNING = 280  # characters
SHOWN = 12  # stories of a topic with how they begin


@dataclass(frozen=True, slots=True)
class Asked:
    """What a part of a brief is about.

    Attributes:
        articles: those that a saved search selects; None for a topic.
    """

    name: str
    past: Past
    articles: frozenset[UUID] | None = None

    def selects(self, one: News) -> bool:
        return self.name in one.topics if self.articles is None else one.article_id in self.articles


@dataclass(frozen=True, slots=True)
class Period:
    """The time of a brief, and the zone in which it is told."""

    since: datetime
    until: datetime
    zone: ZoneInfo


def compose(
    period: Period,
    asked: Sequence[Asked],
    found: Sequence[News],
    members: Mapping[UUID, Sequence[Member]],
    troubles: Sequence[Trouble],
    sources: int,
) -> Brief:
    """Make a brief. Its stories do not say yet how they begin, see `with_leads`.

    Args:
        found: what is new, of whatever topic.
        members: the articles of the stories of new articles, in order.
        sources: that are watched.
    """
    parts = tuple(_part(period, one, [news for news in found if one.selects(news)], members) for one in asked)
    told = [news for news in found if any(one.selects(news) for one in asked)]
    return Brief(period.since, period.until, period.zone, parts, _counts(told), tuple(troubles), sources)


def shown_leads(brief: Brief) -> set[UUID]:
    """Return the articles of which a brief tells how they begin."""
    return {story.lead.article_id for part in brief.parts for story in part.stories[:SHOWN]}


def with_leads(brief: Brief, leads: Mapping[UUID, Lead]) -> Brief:
    """Return the brief with how its stories begin."""
    parts = (replace(part, stories=tuple(_begun(story, leads) for story in part.stories)) for part in brief.parts)
    return replace(brief, parts=tuple(parts))


def with_listed(brief: Brief, listed: Mapping[UUID, Sequence[ListedRow]]) -> Brief:
    """Return the brief with the entries of lists that its new articles name.

    Args:
        listed: the entries of each article that has any.
    """
    return replace(brief, parts=tuple(replace(part, listed=_on_lists(part, listed)) for part in brief.parts))


def _on_lists(part: Part, listed: Mapping[UUID, Sequence[ListedRow]]) -> tuple[OnList, ...]:
    reports: dict[str, dict[UUID, Report]] = {}
    lists: dict[str, set[str]] = {}
    for report in part.new_reports:
        for row in listed.get(report.article_id, ()):
            reports.setdefault(row.entity, {})[report.article_id] = report
            lists.setdefault(row.entity, set()).add(row.list)
    ranked = sorted(reports, key=lambda entity: (-len(reports[entity]), entity))
    return tuple(OnList(entity, tuple(sorted(lists[entity])), tuple(reports[entity].values())) for entity in ranked)


def _begun(story: Story, leads: Mapping[UUID, Lead]) -> Story:
    lead = leads.get(story.lead.article_id)
    if lead is None:
        return story
    beginning = cut(one_line(lead.beginning or ""), BEGINNING)
    return replace(story, language=lead.language, authors=tuple(map(one_line, lead.authors or ())), beginning=beginning)


def _counts(found: Iterable[News]) -> dict[str, int]:
    counts = Counter(news.kind for news in found)
    return {kind: counts[kind] for kind in KINDS}


def _part(period: Period, asked: Asked, found: Sequence[News], members: Mapping[UUID, Sequence[Member]]) -> Part:
    arrived = [news for news in found if news.kind in ("article", "copy")]
    fresh: dict[UUID, list[News]] = {}
    for news in arrived:
        if not news.is_late:
            fresh.setdefault(news.story_id, []).append(news)
    stories = [_story(period, story_id, ours, members.get(story_id, ())) for story_id, ours in fresh.items()]
    stories.sort(key=lambda story: (-story.score, story.story_id))
    return Part(
        asked.name,
        _counts(found),
        tuple(stories),
        tuple(_edit(news) for news in reversed(found) if news.kind == "edit"),
        tuple(_absence(news) for news in reversed(found) if news.kind in ("takedown", "return")),
        sum(news.is_late for news in arrived),
        asked.past,
    )


def _story(period: Period, story_id: UUID, fresh: Sequence[News], members: Sequence[Member]) -> Story:
    arrived = {news.article_id for news in fresh}
    reports = tuple(_report(member, is_new=member.article_id in arrived) for member in members)
    if not any(report.is_new for report in reports):  # the story was regrouped meanwhile
        reports = tuple(map(_alone, fresh))
    outlets = {report.source: report for report in reversed(reports)}
    reported = max(report.at for report in reports if report.is_new)
    return Story(
        story_id,
        reports,
        tuple(report for report in reports if outlets[report.source] is report),
        len(fresh),
        max(news.seen_at for news in fresh),
        is_developing=not reports[0].is_new and reports[0].at < period.since,
        score=score(len(outlets), reported, period.since, period.until),
    )


def _report(member: Member, *, is_new: bool) -> Report:
    return Report(
        member.article_id,
        one_line(member.source),
        one_line(member.title),
        member.url,
        member.reported_at,
        bool(member.is_day),
        member.lag_seconds,
        member.kind,
        is_new,
        member.gone_at,
    )


def _alone(news: News) -> Report:
    """Return the report of an article whose story is not known."""
    at = news.published_at or news.seen_at
    is_day = news.is_day and news.published_at is not None
    return Report(news.article_id, one_line(news.source), one_line(news.title), news.url, at, is_day, 0, None, True, news.gone_at)


def _edit(news: News) -> Edit:
    return Edit(
        news.article_id,
        one_line(news.source),
        news.url,
        news.seen_at,
        news.revision,
        one_line(news.title_before or ""),
        one_line(news.title),
        bool(news.text_changed),
        news.words_more or 0,
        tuple(map(one_line, news.lost_topics)),
    )


def _absence(news: News) -> Absence:
    return Absence(
        news.article_id,
        one_line(news.source),
        news.url,
        one_line(news.title),
        news.seen_at,
        is_back=news.kind == "return",
        reason=news.reason,
    )
