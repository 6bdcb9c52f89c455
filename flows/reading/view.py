"""Arrange what is known of an article for a reader: headline, facts, text with the words of topics, story, revisions. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flows.reading.events import also_reported, report_row
from flows.reading.times import lag, shown
from newslake.scripts import UNSPACED
from newslake.text import counted, cut, more_or_fewer, one_line
from warehouse.notes.read import Note
from warehouse.reading.whole import Member, RevisionRow, TopicRow, WholeArticle

# Languages written from right to left.
RIGHT_TO_LEFT = frozenset({"ar", "arc", "ckb", "dv", "fa", "he", "iw", "ku", "ps", "sd", "ug", "ur", "yi"})
# Letters that are written without spaces, or beside which particles stand: Han, kana, Thai and others, hangul, Hebrew, Arabic.
_JOINED = re.compile(rf"[{UNSPACED}\u1100-\u11ff\uac00-\ud7af\u0590-\u06ff]")
_BOUNDS = (r"(?<!\w)", r"(?!\w)")
MOST_MEMBERS = 30
MOST_NAMES = 30  # of a kind, or of lists
LISTED = "On your lists"
KINDS = {"person": "people", "organisation": "organisations", "place": "places", "vessel": "vessels"}


@dataclass(frozen=True, slots=True)
class Span:
    """A passage; `hit`: words by which a topic selects the article."""

    text: str
    hit: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a subheading."""

    spans: tuple[Span, ...]
    is_heading: bool = False

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


@dataclass(frozen=True, slots=True)
class Section:
    """A named list of facts, each a row of cells."""

    name: str
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class NoteView:
    """A note of a user: who wrote it and when, its tags, its lines."""

    by: str
    tags: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListedView:
    """An entry of a list of names: how the article writes it, and in what that differs from the list."""

    list: str
    entity: str
    written: str
    reason: str


@dataclass(frozen=True, slots=True)
class View:
    """An article as a reader sees it. All text is on single lines, without control and format characters."""

    title: tuple[Span, ...]
    byline: tuple[str, ...]
    url: str
    article_id: str
    language: str | None
    notices: tuple[str, ...]
    topics: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]
    notes: tuple[NoteView, ...] = ()
    listed: tuple[ListedView, ...] = ()

    @property
    def listed_line(self) -> str:
        """The entries of lists in one line; "" if there are none."""
        return f"{LISTED}: {_some([one.entity for one in self.listed])}" if self.listed else ""

    @property
    def is_right_to_left(self) -> bool:
        return (self.language or "").partition("-")[0] in RIGHT_TO_LEFT


def view_of(article: WholeArticle, zone: ZoneInfo, most_of_note: int | None = None, terms: Iterable[str] | None = None) -> View:
    """Return the view of an article, with times in a zone.

    Args:
        most_of_note: of each note at most so many characters.
        terms: the words to mark, as written in the article; those of its topics if None.
    """
    row = article.row
    hits = _pattern((term for topic in article.topics for term in topic.terms) if terms is None else terms)
    headings = {one_line(heading) for heading in row["headings"] or ()}
    lines = (one_line(line) for line in article.text.splitlines())
    return View(
        title=_spans(one_line(article.title), hits),
        byline=tuple(_byline(article, zone)),
        url=one_line(row["url"]),
        article_id=str(row["article_id"]),
        language=row["language"],
        notices=tuple(_notices(article, zone)),
        topics=tuple((one_line(topic.topic), _words(topic)) for topic in article.topics),
        blocks=tuple(Block(_spans(line, hits), line in headings) for line in lines if line),
        sections=tuple(section for section in _sections(article, zone) if section.rows),
        notes=tuple(note_view(note, zone, most_of_note) for note in article.notes),
        listed=_listed(article),
    )


def note_view(note: Note, zone: ZoneInfo, most: int | None = None) -> NoteView:
    """Return the view of a note. The first 8 digits of its id are enough for `newslake note --edit`.

    Args:
        most: characters of the text that are shown, if it is longer.
    """
    edited = f", edited {shown(note.edited_at, 'minute', zone)}" if note.edited_at else ""
    by = f"{one_line(note.author)}, {shown(note.created_at, 'minute', zone)}{edited} · note {str(note.note_id)[:8]}"
    text = note.text or ""
    if most is not None and len(text) > most:
        text = f"{cut(text, most)}\n(all of it: newslake note {note.article_id} --list)"
    lines = (one_line(line) for line in text.splitlines())
    return NoteView(by, ", ".join(map(one_line, note.tags)), tuple(line for line in lines if line))


