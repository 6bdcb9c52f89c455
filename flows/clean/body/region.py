"""Find the part of a page that holds its article, and remove the rest before the text is read."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from flows.clean.body.menus import LONG_NODES, MENU_LINKS, PROSE, drop, is_empty_or_menu, is_teasers
from flows.clean.page import class_and_id

__all__ = ["Region", "narrow", "within"]

_NO_PROSE = {"a", "nav", "button", "option", "label", "textarea", "title"}
# Elements with other people's words (comments, embedded posts) and with notices of the site.
_OTHER_VOICES = re.compile(
    r"(?:^|\s)(?:comments?(?:[-_]?(?:list|section|area|threads?|wrapper|container|block|holder|body|content))?|comment|disqus_thread|"
    r"wc-thread-wrapper|forum|respond|(?P<post>twitter-tweet|instagram-media|tiktok-embed|fb-post|bluesky-embed|reddit-(?:card|embed\S*))|"
    r"log-?in(?:-?(?:form|panel|box)|panel\S*)?|onetrust\S*|"
    r"(?:[a-z]{1,12}-)?(?:cookie|gdpr|dsgvo)s?-?(?:law-?|privacy-?)?(?:banner|consent|notice|popup|modal|overlay)"
    r"(?:-(?:overlay|wrapper|container|content|box|inner))*|newsletter-?(?:box|signup|form)?)(?:$|\s)",
    re.I,
)
# An element of the article that also has the class of an embedded post: a template's style, not a post.
_OWN_TEXT = re.compile(r"(?:^|\s)(?:post|entry|article)[-_]*(?:content|body|text)(?:$|\s)", re.I)
# A child with this share of its parent's prose leads to the article.
_ON_THE_WAY = 0.6
# The element that is read holds this share of the page's prose, and is one of these.
_NEARLY_ALL = 0.85
_ROOMS = {"div", "section", "article", "main", "td", "center", "form"}
# Bytes of prose of a whole page below which nothing is removed; bytes of an article that is thinned out.
_LITTLE, _ENOUGH = 200, 1_000
# Characters of a text that is no prose in any script, and spaces, of which several count as one.
_SHORT, _SPACE = 15, " \t\r\n"
_SPACES = re.compile(f"[{_SPACE}]+")
_STRUCTURE = {"br", "td", "th", "tr", "tbody", "thead", "table", "body", "html"}


@dataclass(frozen=True, slots=True)
class Region:
    """Where a page's article is.

    `node` is the innermost element that holds most of its parent's prose, and `prose` its size in bytes. `place` is the innermost
    container that holds nearly all of the page's prose.
    """

    node: Any
    prose: int
    place: Any
    by_layout: bool = False  # the layout of the page's outlet had a say


def within(region: Region, rooms: list[Any]) -> Region:
    """Return the region inside the element that is known to hold the article, if there is one with prose.

    Args:
        rooms: what the layout of the outlet says to hold the article; [] if it says nothing.
    """
    if not rooms:
        return region
    region = replace(region, by_layout=True)
    if len(rooms) > 1:
        return region
    room = rooms[0]
    if region.node is room or room in region.node.iterancestors():
        return replace(region, place=region.place if room in region.place.iterancestors() else room)
    prose = _prose(room).get(room, 0)
    return replace(region, node=room, prose=prose, place=room) if prose >= _LITTLE else region


def narrow(tree: Any) -> Region:
    """Remove from `tree` what cannot be part of the article, its head included, and return where the article is.

    Prose is text nodes of some length outside links: menus, teasers and footers have little of it. The sums of prose per element
    lead from the body down to the article, and elements next to that path without any prose are removed. Elements with prose are
    never removed, so a wrong turn costs time but no text.
    """
    body = tree.find("body")
    if body is None:
        return Region(tree, 0, tree)
    for head in tree.findall("head"):
        tree.remove(head)
    prose = _prose(body)
    if prose.get(body, 0) < _LITTLE and (voice := _only_voice(body)) is not None:
        prose = _prose(body, voice)
    if prose.get(body, 0) < _LITTLE:
        return Region(body, prose.get(body, 0), body)
    node = place = body
    while True:
        on_the_way = max(node, key=lambda child: prose.get(child, 0), default=None)
        if on_the_way is None or prose.get(on_the_way, 0) < prose[node] * _ON_THE_WAY:
            break
        for child in list(node):
            if child in prose:
                if child is not on_the_way and is_teasers(child):
                    drop(child)
            elif child.tag not in _STRUCTURE and is_empty_or_menu(child, links=1):
                drop(child)
        node = on_the_way
        if node.tag in _ROOMS and prose[node] > _NEARLY_ALL * prose[body]:
            place = node
    prose[node] -= _thin_out(node, prose, menus=prose[node] > _ENOUGH)
    return Region(node, prose[node], place)


def _only_voice(body: Any) -> Any:
    """Return the element that would be another voice by its class, but holds all prose behind the headline; None if none is."""
    heading = next(body.iter("h1"), None)
    known: dict[Any, bool] = {}
    voices = [one for one in body.iter() if _is_other_voice(one, known) and sum(map(len, LONG_NODES(one))) > _LITTLE]
    if heading is None or len(voices) != 1 or voices[0].get("role"):
        return None
    is_form = next(voices[0].iter("form", "textarea", "input"), None) is not None
    return voices[0] if not is_form and voices[0] in heading.xpath("following::*") else None


def _prose(body: Any, own: Any = None) -> dict[Any, int]:
    """Return the bytes of prose in each element that holds any; `own` is the article's, whatever its class."""
    # elements around the headline belong to the article, whatever their class
    others = {above: False for heading in body.iter("h1") for above in heading.iterancestors()}
    others[own] = False
    sizes: dict[Any, int] = {}
    for element in body.iter():
        # most texts are only the space between two tags
        if (said := element.text) and len(said) > _SHORT and (size := _size(said)):
            sizes[element] = sizes.get(element, 0) + size
        if (said := element.tail) and len(said) > _SHORT and element is not body and (size := _size(said)):
            above = element.getparent()
            sizes[above] = sizes.get(above, 0) + size
    found: dict[Any, int] = {}
    known: dict[Any, list[Any]] = {}
    for element, size in sizes.items():
        around = _rooms(element.getparent(), others, known)
        if around and not _is_silent(element, others):
            found[element] = found.get(element, 0) + size
            for one in around:
                found[one] = found.get(one, 0) + size
    return found


