"""Say in words what the formats of a brief share: its heading, its counts, its sources. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from uuid import UUID
from zoneinfo import ZoneInfo

from flows.brief.model import KINDS, Absence, Brief, Edit, OnList, Part, Report, Story
from flows.reading.events import also_reported
from flows.reading.times import lag, shown
from newslake.text import counted, more_or_fewer, one_line

STORIES = 12  # that a format of one file shows with how they begin
LINES = 60  # stories, edits and others that it shows as lines
OUTLETS = 12  # that it names of a story
ENTRIES, LINKS = 30, 5  # of lists of names that it names, and articles of each that it leads to
LISTED = "On your lists"
ARRIVALS, CHANGES = ("article", "copy"), ("edit", "takedown", "return")
# What a reader who does not know newslake may ask.
MEANINGS = (
    "A copy repeats the text of another report. Stories are ranked by how many outlets carry them, and how fresh they are;"
    " outlets follow in the order of their reports."
)
LOST = "No longer has the words of the topic."


def heading(brief: Brief) -> str:
    """Return the heading: what it is about."""
    names = [part.name for part in brief.parts]
    about = f": {names[0]}" if len(names) == 1 else ""
    return f"What is new{about}"


def period(brief: Brief) -> str:
    """Return the time of a brief in words."""
    since, until = (shown(at, "minute", brief.zone) for at in (brief.since, brief.until))
    return f"{since} to {until} ({brief.zone.key})"


def title(brief: Brief) -> str:
    """Return the title of a message or a window."""
    return f"newslake: {heading(brief).lower() if len(brief.parts) != 1 else heading(brief)}, {period(brief)}"


def summary(brief: Brief) -> str:
    """Return all that is new in one sentence."""
    if brief.is_empty:
        return f"Nothing new on {brief.parts[0].name if len(brief.parts) == 1 else counted(len(brief.parts), 'topic')}."
    busy = sum(not part.is_empty for part in brief.parts)
    return f"{counts(brief.counts)} on {busy} of {counted(len(brief.parts), 'topic')}."


def counts(of: Mapping[str, int]) -> str:
    """Return how many there are of each kind, in words, without those of which there is none."""
    return ", ".join(counted(of[kind], *words) for kind, words in KINDS.items() if of.get(kind))


def counts_line(part: Part) -> str:
    """Return what is new on a topic in some sentences."""
    if part.is_empty:
        return "Nothing new."
    arrived, others = (counts({kind: part.counts.get(kind, 0) for kind in kinds}) for kinds in (ARRIVALS, CHANGES))
    stories = _stories(part)
    if stories and not part.late:
        arrived += f" in {stories}"
    sentences = [f"{'; '.join(filter(None, (arrived, others)))}."]
    if part.late:
        sentences.append(late_line(part))
        sentences += [f"The others are {stories}."] if stories else []
    return " ".join(filter(None, [*sentences, today(part)]))


def names_line(part: Part) -> str:
    """Return whom and what the new articles name most, each with how many articles do; "" if nobody."""
    named = ", ".join(f"{one.name} ({one.articles})" for one in part.names)
    return f"Named most: {named}" if named else ""


def listed_line(part: Part, articles: Callable[[OnList], str] = lambda one: "", text: Callable[[str], str] = one_line) -> str:
    """Return which entries of the user's lists the new articles name, each with how many articles do; "" if none.

    Args:
        articles: what is said of the articles behind their number.
        text: writes an entry as text of the format.
    """
    named = [f"{text(one.entity)} ({len(one.reports)}{articles(one)})" for one in part.listed[:ENTRIES]]
    rest = [f"and {len(part.listed) - ENTRIES} more"] if len(part.listed) > ENTRIES else []
    return f"{LISTED}: {', '.join([*named, *rest])}" if named else ""


def _stories(part: Part) -> str:
    outlets = len({report.source for story in part.stories for report in story.reports if report.is_new})
    return f"{counted(len(part.stories), 'story', 'stories')} of {counted(outlets, 'outlet')}" if part.stories else ""


def today(part: Part) -> str:
    """Return how the last whole day compares with what is usual; "" if that is not known."""
    if len(part.past.days) < 2 or part.past.usual[-2] is None:
        return ""
    day, articles, usual = part.past.days[-2], part.past.articles[-2], part.past.usual[-2]
    return f"{day:%A}, {day}: {counted(articles, 'article')}, usual is {usual:g}."


def when_reported(report: Report, zone: ZoneInfo) -> str:
    """Return when an outlet had a story: the time of the first report, and how far the others were behind it."""
    if report.kind is None:
        return shown(report.at, "day" if report.is_day else "minute", zone)
    return f"{lag(report.lag_seconds)} later" if report.lag_seconds else "at the same time"


def noted(brief: Brief, articles: Iterable[UUID]) -> str:
    """Return how many notes are on some articles, and their tags; "" if there are none."""
    marks = [brief.marks[one] for one in articles if one in brief.marks]
    tags = sorted({one_line(tag) for mark in marks for tag in mark.tags})
    return ": ".join(filter(None, (counted(sum(mark.notes for mark in marks), "note"), ", ".join(tags)))) if marks else ""


def noted_story(story: Story, brief: Brief) -> str:
    """Return the same of the articles of a story."""
    return noted(brief, [report.article_id for report in story.reports])


def also_reported_story(story: Story, brief: Brief) -> str:
    """Return in which languages and by which outlets other stories report the event of a story; "" if none does."""
    return also_reported(brief.events.get(story.story_id, ()))


def edit_seen(edit: Edit, zone: ZoneInfo) -> str:
    """Return when an edit was seen and what it changed."""
    return f"seen {shown(edit.seen_at, 'minute', zone)}: {edit_words(edit)}"


def gone_or_back(one: Absence, zone: ZoneInfo) -> str:
    """Return since when an article is gone or back."""
    return f"{'back since' if one.is_back else 'gone since'} {shown(one.seen_at, 'minute', zone)}"


def edit_words(edit: Edit) -> str:
    """Return what an edit changed."""
    what = [name for name, changed in (("headline", edit.title_before != edit.title), ("text", edit.text_changed)) if changed]
    more = f" ({more_or_fewer(edit.words_more, 'word')})" if edit.words_more else ""
    return f"{' and '.join(what) or 'punctuation or layout'} changed{more}"


def late_line(part: Part) -> str:
    """Return what is said of articles that are new here but were published long before."""
    were = "of them was" if part.late == 1 else "of them were"
    return f"{part.late:,} {were} published days before (an archive, or the first look at a source) and only counted."


def sources_line(brief: Brief) -> str:
    """Return the health of all sources in one sentence."""
    if not brief.sources:
        return "No sources are watched."
    if not brief.troubles:
        all_of_them = {1: "The only source is", 2: "Both sources are"}.get(brief.sources, f"All {brief.sources} sources are")
        return f"{all_of_them} well."
    are = "is" if len(brief.troubles) == 1 else "are"
    return f"{len(brief.troubles)} of {counted(brief.sources, 'source')} {are} in trouble. More: newslake sources"


def more(brief: Brief) -> str:
    """Return the command that lists all of it."""
    return f'newslake new --since "{brief.since.astimezone(brief.zone):%Y-%m-%d %H:%M:%S%z}" --limit 0'