def _byline(article: WholeArticle, zone: ZoneInfo) -> Iterator[str]:
    row = article.row
    if row["authors"]:
        yield ", ".join(one_line(author) for author in row["authors"])
    yield one_line(row["source"]) if row["source"] == row["domain"] else f"{one_line(row['source'])} ({one_line(row['domain'])})"
    if row["published_at"] is None:
        yield f"no date; first seen {shown(row['first_seen_at'], 'minute', zone)} ({zone.key})"
    elif row["published_precision"] == "day":
        yield f"{shown(row['published_at'], 'day', zone)} (only the day is known)"
    else:
        yield f"{shown(row['published_at'], row['published_precision'], zone)} ({zone.key})"


def _notices(article: WholeArticle, zone: ZoneInfo) -> Iterator[str]:
    """Yield what a reader must not miss: that it is not the current text, or was edited, taken down or cut by a paywall."""
    row = article.row
    if not article.is_current:
        seen = shown(article.shown.seen_at, "minute", zone)
        yield f"This is revision {article.shown.revision} of {row['revision']}, as it was first seen {seen}."
    elif row["revision"] > 1:
        last = shown(article.shown.seen_at, "minute", zone)
        yield f"Edited after publication: {counted(row['revision'], 'revision')}, this one first seen {last}."
    if row["gone_at"] is not None:
        status = f" (HTTP {row['gone_status']})" if row["gone_status"] else ""
        yield f"Taken down: gone since {shown(row['gone_at'], 'minute', zone)}{status}."
    elif article.absences:
        yield "It was taken down, and came back."
    if row["free_to_read"] is False:
        yield "The outlet declares it paywalled: the text may be a part of it."


def _words(topic: TopicRow) -> str:
    words = ", ".join(one_line(term) for term in topic.terms)
    if not topic.current:
        return f"{words} (in revision {topic.revision}; an edit took the words out)"
    return f"{words}{' (also in the headline)' if topic.in_title else ''}"


def _sections(article: WholeArticle, zone: ZoneInfo) -> Iterator[Section]:
    row = article.row
    if len(article.story) > 1:
        outlets = len({member.source for member in article.story})
        name = f"Story: {counted(len(article.story), 'article')} of {counted(outlets, 'outlet')}"
        rows = [_member(member, article, zone) for member in article.story[:MOST_MEMBERS]]
        if rest := len(article.story) - MOST_MEMBERS:
            rows += [("", "", "", f"and {rest} more")] if rest > 0 else []
        yield Section(name, tuple(rows))
    yield Section(LISTED, tuple((one.list, one.entity, one.written, one.reason) for one in _listed(article)))
    yield Section("Names", tuple(_names(article)))
    if article.event:
        reports = tuple(report_row(report, zone) for report in article.event[:MOST_MEMBERS])
        whole = ("All reports:", f"newslake search --event {article.row['article_id']}")
        yield Section(also_reported(article.event), (*reports, whole))
    yield Section("Revisions", tuple(_revision(one, article, zone) for one in article.revisions))
    yield Section("Taken down", tuple(_absences(article, zone)))
    yield Section("Pages", tuple((str(part.page), one_line(part.url)) for part in article.parts))
    others = (address.url for address in article.addresses if address.url != row["url"])
    yield Section("Also at", tuple((one_line(url),) for url in others))
    yield Section("Origin", tuple(_origins(article, zone)))


def _names(article: WholeArticle) -> Iterator[tuple[str, ...]]:
    """Yield whom and what the text names, by kind; those of the title first. Of an earlier revision they are not known."""
    found = sorted(article.mentions if article.is_current else (), key=lambda one: not one.in_title)
    for kind, words in KINDS.items():
        named = [f"{one_line(one.name)}{f' ({one_line(one.entity)})' if one.entity else ''}" for one in found if one.kind == kind]
        if named:
            yield words, _some(named)


def _some(names: Iterable[str]) -> str:
    """Return names in a line, each once, and how many more there are."""
    named = list(dict.fromkeys(names))
    rest = len(named) - MOST_NAMES
    return ", ".join(named[:MOST_NAMES]) + (f" and {rest} more" if rest > 0 else "")


def _listed(article: WholeArticle) -> tuple[ListedView, ...]:
    """Return the entries of lists that the text has. Of an earlier revision they are not known."""
    return tuple(
        ListedView(one_line(one.list), one_line(one.entity), ", ".join(map(one_line, one.written)), one_line(one.reason))
        for one in (article.listed if article.is_current else ())
    )