def _size(text: str) -> int:
    """Return the bytes of a text; 0 if it is no prose."""
    bare = text.strip(_SPACE)
    if len(bare) <= _SHORT or (len("".join(bare.split())) <= _SHORT and len(_SPACES.sub(" ", bare)) <= _SHORT):
        return 0
    size = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
    return size if size >= PROSE else 0


def _rooms(element: Any, others: dict[Any, bool], known: dict[Any, list[Any]]) -> list[Any]:
    """Return an element and its ancestors; [] if one of them holds no prose of the page's own. `known` are answers so far."""
    new = []
    while element is not None and element not in known:
        new.append(element)
        element = element.getparent()
    rooms: list[Any] | None = known[element] if element is not None else None
    for one in reversed(new):
        # below what is silent all is
        is_silent = rooms == [] or _is_silent(one, others)
        rooms = known[one] = [] if is_silent else [one, *(rooms or ())]
    return rooms or []


def _is_silent(element: Any, others: dict[Any, bool]) -> bool:
    return element.tag in _NO_PROSE or _is_other_voice(element, others)


def _is_other_voice(element: Any, known: dict[Any, bool]) -> bool:
    """Return whether an element's class or role marks comments, an embedded post, a login or a notice."""
    answer = known.get(element)
    if answer is None:
        is_dialog = element.get("role") in ("dialog", "alertdialog") or element.get("aria-modal") == "true"
        answer = known[element] = element.tag != "body" and (is_dialog or _is_voice(class_and_id(element)))
    return answer


@lru_cache(maxsize=4096)  # the pages of an outlet have the same classes
def _is_voice(mark: str) -> bool:
    """Return whether a class and id mark the words of others."""
    voice = _OTHER_VOICES.search(mark) if len(mark) > 4 else None
    return voice is not None and (voice["post"] is None or _OWN_TEXT.search(mark) is None)


def _thin_out(node: Any, prose: dict[Any, int], *, menus: bool) -> int:
    """Remove teasers from the article's own element, and menus and empty elements too; return how much prose the teasers had."""
    waiting, gone = [node], 0
    while waiting:
        for child in list(waiting.pop()):
            if child in prose:
                if prose[child] * 2 < prose[node] and is_teasers(child):
                    gone += prose[child]
                    drop(child)
                else:
                    waiting.append(child)
            elif menus and child.tag not in _STRUCTURE and is_empty_or_menu(child, links=MENU_LINKS):
                drop(child)
    return gone
