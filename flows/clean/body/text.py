"""Find the text of an article with its subheadings: as trafilatura reads it, corrected by other readings and by the data."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import Any

from lxml import etree
from trafilatura import bare_extraction
from trafilatura.settings import Extractor

from flows.clean.body.article_body import declared_lines
from flows.clean.body.boilerplate import BOILERPLATE, HEADING_MARK, is_prose
from flows.clean.body.edges import Outlet
from flows.clean.body.lead import described, find_lead, possible_leads
from flows.clean.body.lists import with_lists
from flows.clean.body.quick import hasten
from flows.clean.body.region import Region
from flows.clean.body.tidy import Tidy
from flows.clean.page import SUBHEADINGS, Page
from flows.clean.screen import screen_lines
from flows.clean.structured import Node, fold
from newslake.text import squeeze

__all__ = ["Text", "find_text", "may_say", "read_plainly"]

# trafilatura logs each page without text; here that is a normal outcome
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
logging.getLogger("htmldate").setLevel(logging.CRITICAL)
hasten()

# How trafilatura reads each page. Made once, because it reads its configuration each time. With its own focus, "balanced", it
# measures the whole page behind every short text, to read a page again of which it has little; `_extracted` tells that sooner.
_TWICE = Extractor(output_format="python", fast=True, comments=False, tables=True)
_ONCE = copy(_TWICE)
_ONCE.focus = "once"
# trafilatura drops what is not printable, also the joiners that belong to Persian and Indian words and to emoji. Letters of
# Linear A stand for them while it reads.
_JOINERS = str.maketrans("\u200c\u200d", "\U00010600\U00010601")
_JOINERS_AGAIN = {stand_in: joiner for joiner, stand_in in _JOINERS.items()}
# The largest real article pages have 15,000 elements.
_MAX_ELEMENTS, _MAX_PARAGRAPHS = 40_000, 5_000
_PLAIN = ("p", *SUBHEADINGS, "li", "blockquote", "pre", "div", "td")
_SHORT_ITEM = 25
# Below this share of the page's prose, the plain reading is tried as well.
_THIN = 0.33
_SNIPPET, _SCRAP = 300, 0.15
# trafilatura reads a page again whose text is shorter than this and than a fifth of the page; a little more is on the safe side.
_SHORT_TEXT, _SHORT_SHARE = 3_100, 0.22
# Below this share of the prose an article may be in chunks; a chunk has this many paragraphs.
_PART, _FEW = 0.7, 3
# The visible lines must make up this share of a text that came as one line.
_MOST = 0.6
# The attributes by which trafilatura finds and leaves out elements.
_READ_BY = ("class", "id", "role", "itemprop", "style")
# Attributes, often long, that nothing reads from there on. trafilatura copies elements with all of theirs several times.
_UNREAD = ("href", "target", "title", "rel", "src", "alt", "srcset")
# Who took a picture, after its description.
_CREDIT = BOILERPLATE.compile(rf"\s*[(\[]?{BOILERPLATE.pattern('credits')}s?\s*[:：/©].{{0,60}}$")


@dataclass(frozen=True, slots=True)
class Text:
    """`text` has one paragraph per line; `headings` are the subheadings among its lines, without bullets."""

    text: str = ""
    headings: tuple[str, ...] = ()


def find_text(
    page: Page, region: Region, article: Node, above: tuple[str, ...], authors: tuple[str, ...], outlet: Outlet
) -> Text:
    """Return the article's text, without lines at its start that repeat `above` (title, section).

    `region` is what `prepare` returned for the page. The tree is destroyed: nothing can be read from it afterwards.
    """
    links = tuple(page.tree.iter("a"))
    lines, headings = ([], set()) if _is_vast(page) else _extracted(region.place)
    if len(lines) == 1:
        lines, headings = _parted(lines[0], region.place)
    tidy = Tidy(region.place, links, above, authors, outlet)
    lines = tidy.lines(lines, headings)
    if _bytes(lines) < _THIN * region.prose:
        # the innermost element first; of an article in two parts, the beginning is outside it
        for room in (region.node, region.place):
            others, more = read_plainly(room)
            little = max(_SNIPPET, region.prose * _SCRAP) if room is region.node else 0
            if (others := _longer(tidy, others, more, 2.5 * _size(lines))) and _goes_on(lines, others, above[0], little):
                lines, headings = others, headings | more
                break
    if _bytes(lines) < _PART * region.prose and (chunks := _chunks(region.place, lines)):
        read = [read_plainly(chunk) for chunk in chunks]
        more = {heading for _, found in read for heading in found}
        others = _longer(tidy, [line for found, _ in read for line in found], more, 1.2 * _size(lines))
        if others and _goes_on(lines, others, above[0], 0):
            lines, headings = others, headings | more
    declared, more = declared_lines(article)
    if said := _longer(replace(tidy, links=()), declared, more, 1.5 * _size(lines) + 100):
        lines, headings = said, more
    lines = with_lists(lines, region.node)
    if lines and (lead := find_lead(page, region.place, lines, above[0])):
        lines = [lead, *lines]
    found = [line for line in lines if line in headings or HEADING_MARK.match(line)]
    return Text("\n".join(lines), tuple(dict.fromkeys(HEADING_MARK.sub("", line) for line in found)))


def _longer(tidy: Tidy, lines: list[str], headings: set[str], size: float) -> list[str]:
    """Return the tidied lines of another reading if they have more characters than this; else []."""
    if _size(lines) <= size:  # tidying only takes lines away
        return []
    tidied = tidy.lines(lines, headings)
    return tidied if _size(tidied) > size else []


def may_say(page: Page, region: Region, article: Node) -> Iterator[str]:
    """Yield all text `find_text` could possibly return, much more cheaply: first the body, then body plus candidate leads.

    Callers use it to decide whether the text is worth finding. The last value holds every word of any text.
    """
    place = region.place
    said = [place.text_content(), *declared_lines(article)[0]]
    if region.node is not place and place not in region.node.iterancestors():  # it was removed, and is read nevertheless
        said.append(region.node.text_content())
    yield "\n".join(said)
    if not described(page):
        return
    parent = place.getparent()
    at = parent.index(place) if parent is not None else 0
    if parent is not None:
        parent.remove(place)  # as it will be during the search for the lead
    said.extend(element.text_content() for element in possible_leads(page))
    if parent is not None:
        parent.insert(at, place)
    yield "\n".join(said)


def _chunks(place: Any, lines: list[str]) -> list[Any]:
    """Return the elements that share an article of which `lines` come from one: siblings with the same tag and class.

    Outlets split articles like this around advertisements. An element with its own headline is another article.
    """
    known = {line for line in lines if is_prose(line)}
    held = Counter(p.getparent() for p in place.iter("p") if squeeze(p.text_content()) in known)
    for room, count in held.most_common(1):
        for one in (room, room.getparent()):
            above = one.getparent() if one is not None else None
            if count < _FEW or above is None or not one.get("class"):
                continue
            alike = [other for other in above if other.tag == one.tag and other.get("class") == one.get("class")]
            if len(alike) > 1 and not any(other.tag == "article" or other.find(".//h1") is not None for other in alike):
                return alike
    return []


def _goes_on(lines: list[str], others: list[str], title: str, little: float) -> bool:
    """Return whether a longer reading is the same article, and not comments or an appeal longer than the article."""
    there = "\n".join(others)
    shared = sum(len(line) for line in lines if line in there)
    if shared * 2 >= _size(lines):
        return True
    words = set(fold(title).split())
    return _size(lines) < little and len(words & set(fold(there).split())) >= len(words & set(fold(" ".join(lines)).split()))


def _extracted(place: Any) -> tuple[list[str], set[str]]:
    """Return the lines that trafilatura reads in an element, and which of them are headings."""
    said = place.text_content()
    has_joiners = "\u200c" in said or "\u200d" in said
    if has_joiners:
        _translate(place, _JOINERS)
    etree.strip_attributes(place, *_UNREAD)
    alone = _alone(place)
    document: Any = bare_extraction(alone, options=_ONCE)
    size = len(document.text or "") if document is not None else 0
    if size < _SHORT_TEXT and size < _SHORT_SHARE * len(said) and size < _SHORT_SHARE * len(squeeze(said)):
        document = bare_extraction(alone, options=_TWICE)
    lines = document.text.splitlines() if document is not None and document.text else []
    headings = {"".join(head.itertext()) for head in document.body.iter("head")} if lines else set()
    if has_joiners:
        _translate(place, _JOINERS_AGAIN)
        lines = [line.translate(_JOINERS_AGAIN) for line in lines]
        headings = {heading.translate(_JOINERS_AGAIN) for heading in headings}
    return list(map(squeeze, lines)), set(map(squeeze, headings))


def _translate(place: Any, letters: dict[int, int]) -> None:
    """Replace letters in the texts of an element and all below it."""
    for element in place.iter():
        element.text = element.text and element.text.translate(letters)
        element.tail = element.tail and element.tail.translate(letters)


def _parted(whole: str, place: Any) -> tuple[list[str], set[str]]:
    """Split a text that came as one line into the visible lines, and return which of them are headings.

    trafilatura's last resort joins all elements of an article, mostly when its text stands below pictures.
    """
    bare = "".join(whole.split())
    shown = [(text, is_heading) for text, _, is_heading in screen_lines(place) if "".join(text.split()) in bare]
    lines = [_CREDIT.sub("", text) for text, _ in shown]
    if _size(lines) < len(whole) * _MOST:
        return [whole], set()
    return lines, {text for text, is_heading in shown if is_heading}


def _alone(place: Any) -> Any:
    """Move an element into a new page with copies of its ancestors, so that trafilatura does not read the rest."""
    # by the page's own parser: html.Element would add lxml's lookup of classes, a Python call per element
    rooms = [
        room.makeelement(room.tag if room.tag.isalnum() else "div", {name: room.get(name, "") for name in _READ_BY})
        for room in place.iterancestors()
    ]
    for inner, outer in pairwise(rooms):
        outer.append(inner)
    place.tail = None
    if rooms:  # the place last, because moving an element to another document looks at all below it
        rooms[0].append(place)
    return rooms[-1] if rooms else place


def read_plainly(node: Any) -> tuple[list[str], set[str]]:
    """Return all running text below an element and the headings in between.

    Used where trafilatura finds only a small part of the text, and for pages too large for it: on some pages its time grows with
    the square of their size.
    """
    lines: list[str] = []
    headings: set[str] = set()
    waiting: list[str] = []
    taken: Any = None  # the list whose item was taken last
    for element in islice(node.iter(*_PLAIN), _MAX_PARAGRAPHS):
        if element.tag not in ("div", "td"):
            line = squeeze(element.text_content())
        else:  # text directly in the element, around other blocks
            line = squeeze(" ".join([element.text or "", *(child.tail or "" for child in element)]))
        if element.tag in SUBHEADINGS:
            waiting.append(line)
            continue
        above = element.getparent() if element.tag == "li" else None
        if above is not None and line and (above is taken or (waiting and len(line) > _SHORT_ITEM)):
            taken = above  # a list is read as a whole
        elif not is_prose(line):
            continue
        # of several headings in a row, only the last one has text below it
        for heading in waiting[-1:]:
            lines.append(heading)
            headings.add(heading)
        waiting.clear()
        if not lines or line not in lines[-3:]:
            lines.append(line)
    return lines, headings


def _is_vast(page: Page) -> bool:
    # a tag has three characters or more, so a short page need not be counted
    return len(page.source) > 3 * _MAX_ELEMENTS and next(islice(page.tree.iter(), _MAX_ELEMENTS, None), None) is not None


def _bytes(lines: list[str]) -> int:
    return sum(len(line.encode("utf-8", "replace")) for line in lines)


def _size(lines: list[str]) -> int:
    return sum(map(len, lines))
