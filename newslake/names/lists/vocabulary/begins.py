"""Tell with which words of a text names of a list may begin, so that most texts are done after a look at their words. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from newslake.names.lists.around import is_capital
from newslake.names.lists.forms import Form
from newslake.names.lists.keys import terms_of_word
from newslake.names.lists.lexicon import lexicon
from newslake.names.lists.model import Kind
from newslake.names.lists.sounds import script_of
from newslake.words.folding import fold

__all__ = ["Begins", "Needed"]

_WITH_INITIALS = ("latin", "cyrillic", "greek")
_SPACED = (*_WITH_INITIALS, "arabic")


class Needed(NamedTuple):
    """What a text needs to have a name.

    Attributes:
        terms: of an index, of which each word of the name has one, but for initials.
        alone: those of them that are the whole name.
    """

    terms: Set[str]
    alone: Set[str]


class _Word(NamedTuple):
    """Of which entries a word may be a part, and of which it may be all that a text has. None: of any."""

    entries: frozenset[int] | None
    alone: frozenset[int] | None


_NO_ENTRY = frozenset[int]()
_REMEMBERED = 300_000  # words
_BEFORE = 2  # words before one that is all that is looked for, such as initials and given names
_INSIDE = re.compile("[-‐'’ʼ]")  # between parts of one word


class Begins:
    """The words with which names begin, and those that need no capital.

    Args:
        needed: what texts need to have the entries.
    """

    def __init__(self, needed: Mapping[int, Needed]) -> None:
        self._any_case: set[str] = set()  # as they are written
        self._small: set[int] = set()  # entries with a word that begins with a small letter, and may be written otherwise
        self._entries, self._alone = (defaultdict[str, set[int]](set) for _ in range(2))
        for number, (terms, alone) in needed.items():
            for term in terms:
                self._entries[term].add(number)
            for term in alone:
                self._alone[term].add(number)
        self._known: dict[str, _Word | None] = {}

    def add(self, number: int, form: Form) -> None:
        """Add a form of an entry."""
        if form.kind is Kind.ANY:
            self._any_case.update(map(fold, form.words))
        if any(word[:1].islower() for word in form.words):
            self._small.add(number)

    def places(self, words: Sequence[str], only: Set[int]) -> list[int]:
        """Return with which words of a text one of these entries may begin, by their places."""
        if len(self._known) > _REMEMBERED:
            self._known.clear()
        parts: dict[str, Set[int]] = {}
        alone: set[str] = set()
        for word in set(words):
            known = self._known[word] if word in self._known else self._look_at(word)
            if known and (entries := only if known.entries is None else known.entries & only):
                parts[word] = entries
                if known.alone is None or known.alone & only:
                    alone.add(word)
        found: set[int] = set()
        for place, word in enumerate(words) if parts else ():
            if entries := parts.get(word, _NO_ENTRY):
                if word in alone:
                    found.update(range(max(0, place - _BEFORE), place + 1))
                elif any(other and not entries.isdisjoint(other) for other in map(parts.get, words[place + 1 : place + 3])):
                    found.add(place)
        return sorted(found)

    def _look_at(self, word: str) -> _Word | None:
        self._known[word] = found = self._entries_of(word)
        return found

    def _entries_of(self, word: str) -> _Word | None:
        any_entry = is_capital(word) or fold(word) in self._any_case
        if not any_entry and not self._small:
            return None
        script, terms = script_of(word), terms_of_word(word)
        if any_entry and len(word) < 3 and script in _WITH_INITIALS:
            return _Word(None, _NO_ENTRY)
        if word.startswith(lexicon().attached):
            return _Word(None, None)
        entries = _NO_ENTRY.union(*(self._entries.get(term, ()) for term in terms))
        if not any_entry:
            entries &= self._small
        if not entries:
            return None
        if script not in _SPACED or _INSIDE.search(word):
            return _Word(entries, entries)
        return _Word(entries, _NO_ENTRY.union(*(self._alone.get(term, ()) for term in terms)))
