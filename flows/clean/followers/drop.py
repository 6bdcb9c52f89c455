"""Remove the stories that follow an article on its page, so that nothing reads their words, names and dates for the article's."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import Any
from urllib.parse import urljoin, urlsplit

from lxml import etree

from flows.clean.body.boilerplate import weight
from flows.clean.byline.names import AUTHORS, BEGINS, reporter_in
from flows.clean.dates.parse import find_moment
from flows.clean.followers.chronology import BOXES, are_entries, is_chronology, lines_below
from flows.clean.page import class_and_id
from flows.clean.structured import Node, fold, types
from newslake.text import squeeze

__all__ = ["drop_followers"]

_HEADS = ("h1", "h2", "h3")
# Headings that are looked at, and characters of the shortest headline, also in scripts that need few.
_MAX_HEADS, _SHORTEST, _SHORTEST_DENSE = 200, 12, 6
# Text nodes of running text; the characters of them that an article has before another one follows; and how many times as long
# as those a story may be, lest a page with two headlines loses its only article.
_IS_RUNNING = "[string-length(normalize-space()) > 30][not(ancestor::a)]"
_INSIDE: Any = etree.XPath(f"boolean(descendant-or-self::text(){_IS_RUNNING})", smart_strings=False)
# scripts behind an article are often longer than all else on its page
_BEHIND: Any = etree.XPath(f"following::text()[not(parent::script or parent::style)]{_IS_RUNNING}")
_ENOUGH, _MOST_TIMES, _MAX_TEXTS = 150, 10, 20_000
_NO_TEXT = {
    "script",
    "style",
    "noscript",
    "template",
    "figcaption",
    "figure",
    "header",
    "nav",
    "aside",
    "footer",
    "button",
    "label",
}
_BYLINE = AUTHORS.compile(rf"^\W{{0,3}}{BEGINS}\S.{{1,80}}$")
_BYLINE_CLASS = re.compile(r"(?:^|[\s_-])(?:byline|author)s?(?:$|[\s_-])", re.I)
_LONGEST_BYLINE, _LONGEST_DAY, _SHORT = 100, 50, 30
# The class or id of what holds the next story.
_NEXT = re.compile(
    r"(?:^|[\s_-])(?:next[\s_-]?(?:article|story|post|news|item)|(?:article|story|post|news)[\s_-]?next)(?:s|$|[\s_-])", re.I
)
# Classes of articles, and attributes that name one.
_ITEMS = frozenset(
    ("article", "story", "post", "hentry", "news-item", "newsitem", "nota", "noticia", "artikel", "beitrag", "articolo")
)
_KEYS = ("data-url", "data-href", "data-slug", "data-permalink", "data-article-id", "data-post-id", "data-uri")
# That of what holds a part of the article.
_PARTS = re.compile(r"(?:^|[\s_-])(?:live|liveblog|ticker|timeline|chronology|chronicle|updates?)(?:$|[\s_-])", re.I)


def drop_followers(tree: Any, page_url: str, title: str, article: Node) -> None:
    """Remove the stories behind the one with this title; nothing where that is not sure.

    A story begins with a headline that has a byline below it, or a day like that of the article, or begins an element like the
    article's own or one for the next story, or is the link of an `article`. The entries of a live blog are no stories.
    """
    if any("liveblog" in kind for kind in types(article)):
        return
    wanted = fold(title)
    found = list(islice(tree.iter("article", *_HEADS), _MAX_HEADS))
    headings = [one for one in found if one.tag != "article" and _holds_none(one)]
    main = next((one for one in headings if fold(one.text_content()) == wanted), None)
    if main is None:
        main = next((one for one in headings if one.tag == "h1"), None)
    if main is None or main is headings[-1]:
        return
    around = {main, *main.iterancestors()}
    place = _Place(page_url, around, {one for one in found if one.tag == "article"} - around)
    stories = [
        story
        for head in headings[headings.index(main) + 1 :]
        if (story := _story(head, main, place)) and fold(head.text_content()) != wanted
    ]
    if not stories:
        return
    stories = _without_parts(main, stories)
    story_of: dict[Any, int] = {}
    for number, story in enumerate(stories):
        for element in story.elements:
            story_of.setdefault(element, number)
    for number in _behind_text(main, story_of):
        for element in stories[number].elements:
            if element.getparent() is not None:
                element.drop_tree()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an article stands: `around` are its headline and what that stands in, `articles` all other elements of that tag."""

    url: str
    around: set[Any]
    articles: set[Any]


