"""Recognise what may stand in a byline instead of an author: the outlet, its sections, a place."""

from __future__ import annotations

from functools import cached_property
from itertools import islice
from urllib.parse import unquote, urlsplit

from flows.clean.byline.places import is_place
from flows.clean.headline.outlet import is_address, is_outlet, names_outlet
from flows.clean.page import Page, class_and_id
from flows.clean.structured import StructuredData, fold, texts, types

__all__ = ["Refused"]

_MAX_MENUS, _MAX_LINKS, _LONGEST = 60, 150, 80
# Beginnings of the names of cities that CLDR does not know.
_CITIES = ("new", "san", "santa", "saint", "st", "los", "las", "el", "la", "port", "fort", "north", "south", "nizhny", "rostov")


class Refused:
    """What is no author of a page: the outlet by its folded `names`, the sections and the menus of the page, and places."""

    def __init__(self, names: list[str], page: Page | None = None, data: StructuredData | None = None) -> None:
        self._names, self._page, self._data = names, page, data

    @cached_property
    def _language(self) -> str | None:
        return next((code[:2].lower() for code in self._page.languages if code), None) if self._page else None

    @cached_property
    def _sections(self) -> frozenset[str]:
        """The folded names of the sections that the article is in."""
        if self._page is None or self._data is None:
            return frozenset()
        marked = (self._data.article, self._data.micro)
        said = [*self._page.sections, *(one for node in marked for one in texts(node.get("articleSection")))]
        for node in self._data.nodes:
            if "breadcrumblist" in types(node):
                said += texts(node.get("itemListElement"))[:-1]
        return frozenset(fold(one) for one in said if len(one) < _LONGEST) - {""}

    @cached_property
    def _folders(self) -> frozenset[str]:
        """The folded names of the folders in the page's address."""
        path = urlsplit(self._page.url).path if self._page else ""
        return frozenset(fold(unquote(part).replace("-", " ").replace("_", " ")) for part in path.split("/")[:-1])

    @cached_property
    def _menu(self) -> frozenset[str]:
        """The folded texts of the links in the page's menus."""
        found: set[str] = set()
        for room in islice(self._page.tree.iter("nav", "ul"), _MAX_MENUS) if self._page else ():
            if room.tag == "nav" or any(word in class_and_id(room).lower() for word in ("nav", "menu")):
                found.update(fold(link.text_content()[:_LONGEST]) for link in islice(room.iter("a"), _MAX_LINKS))
        return frozenset(found - {""})

    def is_refused(self, name: str, kind: str) -> bool:
        """Return whether a name is that of a section or a place; `kind` is what the data call it, see `Byline`."""
        folded = fold(name)
        if folded in self._sections or (is_address(name) and not self.is_outlet(name)):
            return True
        # menus are read last, because that takes longest
        if kind != "person" and (" " not in folded or folded in self._folders) and folded in self._menu:
            return True
        return is_place(name, self._language)

    def is_outlet(self, name: str) -> bool:
        """Return whether a name is that of the outlet."""
        return names_outlet(name, self._names)

    def is_edition(self, name: str) -> bool:
        """Return whether a name is that of the outlet, in full, in short or as one of its editions."""
        return is_outlet(name, self._names)

    def is_place(self, said: str) -> bool:
        """Return whether a whole byline is a place: "Kharkiv, Ukraine", but not "Jane Doe, Ukraine"."""
        first, comma, _ = said.partition(",")
        words = fold(first).split()
        is_name = bool(comma) and len(words) > 1 and words[0] not in _CITIES and not is_place(first, self._language)
        return not is_name and is_place(said, self._language)
