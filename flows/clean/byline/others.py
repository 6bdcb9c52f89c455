"""Recognise the bylines on a page that are of other stories, of videos and of comments."""

from __future__ import annotations

import re
from functools import cached_property
from itertools import islice
from typing import Any

from flows.clean.byline.names import AUTHORS, is_full_name
from flows.clean.page import Page, class_and_id
from flows.clean.structured import fold
from newslake.text import squeeze
from spiders.urls.article_shape import Shape, is_above, shape
from spiders.urls.canonical import absolute, identity, site

__all__ = ["Others"]

# Characters of a paragraph, and paragraphs of an article above the heading of another story; headings of a box on the author.
_PROSE, _PARAGRAPHS = 80, 2
_ABOUT = AUTHORS.compile(rf"{AUTHORS.pattern('labels')}|{AUTHORS.pattern('folders')}|redak|about")
_COMMENTS = re.compile(r"comment|related|recommend|sidebar|footer|teaser", re.I)
# Characters of a teaser at most, links and headings looked at.
_TEASER, _LINKS, _HEADINGS = 400, 40, 500
# Words of a headline in a link alone, in a heading or an item of a list, and in capitals as names have; characters of one without
# spaces.
_WORDS, _WORDS_OF_ITEM, _CAPITALISED, _UNSPACED = 5, 3, 6, 12
_ITEMS = ("li", "article", "tr", "a")
_HEADS = ("h1", "h2", "h3", "h4", "h5", "h6")


class Others:
    """The stories on a page that are not the article; `title` is the article's."""

    def __init__(self, page: Page, title: str) -> None:
        self._page, self._title = page, title

    def has(self, element: Any) -> bool:
        """Return whether a byline is that of a comment or of another story: in its teaser, or right below its heading."""
        return self.in_comments(element) or self.is_below_heading(element) or self.in_teaser(element)

    def in_comments(self, element: Any) -> bool:
        """Return whether an element is named as a comment or a teaser."""
        return any(_COMMENTS.search(class_and_id(room)) for room in [element, *element.iterancestors()][:12])

    def is_below_heading(self, element: Any) -> bool:
        """Return whether a byline stands right below the heading of another story, which follows the article on its page."""
        prose = above = below = 0
        heading, is_passed = None, False
        for other in element.getroottree().iter("h1", "h2", "h3", "p", element.tag):
            if other is element:
                is_passed = True
            elif other.tag == "p":
                is_long = len(other.text_content()) > _PROSE
                prose, below = prose + (is_long and not is_passed), below + (is_long and is_passed)
            elif other.tag in ("h1", "h2", "h3"):
                if is_passed:
                    break
                heading, above = other, prose
        if heading is None or above < _PARAGRAPHS or prose > above or below < _PARAGRAPHS:
            return False
        said = squeeze(heading.text_content())
        return fold(said) != fold(self._title) and len(said.split()) > 2 and not _ABOUT.search(said)

    def in_item(self, element: Any) -> bool:
        """Return whether an element is in an item of microdata with a headline of its own: another story, a video."""
        scope = next((room for room in element.iterancestors() if room.get("itemtype")), None)
        if scope is None or scope.tag in ("html", "body", "main"):
            return False
        heads = (e for e in scope.iter() if isinstance(e.tag, str) and (e.get("itemprop") or "") in ("headline", "name"))
        said = next((fold(e.get("content") or e.text_content()) for e in islice(heads, 1)), "")
        wanted = fold(self._title)
        return len(said.split()) > 0 and said not in wanted and wanted not in said and not is_full_name(said.title())

    def in_teaser(self, element: Any) -> bool:
        """Return whether the little that stands with a byline is a link to another story, and not the headline."""
        inside = set(element.iter("a"))
        for room in [element, *element.iterancestors()]:
            if room in self._around_headline or room.tag in ("main", "body") or len(room.text_content()) > _TEASER:
                return False
            if any(link not in inside and self._leads_to_story(link, room, element) for link in islice(room.iter("a"), _LINKS)):
                return True
        return False

    @cached_property
    def _around_headline(self) -> frozenset[Any]:
        """The elements that hold the headline of the article."""
        wanted = fold(self._title)
        headings = islice(self._page.tree.iter("h1", "h2", "h3"), _HEADINGS) if wanted else ()
        found = [heading for heading in headings if fold(heading.text_content()[: 2 * _TEASER]) == wanted]
        return frozenset(room for heading in found for room in [heading, *heading.iterancestors()])

    def _leads_to_story(self, link: Any, room: Any, byline: Any) -> bool:
        """Return whether a link has a headline, apart from a byline inside of it, and leads to another page of the site."""
        said = squeeze(link.text_content())
        if byline in link.iter(byline.tag):
            said = squeeze(said.replace(squeeze(byline.text_content()), " "))
        is_heading = any(one.tag in _HEADS for one in [*link.iter(*_HEADS), *islice(link.iterancestors(), 2)])
        if not _is_headline(said, is_heading or room.tag in _ITEMS) or fold(said) == fold(self._title):
            return False
        address, own = absolute(self._page.base, link.get("href") or ""), self._page.url
        if not address or site(address) != site(own) or is_above(address, own):
            return False
        is_own = identity(address) in (identity(own), identity(self._page.declared_address or own))
        return not is_own and shape(address) >= (Shape.PLAIN if is_heading else Shape.WEAK)


def _is_headline(said: str, is_item: bool) -> bool:
    """Return whether the text of a link is long enough for a headline, and no name."""
    words = len(said.split())
    if words < 2:
        return len(said) >= _UNSPACED
    return words >= (_CAPITALISED if is_full_name(said) else _WORDS_OF_ITEM if is_item else _WORDS)
