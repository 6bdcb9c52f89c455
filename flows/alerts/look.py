"""Look for what an alert tells: in what was loaded in a stretch of time, and, of spikes, in the past of its topics."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property
from math import log
from typing import TYPE_CHECKING
from uuid import UUID

from flows.alerts.again import Told, is_news
from flows.alerts.listed import KINDS as LISTED
from flows.alerts.listed import is_late, named_by
from flows.alerts.model import Peak, Seen
from flows.alerts.spike import REACH, spike_of
from flows.search.called import Called, Saved, articles_of
from flows.topics.matcher import Matcher
from flows.watchlist.alert import Alert
from newslake.words.readings import has_clitics
from warehouse.brief.alerts import Dated, dated_articles, first_seen_of, headline_words, outlets_before, watched_since
from warehouse.brief.news import News, first_collection
from warehouse.derived.listed import ListOfNames
from warehouse.reading.revisions import revisions_of
from warehouse.search.tags import known_sources, tags_on

if TYPE_CHECKING:
    import duckdb

KINDS = {"new": {"article", "copy"}, "first": {"article", "copy"}, "edit": {"edit"}, "left-topic": {"edit"}, "listed": LISTED}
GONE = {"takedown", "return"}
# So long an outlet must have been read before its silence on a topic means anything.
SILENT = timedelta(days=7)
WORDS, OUTLETS = 8, 8  # shown of a spike
_COMMON = 200  # words of headlines that are compared


@dataclass(frozen=True, slots=True)
class Scope:
    """What an alert is about: topics, saved searches with the articles that they select now, and lists of names."""

    topics: tuple[str, ...]
    searches: tuple[tuple[Saved, frozenset[UUID]], ...]
    lists: tuple[ListOfNames, ...] = ()


def scope_of(con: duckdb.DuckDBPyConnection, named: Called, lists: tuple[ListOfNames, ...] = ()) -> Scope:
    return Scope(named.topics, tuple((saved, frozenset(articles_of(con, [saved]))) for saved in named.searches), lists)


def seen_in(con: duckdb.DuckDBPyConnection, alert: Alert, scope: Scope, found: Sequence[News], until: datetime) -> Seen:
    """Return what an alert that is not about spikes tells of what was loaded.

    Args:
        found: all that was loaded in a stretch of time, of whatever topic.
    """
    kinds = KINDS.get(alert.on, GONE)
    ours = [news for news in found if news.kind in kinds and (not alert.sources or news.source in alert.sources)]
    if alert.on == "listed" and not alert.topic:
        return _listed(con, scope, [(news, ()) for news in ours])
    edits = _Edits(con, scope)
    told = [(news, topics) for news in ours if (topics := _topics_of(edits, alert, scope, news))]
    if alert.on == "listed":
        return _listed(con, scope, told)
    if alert.on == "first":
        told = _first(con, scope, told, until)
    if alert.on != "new":
        return Seen(told)
    return Seen([one for one in told if not one[0].is_late], sum(news.is_late for news, _ in told))


def _listed(con: duckdb.DuckDBPyConnection, scope: Scope, told: Sequence[tuple[News, Sequence[str]]]) -> Seen:
    """Return what of the news names entries of lists."""
    topics = {id(news): names for news, names in told}
    named = named_by(con, scope.lists, [news for news, _ in told])
    fresh = [(news, rows) for news, rows in named if not is_late(news)]
    late = len(named) - len(fresh)
    return Seen([(news, topics[id(news)]) for news, _ in fresh], late, entries=[rows for _, rows in fresh])


def _topics_of(edits: _Edits, alert: Alert, scope: Scope, news: News) -> list[str]:
    """Return the topics and saved searches of an alert that a piece of news is on."""
    of = news.lost_topics if alert.on == "left-topic" else news.topics
    if alert.on == "listed":
        of = [topic for topic in of if topic not in news.lost_topics]
    names = [topic for topic in scope.topics if topic in of]
    for saved, ids in scope.searches:
        if news.kind != "edit" or alert.on == "listed":
            names += [saved.name] if news.article_id in ids else []
            continue
        before, after = edits.selected(saved, news)
        if before and (not after or alert.on == "edit"):
            names.append(saved.name)
    return names


class _Edits:
    """Tells what saved searches select before and after edits. Reads the sources and compiles the searches once, if at all."""

    def __init__(self, con: duckdb.DuckDBPyConnection, scope: Scope) -> None:
        self._con, self._scope = con, scope

    @cached_property
    def _matchers(self) -> dict[str, Matcher]:
        sources = known_sources(self._con)
        return {saved.name: Matcher([(saved.name, saved.node)], sources) for saved, _ in self._scope.searches}

    def selected(self, saved: Saved, edit: News) -> tuple[bool, bool]:
        """Return whether a saved search selects an article before an edit, and after it."""
        texts = {one.revision: (one.title, one.text) for one in revisions_of(self._con, edit.article_id)}
        matcher = self._matchers[saved.name]
        clitics, origin = has_clitics(edit.language), matcher.origin_of(edit.source)
        tags = tags_on(self._con, edit.article_id)  # as they are now: those of earlier revisions are not kept

        def selects(number: int) -> bool:
            text = texts.get(number)
            return text is not None and bool(matcher.match_words(*text, clitics=clitics, tags=tags, origin=origin))

        return selects(edit.revision - 1), selects(edit.revision)


def _first(
    con: duckdb.DuckDBPyConnection, scope: Scope, told: list[tuple[News, list[str]]], until: datetime
) -> list[tuple[News, list[str]]]:
    """Return the first articles of outlets that had been read for a week and never had one on the topic."""
    told = [one for one in told if not one[0].is_late]
    if not told:
        return []
    fresh = [news.article_id for news, _ in told]
    before = outlets_before(con, scope.topics, (), fresh, until)
    for saved, ids in scope.searches:
        before |= {(saved.name, source) for _, source in outlets_before(con, (), ids, fresh, until)}
    covered = {topic for topic, _ in before}
    since = watched_since(con)
    kept = list[tuple[News, list[str]]]()
    for news, topics in told:
        was_read = news.source in since and news.seen_at - since[news.source] >= SILENT
        names = [topic for topic in topics if topic in covered and (topic, news.source) not in before]
        if was_read and names:
            kept.append((news, names))
    return kept


def spikes_in(con: duckdb.DuckDBPyConnection, alert: Alert, scope: Scope, until: datetime, told: Mapping[str, Told]) -> Seen:
    """Return the spikes of an alert's topics in the 24 hours before a moment.

    Args:
        told: the spikes that were told and may go on, by topic.
    """
    dated = dated_articles(con, scope.topics, (), until, REACH)
    for saved, ids in scope.searches:
        dated += [replace(one, topic=saved.name) for one in dated_articles(con, (), ids, until, REACH)]
    past_since = known_since(con, scope)
    peaks, remembered = list[Peak](), dict[str, Told]()
    for topic in (*scope.topics, *(saved.name for saved, _ in scope.searches)):
        articles = [one for one in dated if one.topic == topic]
        days = known_days(past_since[topic], until)
        counts = Counter(one.stretch for one in articles)
        spike = spike_of(counts[0], [counts[stretch] for stretch in range(1, days + 1)], alert.min)
        news, memory = is_news(spike.articles if spike else None, until.timestamp(), told.get(topic))
        if memory:
            remembered[topic] = memory
        if spike and news:
            peaks.append(Peak(topic, spike, _words(con, articles, days), _outlets(articles, days)))
    return Seen(peaks=peaks, told=remembered)


def known_since(con: duckdb.DuckDBPyConnection, scope: Scope) -> dict[str, datetime | None]:
    """Return since when the past of each topic and saved search is known; None where nothing was collected yet."""
    watched = first_collection(con)
    first_seen = first_seen_of(con, scope.topics)
    since = dict[str, datetime | None]()
    for topic in (*scope.topics, *(saved.name for saved, _ in scope.searches)):
        since[topic] = max((moment for moment in (watched, first_seen.get(topic)) if moment), default=None)
    return since


def known_days(since: datetime | None, until: datetime) -> int:
    """Return how many stretches of 24 hours before the last one are known as a whole."""
    return min(REACH - 1, max(0, (until - since) // timedelta(days=1) - 1)) if since else 0


def _words(con: duckdb.DuckDBPyConnection, articles: Sequence[Dated], days: int) -> list[tuple[str, int, float]]:
    """Return the words of headlines that are much more frequent than usual, the most telling first."""
    fresh = [one.article_id for one in articles if one.stretch == 0]
    past = [one.article_id for one in articles if 1 <= one.stretch <= days]
    usual = headline_words(con, past, 20_000)
    found = list[tuple[float, str, int, float]]()
    for word, count in headline_words(con, fresh, _COMMON).items():
        share, before = count / len(fresh), usual.get(word, 0) / max(1, len(past))
        if count >= 2 and share > 1.5 * before:
            found.append((count * log(share / (before + 0.01)), word, count, usual.get(word, 0) / max(1, days)))
    found.sort(key=lambda one: (-one[0], one[1]))
    return [(word, count, often) for _, word, count, often in found[:WORDS]]


def _outlets(articles: Sequence[Dated], days: int) -> list[tuple[str, int, float]]:
    fresh = Counter(one.source for one in articles if one.stretch == 0)
    past = Counter(one.source for one in articles if 1 <= one.stretch <= days)
    return [(outlet, count, past[outlet] / max(1, days)) for outlet, count in fresh.most_common(OUTLETS)]
