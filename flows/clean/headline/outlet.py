"""Know an outlet by its names, and the parts of a title or a byline that only name it."""

from __future__ import annotations

import re

from flows.clean.page import Page
from flows.clean.structured import StructuredData, fold, texts
from spiders.urls.canonical import domain
from spiders.warc.model import Hints

__all__ = ["is_address", "is_outlet", "names_outlet", "outlet_names"]

# Words of an outlet's name: some pages give their headline as the name of their application.
_LONGEST_NAME = 8
# Digits that no variant of an outlet's name has.
_DIGITS = 4
# Words, and characters, that a variant of a name has more: "Reuters UK", "BBC News Korean". Characters of the name of a domain.
_MORE_WORDS, _ROOM, _DOMAIN_SIZE = 2, 14, 25
_BRACKETED = re.compile(r"\([^()]*\)")
_TOO_SHORT = ("com", "co", "www", "org", "net", "news", "en")
_METAS = (
    "og:site_name",
    "application-name",
    "apple-mobile-web-app-title",
    "twitter:site",
    "dc.publisher",
    "cre",
    "publisher",
    "copyright",
    "source",
)
_ADDRESS = re.compile(r"(?:www\.)?[\w-]+(?:\.[\w-]+)?\.(?:com|org|net|co\.uk|info|[a-z]{2})(?:\.[a-z]{2})?", re.I)
_DOMAIN = re.compile(r"(?:\w+\s)?(?:com|org|net|co uk|news)")


def outlet_names(page: Page, data: StructuredData, publication: str | None, hints: Hints) -> list[str]:
    """Return the names of the page's outlet, folded: from the page, its feed and the watchlist, then from its address."""
    said = [publication, hints.publication]
    for key in _METAS:
        said.extend(page.metas.get(key, ())[:1])
    for value in (data.article.get("publisher"), data.article.get("sourceOrganization"), *data.publishers):
        said.extend(texts(value)[:2])
    said.extend(_hosts(page.url))
    names: list[str] = []
    for name in said:
        folded = fold(name.lstrip("@")) if name and len(name) < 80 else ""
        if len(folded) > 1 and len(folded.split()) < _LONGEST_NAME and folded not in names and folded not in _TOO_SHORT:
            names.append(folded)
    return names


def _hosts(url: str) -> list[str]:
    host = domain(url)
    return [host, *host.split(".")[:-1]]


def is_address(part: str) -> bool:
    """Return whether a part of a title is the address of a site: "Ohio.com"."""
    return _ADDRESS.fullmatch(part.strip()) is not None


def names_outlet(part: str, names: list[str]) -> bool:
    """Return whether a part is a name of the outlet, with or without its article and domain."""
    joined = fold(part).replace(" ", "")
    bare = joined.removeprefix("the")
    return bool(bare) and any(name.replace(" ", "").removeprefix("the") == bare for name in names)


def is_outlet(part: str, names: list[str]) -> bool:
    """Return whether a part names the outlet in full, in short or as one of its editions."""
    folded = (fold(_BRACKETED.sub(" ", part)) if "(" in part else "") or fold(part)
    joined = folded.replace(" ", "")
    if len(joined) > max(_DOMAIN_SIZE, max(map(len, names), default=0) + _ROOM):
        return False  # a headline, which is much longer than all of the names
    if not folded or names_outlet(folded, names):
        return True
    words = folded.split()
    # "Reuters UK", and not "JVNDB-2018-013542" at jvndb.jvn.jp
    if sum(map(str.isdigit, joined)) >= _DIGITS:
        return False
    is_cased = all(not word[:1].islower() for word in part.split())
    for name in names:
        bare = name.replace(" ", "")
        room = _ROOM if bare.isascii() else 4
        more = len(words) - len(name.split())
        is_longer = len(bare) > 3 and len(joined) < len(bare) + room and (joined.startswith(bare) or joined.endswith(bare))
        if is_longer and more <= _MORE_WORDS and (is_cased or "." in part):
            return True
        if len(joined) > 3 and len(words) < 5 and (bare.startswith(joined) or bare.endswith(joined)):
            return True
    return bool(_DOMAIN.fullmatch(folded)) and len(folded) < _DOMAIN_SIZE