@dataclass(frozen=True, slots=True)
class _Story:
    head: Any
    elements: list[Any]
    is_elsewhere: bool  # it has a room and an address of its own, or stands where the page says that the next story does
    byline: str | None


def _without_parts(main: Any, stories: list[_Story]) -> list[_Story]:
    """Return the stories without those that are dated parts of the article. A byline of another person tells a story too."""
    unsure = [story for story in stories if not story.is_elsewhere]
    if are_entries(main, [story.head for story in unsure]):
        return [story for story in stories if story.is_elsewhere]
    own = [said for _, said in lines_below(main, *BOXES)]
    unsure = [story for story in unsure if story.byline is None or any(story.byline in said for said in own)]
    if is_chronology(main, [story.head for story in unsure]):
        return [story for story in stories if story not in unsure]
    return stories


def _story(head: Any, main: Any, place: _Place) -> _Story | None:
    """Return the story below a headline; None if it heads none."""
    around = place.around
    is_article = bool(place.articles) and not place.articles.isdisjoint(head.iterancestors("article"))
    if (is_linked := _is_linked(head, place.url)) is False:
        return None
    byline = _byline(head) if is_article or head.tag != "h3" else None
    is_sure = (is_article and is_linked) or byline is not None
    is_like = head.tag == main.tag or (head.tag == "h2" and main.tag == "h1")
    if not is_sure and not is_like:
        return None
    said = head.text_content()
    if len(squeeze(said)) < (_SHORTEST if said.isascii() else _SHORTEST_DENSE):
        return None
    is_inside = any(room.tag == "article" and room in around for room in head.iterancestors())
    if not is_sure and is_inside and not _may_be_next(head, around):
        return None
    unit = head
    parent = unit.getparent()
    while parent is not None and parent not in around and not any(map(_INSIDE, unit.itersiblings(preceding=True))):
        unit, parent = parent, parent.getparent()
    if parent is None or parent not in around:
        return None
    is_next = unit is not head and _NEXT.search(class_and_id(unit)) is not None
    is_part = is_inside or _PARTS.search(class_and_id(unit)) is not None
    if not is_sure and not is_next and (is_part or not _is_built_like(head, main, unit, around)):
        return None
    elements = [head, *head.itersiblings()] if unit is head else [unit]
    return _Story(head, elements, is_next or (bool(is_linked) and (is_article or unit is not head)), byline)


def _may_be_next(head: Any, around: set[Any]) -> bool:
    """Return whether anything that a headline stands in, apart from what the article stands in, is for the next story."""
    rooms = takewhile(lambda room: room not in around, head.iterancestors())
    return any(_NEXT.search(class_and_id(room)) for room in rooms)


def _is_built_like(head: Any, main: Any, unit: Any, around: set[Any]) -> bool:
    """Return whether a story that nobody signed is built like the article: its element, its day, or headline and text."""
    if (mine := _day_below(head)) is not None and (own_day := _day_below(main)) is not None and _is_same_form(own_day, mine):
        return True
    own = next((one for one in around if one.getparent() is unit.getparent()), None)
    if own is None or own is main or unit is head:
        return False
    if head.tag == main.tag and _alike(own, unit) and _is_dated(head, unit):
        return True
    if any(_are_items(one, other) for one in _rooms(main, own) for other in _rooms(head, unit)):
        return True
    return _has_class_of(main, head) and any(
        _alike(one, other) for one in main.itersiblings() for other in head.itersiblings() if _INSIDE(other)
    )


def _rooms(heading: Any, last: Any) -> list[Any]:
    """Return what a heading stands in, up to the element `last`."""
    above = list(heading.iterancestors())
    return above[: above.index(last) + 1]


