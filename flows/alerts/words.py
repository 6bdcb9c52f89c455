"""Write what an alert found as a message. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flows.alerts.model import Peak, Seen
from flows.messages.letter import Item, Letter, Section
from flows.reading.times import shown
from flows.reports.gone import why_gone
from flows.watchlist.alert import Alert
from newslake.text import counted, cut, more_or_fewer, one_line
from warehouse.brief.news import News
from warehouse.reading.listed import ListedRow

MOST = 40  # items of a message
TITLE = 90  # characters of a headline in a title
SHOWN = 3  # entries of lists in a title


def letter_of(alert: Alert, seen: Seen, since: datetime, zone: ZoneInfo) -> Letter:
    """Return the message of an alert that found something.

    Args:
        since: the look before, behind which it looked.
    """
    if alert.on == "spike":
        return _spikes(alert, seen.peaks)
    topics = ", ".join(dict.fromkeys(topic for _, topics in seen.news for topic in topics)) or ", ".join(alert.topic)
    by_story = alert.on in ("new", "first", "listed")
    items = _stories(alert, seen, zone) if by_story else [_item(alert, news, zone) for news, _ in seen.news]
    what = _what(alert, seen)
    title = f"{what} on {topics}" if topics else what
    summary = f"{title}."
    if len(seen.news) == 1 and not seen.late:
        title = f"{cut(one_line(seen.news[0][0].title), TITLE)} ({one_line(seen.news[0][0].source)})"
        title = f"{_entries(seen.entries[0], SHOWN)}: {title}" if alert.on == "listed" else title
    late = ""
    if seen.late:
        were = "was published" if seen.late == 1 else "were published"
        late = f"{counted(seen.late, 'new article')} {were} days before: from an archive, or the first look at a source."
    rest = f"And {len(items) - MOST:,} more." if len(items) > MOST else ""
    moment = f"{since.astimezone(zone):%Y-%m-%d %H:%M:%S%z}"
    named = " ".join(f"--topic {topic}" for topic in alert.topic if " " not in topic)
    sections = (Section("", items=tuple(items[:MOST]), more=" ".join(filter(None, (rest, late)))),)
    command = f'All of it: newslake new {named} --since "{moment}" --limit 0'
    if alert.on == "listed":
        command = "Who and what of your lists is named, and how it is written: newslake names --listed"
    return Letter(f"{alert.name}: {title}", summary, sections, _foot(zone, command))


def _foot(zone: ZoneInfo, *commands: str) -> tuple[str, ...]:
    return (f"Times: {zone.key}", *commands)


def _what(alert: Alert, seen: Seen) -> str:
    count = len(seen.news)
    if alert.on == "new":
        return counted(count + seen.late, "new article")
    if alert.on == "listed":
        names = "names" if count + seen.late == 1 else "name"
        whom = _entries([row for rows in seen.entries for row in rows], SHOWN) or "entries of your lists"
        return f"{counted(count + seen.late, 'article')} that {names} {whom}"
    if alert.on == "edit":
        return counted(count, "edit")
    if alert.on == "left-topic":
        return f"{counted(count, 'article')} without the words of the topic after an edit,"
    if alert.on == "gone":
        back = sum(news.kind == "return" for news, _ in seen.news)
        parts = (("taken down", count - back), ("back", back))
        return ", ".join(f"{counted(number, 'article')} {word}" for word, number in parts if number)
    outlets = len({news.source for news, _ in seen.news})
    return f"First {'article' if count == 1 else 'articles'} of {counted(outlets, 'outlet')}"


def _stories(alert: Alert, seen: Seen, zone: ZoneInfo) -> list[Item]:
    """Return an item for each story: its first new report, and the outlets of all."""
    stories: dict[object, list[tuple[News, Sequence[str]]]] = {}
    entries: dict[object, list[ListedRow]] = {}
    for news, topics in seen.news:
        stories.setdefault(news.story_id, []).append((news, topics))
    for (news, _), rows in zip(seen.news, seen.entries, strict=False):
        entries.setdefault(news.story_id, []).extend(rows)
    has_topic = len(alert.topic) > 1
    return [_story(reports, entries.get(story, ()), zone, has_topic=has_topic) for story, reports in stories.items()]


def _story(
    reports: Sequence[tuple[News, Sequence[str]]], entries: Sequence[ListedRow], zone: ZoneInfo, *, has_topic: bool
) -> Item:
    first, topics = reports[0]
    outlets = ", ".join(dict.fromkeys(one_line(news.source) for news, _ in reports))
    more = f", {len(reports)} articles" if len(reports) > 1 else ""
    where = f"{cut(outlets, 200)}{more}, {_published(first, zone)}"
    topic = f"on {', '.join(topics)}" if has_topic else ""
    names = f"names {_entries(entries, MOST, with_reasons=True)}" if entries else ""
    return Item(one_line(first.title), first.url, tuple(filter(None, (where, topic, names))), f"newslake show {first.article_id}")


def _entries(rows: Sequence[ListedRow], most: int, *, with_reasons: bool = False) -> str:
    """Return the entries of lists in a line, each once: how it is written and why that counts, if it is not as on the list."""
    named = dict[str, str]()
    for row in rows:
        differs = with_reasons and row.match != "exact"
        why = f" ({one_line(', '.join(row.written))}: {one_line(row.reason)})" if differs else ""
        named.setdefault(one_line(row.entity), why)
    shown_ones = [f"{entity}{why}" for entity, why in [*named.items()][:most]]
    return ", ".join([*shown_ones, *([f"and {len(named) - most} more"] if len(named) > most else [])])


def _item(alert: Alert, news: News, zone: ZoneInfo) -> Item:
    return Item(one_line(news.title), news.url, tuple(_lines(alert, news, zone)), _command(news))


def _lines(alert: Alert, news: News, zone: ZoneInfo) -> Iterator[str]:
    source, seen = one_line(news.source), shown(news.seen_at, "minute", zone)
    if news.kind == "edit":
        what = [name for name, changed in (("headline", news.title_before != news.title), ("text", news.text_changed)) if changed]
        more = f" ({more_or_fewer(news.words_more, 'word')})" if news.words_more else ""
        yield f"{source}, edit seen {seen}: {' and '.join(what) or 'punctuation or layout'} changed{more}"
        if news.title_before and news.title_before != news.title:
            yield f"before: {one_line(news.title_before)}"
        if alert.on == "left-topic" or set(news.lost_topics) & set(alert.topic):
            yield "No longer has the words of the topic."
    else:
        yield f"{source}, {'back since' if news.kind == 'return' else 'gone since'} {seen}{why_gone(news.reason)}"


def _command(news: News) -> str:
    return f"newslake {'diff' if news.kind == 'edit' else 'page'} {news.article_id}"


def _published(news: News, zone: ZoneInfo) -> str:
    if news.kind == "edit":
        return f"put in by an edit that was seen {shown(news.seen_at, 'minute', zone)}"
    if news.published_at is None:
        return f"seen {shown(news.seen_at, 'minute', zone)}"
    return shown(news.published_at, "day" if news.is_day else "minute", zone)


def _spikes(alert: Alert, peaks: Sequence[Peak]) -> Letter:
    names = ", ".join(peak.topic for peak in peaks)
    first = peaks[0].spike
    numbers = f": {first.articles} articles in 24 hours, usual is {_usual(first.usual)}" if len(peaks) == 1 else ""
    sections = tuple(_peak(peak, "" if len(peaks) == 1 else peak.topic) for peak in peaks)
    commands = tuple(f"Read: newslake brief --topic {peak.topic} --since 24h" for peak in peaks if " " not in peak.topic)
    return Letter(f"{alert.name}: spike on {names}{numbers}", f"Many more articles than usual on {names}.", sections, commands)


def _peak(peak: Peak, heading: str) -> Section:
    articles = peak.spike.articles
    words = tuple(Item(f"{word}: {now} of {articles} headlines, usual {_usual(usual)} a day") for word, now, usual in peak.words)
    return Section(
        heading,
        f"{articles} articles in the last 24 hours; on this weekday {_usual(peak.spike.usual)} are usual.",
        words,
        "Outlets: " + ", ".join(f"{one_line(outlet)} {now} (usual {_usual(usual)})" for outlet, now, usual in peak.outlets),
    )


def _usual(articles: float) -> str:
    return f"{articles:.0f}" if articles >= 10 else f"{articles:.1f}"
