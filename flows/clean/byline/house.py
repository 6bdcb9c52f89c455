"""Tell an author from an outlet that fills the field for authors with its own name on every page."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from flows.clean.headline.outlet import names_outlet
from flows.clean.page import class_and_id
from flows.clean.reading import Reading
from flows.clean.structured import fold, texts
from newslake.text import squeeze

__all__ = ["is_only_outlet"]

_EDGE = re.compile(
    r"(?:^|[\s_-])(?:header|footer|masthead|logo|brand|copyright|imprint|nav|menu|colophon|fu(?:ss|ß)zeile|pie|foot|top)", re.I
)
_TAGS = ("a", "span", "p", "div", "small", "strong", "b", "li", "em", "address", "header", "footer")
_PARTS = re.compile(r"\s+[-–—:·•]\s+|\s*[|_»«｜：]\s*|\s[-–—]\s?")
_MOST, _SHORT = 20_000, 60
_SIGNS = 2


def is_only_outlet(name: str, reading: Reading) -> bool:
    """Return whether a name is that of the outlet and the page shows it nowhere as a byline.

    At least two places must say that it is the outlet's: the page's data or its feed, the end of its title, and what stands
    above or below everything. A blog under the name of its author shows that name with the text.
    """
    page, data, folded = reading.page, reading.data, fold(name)
    said = [reading.hints.publication, page.meta("og:site_name"), page.meta("application-name")]
    said += [one for value in (data.article.get("publisher"), *data.publishers) for one in texts(value)[:2]]
    declared = [fold(one) for one in said if one]
    parts = [fold(one) for one in _PARTS.split(page.title)]
    is_declared, is_tail = names_outlet(name, declared), len(parts) > 1 and folded in (parts[0], parts[-1])
    if not (is_declared or (is_tail and not declared)):
        return False
    is_at_edge = False
    for element in islice(page.tree.iter(*_TAGS), _MOST):
        own = squeeze(element.text or "") or squeeze(" ".join(one.tail or "" for one in element))
        if not own or len(own) > _SHORT or folded not in fold(own):
            continue
        if _is_edge(element):
            is_at_edge = True
        elif len(shown := fold(own).split()) <= len(folded.split()) + 1 and shown[-1] in folded.split():  # with "by" or alone
            return False
    return is_declared + is_tail + is_at_edge >= _SIGNS


def _is_edge(element: Any) -> bool:
    """Return whether an element stands in the frame of a page or leads to the front page."""
    rooms = [element, *element.iterancestors()]
    link = next((room for room in rooms if room.tag == "a"), None)
    if link is not None and urlsplit(link.get("href") or "x").path.strip("/") in ("", "index.html"):
        return True
    for room in rooms:
        if room.tag in ("article", "main", "body"):
            return False
        if room.tag in ("header", "footer", "nav") or _EDGE.search(class_and_id(room)):
            return not any(outer.tag in ("article", "main") for outer in room.iterancestors())
    return False