def _are_items(one: Any, other: Any) -> bool:
    """Return whether two elements are items of one kind: their class is that of articles, or their attributes name two."""
    shared = set((one.get("class") or "").lower().split()) & set((other.get("class") or "").lower().split())
    if one.tag != other.tag or not shared:
        return False
    keys = ((one.get(key), other.get(key)) for key in _KEYS)
    return not shared.isdisjoint(_ITEMS) or any(mine and theirs and mine != theirs for mine, theirs in keys)


def _holds_none(heading: Any) -> bool:
    """Return whether a heading holds no other, as those of broken pages do."""
    return next(islice(heading.iter(*_HEADS), 1, None), None) is None


def _alike(one: Any, other: Any) -> bool:
    return one.tag == other.tag and _has_class_of(one, other)


def _is_same_form(one: Any, other: Any) -> bool:
    return bool(one.tag == other.tag and one.get("class") == other.get("class"))


def _has_class_of(one: Any, other: Any) -> bool:
    return bool(one.get("class")) and one.get("class") == other.get("class")


def _day_below(head: Any) -> Any:
    """Return the element right below a headline that shows a day and little else; None if there is none."""
    for below, said in lines_below(head, "header", "hgroup"):
        if len(said) > _LONGEST_DAY:
            return None
        if said and find_moment(said, "visible") is not None:
            return below
    return None


def _byline(head: Any) -> str | None:
    """Return the byline right below a headline; None if there is none."""
    for below, said in lines_below(head, *BOXES):
        if len(said) > _LONGEST_BYLINE:
            return None
        if said and (
            _BYLINE.match(said) or _BYLINE_CLASS.search(below.get("class") or "") or (len(said) < _SHORT and reporter_in(said))
        ):
            return said
    return None


def _is_dated(head: Any, unit: Any) -> bool:
    """Return whether a story shows its day, in an element for it or right below the headline."""
    if next(unit.iter("time"), None) is not None:
        return True
    return any(len(said) < _LONGEST_BYLINE and find_moment(said, "visible") is not None for _, said in lines_below(head))


def _is_linked(head: Any, url: str) -> bool | None:
    """Return whether a headline is a link to another page; False if it only leads to a place on this one, None without a link."""
    above = head.getparent()
    links = [href for link in head.iter("a") if (href := link.get("href")) is not None]
    if above is not None and above.tag == "a" and (href := above.get("href")):
        links.append(href)
    return any(_is_elsewhere(href, url) for href in links) if links else None


def _is_elsewhere(href: str, url: str) -> bool:
    """Return whether a link leads to another path, or to one with other parameters instead of those of the page."""
    try:
        own, there = urlsplit(url), urlsplit(href.strip())
        if not (there.scheme and there.netloc):
            there = urlsplit(urljoin(url, href.strip()))
    except ValueError:
        return False
    if there.scheme not in ("http", "https"):
        return False
    if own.path.rstrip("/") != there.path.rstrip("/"):
        return True
    return not {*own.query.split("&")} <= {*there.query.split("&"), ""}


def _behind_text(main: Any, story_of: dict[Any, int]) -> list[int]:
    """Return which stories stand behind enough running text of the article."""
    text, before, long = 0, dict[int, int](), Counter[int]()
    known: dict[Any, int | None] = {}  # by element: the story that it is in, None for the article, -1 for what is no text
    for said in islice(_BEHIND(main), _MAX_TEXTS):
        element = said.getparent().getparent() if said.is_tail else said.getparent()
        if element not in known:
            rooms = (element, *element.iterancestors())
            is_text = all(room.tag not in _NO_TEXT for room in rooms)
            known[element] = next((story_of[room] for room in rooms if room in story_of), None) if is_text else -1
        number = known[element]
        if number is None:
            text += weight(said)
        elif number >= 0:
            before.setdefault(number, text)
            long[number] += weight(said)
    return [number for number, text in before.items() if text >= _ENOUGH and long[number] <= _MOST_TIMES * text]
