"""Know what an outlet says of itself before and after an article: prompts to take its products, and who it is.

Several things must meet, because reports speak of newsletters and of newspapers too: a prompt asks, and offers what is the
outlet's; a description follows a heading that names the outlet, or begins with the name and stands apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.clean.body.boilerplate import is_sentence
from flows.clean.lexicon import any_of, load_lexicon
from flows.clean.page import Page
from flows.clean.structured import fold

__all__ = ["EDGES", "Outlet", "describes", "is_reported"]

EDGES = load_lexicon(
    "edges", "asks", "asks_behind", "ours", "products", "gains", "reported", "about", "about_behind", "kinds", "describes"
)
_LISTS = {name: EDGES.pattern(name) for name in EDGES.lists}
# Words of these languages go on where an entry ends.
_JOINED = ("zh", "tr", "az")
_ASKS = EDGES.compile(
    rf"{any_of(EDGES.words('asks', *sorted(EDGES.lists['asks'].keys() - set(_JOINED))))}(?!\w)|"
    rf"{any_of(EDGES.words('asks', *_JOINED))}"
)
_ASKS_BEHIND = EDGES.words("asks_behind")
_OURS, _GAINS, _REPORTED = (EDGES.compile(_LISTS[name]) for name in ("ours", "gains", "reported"))
_PRODUCTS = EDGES.compile(rf"(?<![^\W_]){_LISTS['products']}(?![^\W_])")
_ABOUT = EDGES.compile(
    rf"{_LISTS['about']}(?:(?<=[\u3400-\u9fff'’])|\s+)(?P<name>\S.*)|(?P<called>.*\S)\s*{_LISTS['about_behind']}"
)
_KINDS = frozenset(EDGES.words("kinds"))
_DESCRIBES = EDGES.compile(rf"(?<![a-zà-ÿа-я]){_LISTS['describes']}")
# Marks before a prompt, but no quotation mark: then somebody says it. A question may come first: "Enjoyed this?"
_MARKS = re.compile(r"[^\w\"'“”„«»‘’‚「『¿¡(]+")
_QUESTION = re.compile(r"[^.!?？！。]{2,90}[?？]\s*")
_LONGEST_PROMPT, _LONGEST_HEADING, _LONGEST_NAME, _SOON, _MEANT = 400, 70, 60, 80, 250
# Letters of the shortest name, and of the shortest beginning of a word that tells inflected forms of one name.
_NAME, _STEM = 4, 3
# The share of a name that stands for it where words are not separated.
_MOST_OF_NAME = 0.7


@dataclass(frozen=True)
class Outlet:
    """What the outlet of a page is called; `names` are folded."""

    names: tuple[str, ...] = ()

    @classmethod
    def of(cls, page: Page, headline: str, names: list[str]) -> Outlet:
        """Return the outlet with these names, and what the title of the page and its links to the home page call it."""
        shown, head = fold(page.title), fold(headline)
        tail = shown.replace(head, " ", 1).strip() if head and head in shown else ""
        base = page.url.split("/", 3)
        homes = "/", "/".join(base[:3]), "/".join([*base[:3], ""])
        home = [fold(link.text_content()) for link in page.tree.iter("a") if link.get("href") in homes]
        found = (name for name in (*names, tail, *home) if len(name) < _LONGEST_NAME)
        return cls(tuple(dict.fromkeys(name for name in found if len(name) >= (_NAME if name.isascii() else 2))))

    def prompts(self, line: str) -> bool:
        """Return whether a line asks readers to take what the outlet offers."""
        if line.startswith("- "):  # an item of a list
            return False
        said = _MARKS.sub("", line, count=1) if _MARKS.match(line) else line
        if len(said) > _LONGEST_PROMPT:
            return False
        if not self._asks(said):
            question = _QUESTION.match(said)
            if question is None or not self._asks(said[question.end() :]):
                return False
        if is_reported(said):
            return False
        if _GAINS.search(said):
            return True
        has_product = _PRODUCTS.search(said) is not None
        return self._is_named(said, has_product) or (has_product and (not is_sentence(said) or _OURS.search(said) is not None))

    @staticmethod
    def _asks(said: str) -> bool:
        if _ASKS.match(said):
            return True
        lowered = "" if said.isascii() else said.lower()
        return any(word in lowered for word in _ASKS_BEHIND)

    def _is_named(self, said: str, has_product: bool) -> bool:
        """Return whether a prompt names the outlet; one word may be a place as well, and needs a product beside it."""
        folded = f" {fold(said)} "
        return any(f" {name} " in folded for name in self.names if has_product or " " in name)

    def is_headed(self, line: str) -> bool:
        """Return whether a line is the heading of the outlet's description of itself: "About NAME"."""
        found = _ABOUT.fullmatch(line.rstrip(" :：?？")) if len(line) < _LONGEST_HEADING else None
        if found is None:
            return False
        words = fold(found["name"] or found["called"]).split()
        own = [word for word in words if word not in _KINDS] or [word for word in words if len(word) >= _NAME]
        return bool(own) and any(_is_name(own, name) for name in self.names)

    def is_described(self, line: str) -> bool:
        """Return whether a line soon names the outlet and says what it is."""
        begins = fold(line[:_SOON])
        return any(name in begins for name in self.names) and describes(line)


def describes(line: str) -> bool:
    """Return whether a line says of something what only an outlet is."""
    return _DESCRIBES.search(line, 0, _MEANT) is not None


def is_reported(line: str) -> bool:
    """Return whether a line says who says it."""
    return _REPORTED.search(line) is not None


def _is_name(words: list[str], name: str) -> bool:
    """Return whether all words are of a name, whatever their endings."""
    joined, whole = "".join(words), name.replace(" ", "")
    if joined in whole and len(joined) >= _MOST_OF_NAME * len(whole):
        return True
    return all(any(_is_form(word, part) for part in (*name.split(), whole)) for word in words)


def _is_form(word: str, other: str) -> bool:
    """Return whether two words are forms of one: they begin alike, but for an ending of two letters."""
    least = max(_STEM, min(len(word), len(other)) - 2)
    return word == other or (len(word) >= _NAME and abs(len(word) - len(other)) <= 3 and word[:least] == other[:least])
