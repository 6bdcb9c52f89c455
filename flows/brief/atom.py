"""Write a brief as an Atom feed: an entry for each story, edit and take-down. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from urllib.parse import quote
from uuid import NAMESPACE_URL, UUID, uuid5
from xml.etree import ElementTree as ET

from flows.brief import words
from flows.brief.model import Brief, Part, Story
from flows.pages.templates import is_address
from flows.reading.times import lag, shown
from flows.reports.gone import why_gone

ATOM = "http://www.w3.org/2005/Atom"
_NO_ADDRESS = re.compile(r"""["<>\\^`{|}\x7f-\x9f]""")  # what an address (IRI) holds only as %22 and the like
# What XML cannot hold.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Entry:
    """An entry of the feed, with the topics that it is in."""

    def __init__(self, key: str, title: str, url: str, source: str, at: datetime, content: str) -> None:
        self.key, self.title, self.url, self.source, self.at, self.content = key, title, url, source, at, content
        self.topics: list[str] = []


def feed_of(brief: Brief) -> bytes:
    """Return the feed of a brief, the latest first. What several topics share is in it once, with each of them as a category."""
    entries: dict[str, _Entry] = {}
    for part in brief.parts:
        for entry in _entries(part, brief):
            entries.setdefault(entry.key, entry).topics.append(part.name)
    feed = ET.Element("feed", {"xmlns": ATOM})
    about = " ".join(["newslake brief", *(part.name for part in brief.parts)])
    _add(feed, "id", uuid5(NAMESPACE_URL, about).urn)
    _add(feed, "title", f"newslake: {brief.parts[0].name}" if len(brief.parts) == 1 else "newslake")
    _add(feed, "updated", _stamp(max((entry.at for entry in entries.values()), default=brief.until)))
    _add(feed, "generator", "newslake")
    for entry in sorted(entries.values(), key=lambda one: (one.at, one.key), reverse=True):
        feed.append(_element(entry))
    ET.indent(feed)
    written: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _entries(part: Part, brief: Brief) -> Iterator[_Entry]:
    for story in part.stories:
        yield _Entry(
            story.story_id.urn, story.lead.title, story.lead.url, story.lead.source, story.latest, _content(story, brief)
        )
    for edit in part.edits:
        before = f"<p>before: <del>{escape(edit.title_before)}</del></p>" if edit.title_before != edit.title else ""
        lost = f"<p>No longer has the words of: {escape(', '.join(edit.lost_topics))}.</p>" if edit.lost_topics else ""
        what = f"<p>{escape(words.edit_words(edit))}</p>{before}{lost}"
        key = _key(edit.article_id, f"revision {edit.revision}")
        yield _Entry(key, f"Edited: {edit.title}", edit.url, edit.source, edit.seen_at, what)
    for one in part.absences:
        word = "Back" if one.is_back else "Taken down"
        why = f"<p>{escape(why_gone(one.reason).strip(' ()'))}</p>" if one.reason else ""
        key = _key(one.article_id, f"{word} {one.seen_at.astimezone(UTC).isoformat()}")
        yield _Entry(key, f"{word}: {one.title}", one.url, one.source, one.seen_at, why)


def _key(article_id: UUID, what: str) -> str:
    return uuid5(article_id, what).urn


def _content(story: Story, brief: Brief) -> str:
    outlets = []
    for report in story.outlets:
        name = escape(report.source)
        named = f'<a href="{escape(report.url)}">{name}</a>' if is_address(report.url) else name
        at = shown(report.at, "day" if report.is_day else "minute", brief.zone)
        outlets.append(f"<li>{named} {at}{f', {lag(report.lag_seconds)} later' if report.lag_seconds else ''}</li>")
    beginning = f"<p>{escape(story.beginning)}</p>" if story.beginning else ""
    also = words.also_reported_story(story, brief)
    return f"{beginning}<ol>{''.join(outlets)}</ol>{f'<p>{escape(also)}</p>' if also else ''}"


def _element(entry: _Entry) -> ET.Element:
    element = ET.Element("entry")
    _add(element, "id", entry.key)
    _add(element, "title", entry.title)
    if is_address(entry.url):
        ET.SubElement(
            element, "link", {"rel": "alternate", "href": _NO_ADDRESS.sub(lambda found: quote(found[0]), _clean(entry.url))}
        )
    _add(element, "updated", _stamp(entry.at))
    _add(ET.SubElement(element, "author"), "name", entry.source)
    for topic in entry.topics:
        ET.SubElement(element, "category", {"term": _clean(topic)})
    _add(element, "content", entry.content).set("type", "html")
    return element


def _add(parent: ET.Element, name: str, text: str) -> ET.Element:
    made = ET.SubElement(parent, name)
    made.text = _clean(text)
    return made


def _clean(text: str) -> str:
    return _NO_XML.sub("", text)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
