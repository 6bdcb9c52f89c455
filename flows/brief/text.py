"""Write a brief as plain text or as Markdown. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from flows.brief import words
from flows.brief.model import Absence, Brief, Edit, OnList, Part, Report, Story
from flows.reports.gone import why_gone
from flows.reports.health import sparkline
from newslake.text import counted, markdown, one_line


def plain_of(brief: Brief) -> str:
    """Return a brief as plain text, with addresses below the headlines."""
    return "\n".join(_lines(brief, _Plain())) + "\n"


def markdown_of(brief: Brief) -> str:
    """Return a brief as Markdown, with headlines as links. Nothing of an article is markup in it."""
    return "\n".join(_lines(brief, _Markdown())) + "\n"


class _Plain:
    """Writes parts of plain text."""

    def text(self, text: str) -> str:
        return one_line(text)

    def head(self, text: str, level: int) -> Iterator[str]:
        text = one_line(text)
        yield from ("", text)
        if level < 3:
            yield ("=" if level == 1 else "-") * min(78, len(text))

    def linked(self, title: str, url: str) -> tuple[str, str]:
        """Return a headline, and a line for its address."""
        return one_line(title), one_line(url)

    def item(self, *lines: str) -> Iterator[str]:
        first, *others = (line for line in lines if line)
        yield f"- {first}"
        yield from (f"  {line}" for line in others)

    def code(self, text: str) -> str:
        return text

    def listed(self, part: Part) -> str:
        """Return the line of the entries of lists."""
        return one_line(words.listed_line(part))


class _Markdown(_Plain):
    """Writes parts of Markdown."""

    def text(self, text: str) -> str:
        return markdown(text)

    def head(self, text: str, level: int) -> Iterator[str]:
        yield from ("", f"{'#' * level} {markdown(text)}", "")

    def linked(self, title: str, url: str) -> tuple[str, str]:
        return (f"[{markdown(title)}](<{_target(url)}>)" if _target(url) else f"{markdown(title)}"), ""

    def item(self, *lines: str) -> Iterator[str]:
        first, *others = (line for line in lines if line)
        yield "  \n  ".join([f"- {first}", *others])

    def code(self, text: str) -> str:
        return f"`{one_line(text)}`"

    def listed(self, part: Part) -> str:
        return words.listed_line(part, _linked, markdown)


def _linked(one: OnList) -> str:
    """Return links to the articles of an entry, in Markdown, each with the name of its outlet."""
    links = []
    for report in one.reports[: words.LINKS]:
        target, name = _target(report.url), markdown(report.source)
        links.append(f"[{name}](<{target}>)" if target else name)
    return f": {', '.join([*links, *(['…'] if len(one.reports) > words.LINKS else [])])}"


def _target(url: str) -> str:
    """Return an address for a link in Markdown; "" if it is none of the web."""
    url = one_line(url)
    return url.replace("<", "%3C").replace(">", "%3E").replace(" ", "%20") if url.startswith(("http://", "https://")) else ""


def _lines(brief: Brief, w: _Plain) -> Iterator[str]:
    if brief.is_empty:
        yield w.text(f"{words.summary(brief)} {words.period(brief)}.")
    else:
        yield from _news(brief, w)
    if brief.troubles or not brief.is_empty:
        yield from w.head("Sources", 2)
        for trouble in brief.troubles[: words.LINES]:
            yield from w.item(w.text(f"{trouble.source} is {trouble.state}: {trouble.reason}"))
        yield w.text(words.sources_line(brief))
    if not brief.is_empty:
        yield from ("", words.MEANINGS, f"All of it: {w.code(words.more(brief))}")


def _news(brief: Brief, w: _Plain) -> Iterator[str]:
    yield from (line for line in w.head(words.heading(brief), 1) if line)
    yield from ("", w.text(words.period(brief)), "", w.text(words.summary(brief)))
    for part in brief.parts:
        if not part.is_empty:
            yield from _part(part, brief, w)
    if quiet := [w.text(part.name) for part in brief.parts if part.is_empty]:
        yield from ("", f"Nothing new on {', '.join(quiet)}.")


def _part(part: Part, brief: Brief, w: _Plain) -> Iterator[str]:
    yield from w.head(part.name, 2)
    yield w.text(words.counts_line(part))
    yield f"Articles a day, {len(part.past.days)} days to {part.past.days[-1]} (UTC): {w.code(sparkline(part.past.articles))}"
    if part.names:
        yield ""
        yield w.text(words.names_line(part))
    if part.listed:
        yield from ("", w.listed(part))
    yield ""
    for story in part.stories[: words.STORIES]:
        yield from _story(story, brief, w)
    others = part.stories[words.STORIES :]
    if others:
        yield from w.head("Also", 3)
        for story in others[: words.LINES]:
            yield from w.item(
                *w.linked(story.lead.title, story.lead.url),
                _outlets(story, brief, w),
                _also(story, brief, w),
                _noted(story, brief, w),
            )
        if rest := len(others) - words.LINES:
            yield from (f"And {counted(rest, 'more story', 'more stories')}.",) if rest > 0 else ()
    yield from _listed("Edited", [tuple(_edit(one, part, brief, w)) for one in part.edits], w)
    yield from _listed("Taken down, or back", [tuple(_absence(one, brief, w)) for one in part.absences], w)


def _listed(name: str, items: Sequence[tuple[str, ...]], w: _Plain) -> Iterator[str]:
    if items:
        yield from w.head(name, 3)
        for lines in items[: words.LINES]:
            yield from w.item(*lines)
        if len(items) > words.LINES:
            yield f"And {len(items) - words.LINES} more."


def _story(story: Story, brief: Brief, w: _Plain) -> Iterator[str]:
    goes_on = f"Goes on: {counted(story.new, 'new article')} of {len(story.reports)}." if story.is_developing else ""
    lines = (_outlets(story, brief, w), goes_on, w.text(story.beginning), _also(story, brief, w), _noted(story, brief, w))
    yield from w.item(*w.linked(story.lead.title, story.lead.url), *lines)


def _also(story: Story, brief: Brief, w: _Plain) -> str:
    return w.text(words.also_reported_story(story, brief))


def _noted(story: Story, brief: Brief, w: _Plain) -> str:
    return w.text(words.noted_story(story, brief))


def _outlets(story: Story, brief: Brief, w: _Plain) -> str:
    shown_outlets = [_outlet(report, brief, w) for report in story.outlets[: words.OUTLETS]]
    rest = len(story.outlets) - words.OUTLETS
    return " · ".join([*shown_outlets, *([f"and {rest} more"] if rest > 0 else [])])


def _outlet(report: Report, brief: Brief, w: _Plain) -> str:
    gone = " (taken down)" if report.gone_at else ""
    return f"{w.text(report.source)} {words.when_reported(report, brief.zone)}{gone}"


def _edit(edit: Edit, part: Part, brief: Brief, w: _Plain) -> Iterator[str]:
    yield from w.linked(edit.title, edit.url)
    yield f"{w.text(edit.source)}, {words.edit_seen(edit, brief.zone)}"
    if edit.title_before and edit.title_before != edit.title:
        yield f"before: {w.text(edit.title_before)}"
    if part.name in edit.lost_topics:
        yield words.LOST
    yield w.text(words.noted(brief, [edit.article_id]))
    yield w.code(f"newslake diff {edit.article_id}")


def _absence(one: Absence, brief: Brief, w: _Plain) -> Iterator[str]:
    yield from w.linked(one.title, one.url)
    yield f"{w.text(one.source)}, {words.gone_or_back(one, brief.zone)}{w.text(why_gone(one.reason))}"
    yield w.text(words.noted(brief, [one.article_id]))
    yield w.code(f"newslake page {one.article_id}")