def _member(member: Member, article: WholeArticle, zone: ZoneInfo) -> tuple[str, ...]:
    when = shown(member.reported_at, "day" if member.is_day else "minute", zone)
    after = f"+{lag(member.lag_seconds)}" if member.lag_seconds else "first" if member.kind is None else "+0 s"
    what = "" if member.kind is None else f"{member.kind} copy, {member.similarity or 0:.0%}"
    if member.gone_at is not None:
        what = f"{what}, taken down".removeprefix(", ")
    where = "this article" if member.article_id == article.row["article_id"] else f"{member.article_id}  {one_line(member.url)}"
    return (when, after, one_line(member.source), what, where)


def _revision(one: RevisionRow, article: WholeArticle, zone: ZoneInfo) -> tuple[str, ...]:
    return (
        f"{one.revision}{' (shown)' if one.revision == article.shown.revision and len(article.revisions) > 1 else ''}",
        shown(one.seen_at, "minute", zone),
        kind_of(one),
        "" if one.word_count is None else counted(one.word_count, "word"),
        f"cleaned again {shown(one.rewritten_at, 'minute', zone)}" if one.rewritten_at else "",
    )


def kind_of(one: RevisionRow) -> str:
    """Return in words what a revision changed."""
    if one.revision == 1:
        return "first seen" + (" in an archive" if one.flow == "backfill" else "")
    what = [name for name, changed in (("headline", one.title_changed), ("text", one.text_changed)) if changed]
    more = f" ({more_or_fewer(one.words_more, 'word')})" if one.words_more else ""
    return f"{' and '.join(what) or 'punctuation or layout'} changed{more}"


def _absences(article: WholeArticle, zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    for one in article.absences:
        back = f"back {shown(one.came_back_at, 'minute', zone)}" if one.came_back_at else "still gone"
        yield (shown(one.gone_at, "minute", zone), one.reason, f"HTTP {one.gone_status}" if one.gone_status else "", back)


def _origins(article: WholeArticle, zone: ZoneInfo) -> Iterator[tuple[str, ...]]:
    """Yield where each field comes from."""
    row = article.row
    now = "" if article.is_current else " (of the current revision)"
    for field in ("title", "authors", "published"):
        if origin := row[f"{field}_from"]:
            yield (field, f"{one_line(origin)}{now}")
    if row["modified_at"] is not None:
        yield ("changed", f"{shown(row['modified_at'], 'minute', zone)}, by the outlet's own account")
    for field in ("section", "language"):
        if row[field]:
            yield (field, one_line(row[field]))
    if row["tags"]:
        yield ("tags", ", ".join(one_line(tag) for tag in row["tags"]))
    if row["layout"] is not None:
        yield ("layout", f"version {row['layout']} of the outlet's layout (newslake sources --layout)")
    if article.shown.capture_file:
        yield ("page", f"{one_line(article.shown.capture_file)}, byte {article.shown.capture_offset} (newslake page)")
    else:
        yield ("page", "not kept, or not any more")
    yield ("hash", f"{article.shown.content_hash} (of the words of the text)")


def _pattern(terms: Iterable[str]) -> re.Pattern[str] | None:
    """Return a pattern of terms as whole words; where words are written together, or take particles, anywhere."""
    found = sorted({one_line(term) for term in terms} - {""}, key=lambda term: (-len(term), term))
    return re.compile("|".join(map(_bounded, found)), re.I) if found else None


def _bounded(term: str) -> str:
    before, after = (_BOUNDS[place] if term[place].isalnum() and not _JOINED.match(term[place]) else "" for place in (0, -1))
    return f"{before}{re.escape(term)}{after}"


def _spans(line: str, hits: re.Pattern[str] | None) -> tuple[Span, ...]:
    """Return a line as passages, those that match apart."""
    made: list[Span] = []
    at = 0
    for found in hits.finditer(line) if hits else ():
        if found.start() > at:
            made.append(Span(line[at : found.start()]))
        made.append(Span(found[0], hit=True))
        at = found.end()
    if at < len(line) or not made:
        made.append(Span(line[at:]))
    return tuple(made)


def marked(text: str, terms: Iterable[str]) -> tuple[Span, ...]:
    """Return a text as one line of passages, with words apart as they are written there."""
    return _spans(one_line(text), _pattern(terms))


def plain_text(spans: Sequence[Span]) -> str:
    """Return passages as one text."""
    return "".join(span.text for span in spans)
