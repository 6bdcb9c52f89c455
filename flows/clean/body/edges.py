"""Know what an outlet says of itself before and after an article: prompts to take its products, and who it is.

Several things must meet, because reports speak of newsletters and of newspapers too: a prompt asks, and offers what is the
outlet's; a description follows a heading that names the outlet, or begins with the name and stands apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache

from flows.clean.body.boilerplate import is_sentence
from flows.clean.body.descriptions import says_what_it_is
from flows.clean.lexicon import any_of, load_lexicon
from flows.clean.page import Page
from flows.clean.structured import fold

__all__ = ["EDGES", "Outlet", "describes", "is_reported"]

EDGES = load_lexicon(
    *("edges", "asks", "asks_behind", "ours", "known", "products", "gains", "reported"),
    *("about", "about_behind", "kinds", "describes"),
)
_LISTS = {name: EDGES.pattern(name) for name in EDGES.lists}
# Words of these languages go on where an entry ends.
_JOINED = ("zh", "tr", "az")
_SPACED = tuple(sorted(EDGES.lists["asks"].keys() - set(_JOINED)))
_ASKS = EDGES.compile(rf"{any_of(EDGES.words('asks', *_SPACED))}(?![\w-])|{any_of(EDGES.words('asks', *_JOINED))}")
_ASKS_BEHIND = {word: code for code, words in EDGES.lists["asks_behind"].items() for word in words}
_REPORTED = EDGES.compile(_LISTS["reported"])
_ABOUT = EDGES.compile(
    rf"{_LISTS['about']}(?:(?<=[\u3400-\u9fff'’])|\s+)(?P<name>\S.*)|(?P<called>.*\S)\s*{_LISTS['about_behind']}"
)
_KINDS = frozenset(EDGES.words("kinds"))
_DESCRIBES = EDGES.compile(rf"(?<![a-zà-ÿа-я]){_LISTS['describes']}")
# Marks before a prompt, but no quotation mark: then somebody says it. A question may come first: "Enjoyed this?"
_MARKS = re.compile(r"[^\w\"'“”„«»‘’‚「『¿¡(]+")
_QUESTION = re.compile(r"[^.!?？！。]{2,90}[?？]\s*")
_LONGEST_PROMPT, _LONGEST_HEADING, _LONGEST_NAME, _MEANT = 400, 70, 60, 250
# What may stand between a prompt's verb and its object: one short word.
_OBJECT = re.compile(r"(?:\w{1,3} )?")
# Characters of the longest words at the beginning that are one phrase; others hold parts of the sentence.
_LONGEST_PHRASE = 25
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
        asks = said
        if not _is_asking(asks):
            question = _QUESTION.match(said)
            if question is None or not _is_asking(asks := said[question.end() :]):
                return False
        if is_reported(said):
            return False
        codes = _languages(asks)
        if _says("gains", said, codes):
            return True
        is_known = _says("known", said, ("any",))
        has_product = is_known or _says("products", said, codes)
        if has_product and (not is_sentence(said) or _says("ours", said, codes)):
            return True
        return self._is_named(said, asks, is_known=is_known, has_product=has_product)

    def _is_named(self, said: str, asks: str, *, is_known: bool, has_product: bool) -> bool:
        """Return whether a prompt is to take the outlet itself, or what it names as its own product.

        A name of one word may also be a place, so it counts only with a product beside it. Reports begin with "support" and
        "read", too: there the name must be what is asked for. Only prompts begin with "sign up".
        """
        folded = f" {fold(said)} "
        names = [name for name in self.names if f" {name} " in folded and (has_product or " " in name)]
        asked = _ASKS.match(asks)
        if not names or is_known or asked is None or (" " in asked[0] and len(asked[0]) < _LONGEST_PHRASE):
            return bool(names)
        behind = fold(asks[asked.end() :])
        return any(_OBJECT.fullmatch(before) for before, there, _ in (behind.partition(name) for name in names) if there)

    def is_headed(self, line: str) -> bool:
        """Return whether a line is the heading of the outlet's description of itself: "About NAME"."""
        found = _ABOUT.fullmatch(line.rstrip(" :：?？")) if len(line) < _LONGEST_HEADING else None
        if found is None:
            return False
        words = fold(found["name"] or found["called"]).split()
        own = [word for word in words if word not in _KINDS] or [word for word in words if len(word) >= _NAME]
        return bool(own) and any(_is_name(own, name) for name in self.names)

    def is_described(self, line: str) -> bool:
        """Return whether a line says of the outlet what it is."""
        return says_what_it_is(line, self.names)

    def is_named_in(self, line: str) -> bool:
        """Return whether a line has a name of the outlet in it."""
        folded = fold(line)
        return any(name in folded for name in self.names)


def _is_asking(said: str) -> bool:
    return _ASKS.match(said) is not None or bool(_asked_behind(said))


def _languages(said: str) -> tuple[str, ...]:
    """Return the languages in which a line asks."""
    before = (code for code in (*_SPACED, *_JOINED) if _pattern("asks", code).match(said))
    return tuple(dict.fromkeys((*before, *_asked_behind(said))))


def _asked_behind(said: str) -> list[str]:
    lowered = "" if said.isascii() else said.lower()
    return [code for word, code in _ASKS_BEHIND.items() if word in lowered]


def _says(wanted: str, said: str, codes: Iterable[str]) -> bool:
    """Return whether a line says an entry of a list, in one of these languages: "les" begins sentences in French as well."""
    return any(_pattern(wanted, code).search(said) for code in codes if code in EDGES.lists[wanted])


@cache
def _pattern(wanted: str, code: str) -> re.Pattern[str]:
    entries = any_of(EDGES.words(wanted, code))
    if wanted in ("products", "known"):
        return EDGES.compile(rf"(?<![^\W_]){entries}(?![^\W_])")
    return EDGES.compile(rf"{entries}(?![\w-])" if wanted == "asks" and code not in _JOINED else entries)


@lru_cache(maxsize=64)  # the last lines of a text are looked at twice
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
