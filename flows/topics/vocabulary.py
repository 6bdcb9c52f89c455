"""Find the occurrences of the words of all topics in one pass over a text.

Each distinct written word is folded and looked up once per process; after that it costs one dictionary access.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from flows.topics.nodes import Term, Wildcard
from newslake.words.folding import PLAIN, SCRIPTS, TOKEN, Run, Script, fold_run
from newslake.words.readings import PREFIXES, SAFE_SYLLABLES, beginnings, forms_of, readings

_REMEMBERED = 1 << 16  # distinct written words in the cache; at most some tens of megabytes
_LONGEST_REMEMBERED = 40  # characters; longer tokens hardly ever recur
_GAP = 10  # characters that `*` may match in an unspaced script, where no space ends a word


class Occurrence(NamedTuple):
    """One occurrence of a word, at positions `first` to `last` and offsets `start` to `end`.

    Positions count words, but characters in unspaced scripts.
    """

    first: int
    last: int
    start: int
    end: int


# A hit in one token: number of the word, first and last position and start and end offset, relative to the token.
_Hit = tuple[int, int, int, int, int]
_Known = tuple[int, tuple[_Hit, ...]]  # positions that the token takes, and its hits
Places = dict[int, list[Occurrence]]


class Vocabulary:
    """Looks up the distinct words of all queries, which are numbered in the order given."""

    def __init__(self, words: Iterable[Term | Wildcard]) -> None:
        self._exact: dict[str, list[tuple[int, bool]]] = defaultdict(list)
        # By the letters before the first wildcard; None if a final * is the only wildcard (Russia*).
        self._patterns: dict[str, list[tuple[int, re.Pattern[str] | None]]] = defaultdict(list)
        self._hangul: dict[str, list[tuple[int, str]]] = defaultdict(list)  # by first character
        self._hangul_patterns: list[tuple[int, re.Pattern[str]]] = []
        self._unspaced: dict[str, list[tuple[int, str]]] = defaultdict(list)
        self._unspaced_patterns: list[tuple[int, re.Pattern[str]]] = []
        for number, word in enumerate(words):
            self._add(number, word)
        self._prefix_lengths = sorted({len(prefix) for prefix in self._patterns})
        self._unspaced_firsts = re.compile(f"[{re.escape(''.join(self._unspaced))}]") if self._unspaced else None
        self._remembered: tuple[dict[str, _Known], dict[str, _Known]] = ({}, {})

    def _add(self, number: int, word: Term | Wildcard) -> None:
        match word:
            case Term(text, Script.SPACED, capitals):
                self._exact[text].append((number, capitals))
            case Term(text, Script.HANGUL):
                self._hangul[text[0]].append((number, text))
            case Term(text, _):
                self._unspaced[text[0]].append((number, text))
            case Wildcard(pattern, Script.SPACED):
                prefix = re.split(r"[*?]", pattern, maxsplit=1)[0]
                self._patterns[prefix].append((number, _compiled(pattern) if pattern != prefix + "*" else None))
            case Wildcard(pattern, Script.HANGUL):
                self._hangul_patterns.append((number, _compiled(pattern)))
            case Wildcard(pattern, _):
                self._unspaced_patterns.append((number, _compiled(pattern, gap=_GAP)))

    def places(self, text: str, *, clitics: bool) -> Places:
        """Return the occurrences of each word by its number, in text order. `clitics`: remove و ف ب ل ك ال from Arabic words."""
        remembered = self._remembered[clitics]
        found: Places = {}
        position = 0
        for token in TOKEN.finditer(text):
            raw = token[0]
            known = remembered.get(raw)
            if known is None:
                known = self._look_up(raw, token.lastgroup or "word", clitics)
                if len(raw) <= _LONGEST_REMEMBERED:
                    if len(remembered) >= _REMEMBERED:
                        remembered.clear()
                    remembered[raw] = known
            width, hits = known
            if hits:
                offset = token.start()
                for number, first, last, start, end in hits:
                    found.setdefault(number, []).append(
                        Occurrence(position + first, position + last, offset + start, offset + end)
                    )
            position += width
        return found

    def _look_up(self, raw: str, group: str, clitics: bool) -> _Known:
        script = SCRIPTS[group]
        if script is Script.SPACED:
            hits = {hit[0]: hit for hit in self._in_spaced(raw, group == "abbreviation", clitics)}
            return 1, tuple(hits.values())
        run = fold_run(raw)
        if script is Script.HANGUL:
            return 1, tuple(self._in_hangul(raw, run))
        return len(run.text), tuple(self._in_unspaced(run))

    def _in_spaced(self, raw: str, dotted: bool, clitics: bool) -> Iterator[_Hit]:
        if PLAIN.fullmatch(raw):
            yield from self._of_form(raw.lower(), raw.isupper(), 0, len(raw))
            return
        # The shortest reading comes last, and replaces the hits of the others (see `_look_up`).
        for start, end in [(0, len(raw))] if dotted else readings(raw):
            part = raw[start:end]
            for form in forms_of(part, clitics=clitics):
                yield from self._of_form(form, part.isupper(), start, end)

    def _of_form(self, form: str, capitals: bool, start: int, end: int) -> Iterator[_Hit]:
        for number, needs_capitals in self._exact.get(form, ()):
            if capitals or not needs_capitals:
                yield number, 0, 0, start, end
        for length in self._prefix_lengths:
            if length > len(form):
                break
            for number, pattern in self._patterns.get(form[:length], ()):
                if pattern is None or pattern.fullmatch(form):
                    yield number, 0, 0, start, end

    def _in_hangul(self, raw: str, run: Run) -> Iterator[_Hit]:
        text = run.text
        # 북·러 matches 북러, and also 북 and 러.
        begins = beginnings(run)
        for i, character in enumerate(text):
            for number, term in self._hangul.get(character, ()):
                if text.startswith(term, i) and (
                    i in begins or len(term) >= SAFE_SYLLABLES or (i - 1 in begins and len(term) > 1 and text[i - 1] in PREFIXES)
                ):
                    yield number, 0, 0, run.starts[i], run.ends[i + len(term) - 1]
        for number, pattern in self._hangul_patterns:
            found = pattern.match(text)
            if found:
                yield number, 0, 0, run.starts[0], run.ends[found.end() - 1]

    def _in_unspaced(self, run: Run) -> Iterator[_Hit]:
        text = run.text
        if self._unspaced_firsts:
            for found in self._unspaced_firsts.finditer(text):
                i = found.start()
                for number, term in self._unspaced[text[i]]:
                    if text.startswith(term, i):
                        last = i + len(term) - 1
                        yield number, i, last, run.starts[i], run.ends[last]
        for number, pattern in self._unspaced_patterns:
            for found in pattern.finditer(text):
                first, last = found.start(), found.end() - 1
                yield number, first, last, run.starts[first], run.ends[last]


def _compiled(pattern: str, gap: int | None = None) -> re.Pattern[str]:
    """Compile a wildcard pattern into an expression that cannot backtrack (atomic groups), so no pattern is slow.

    Text between two wildcards is matched where it first occurs. That never loses a match, since a wildcard follows again.
    """
    pieces = re.split(r"(\*)", pattern)
    filler = "." + (f"{{0,{gap}}}?" if gap is not None else "*?")
    written = ["".join("." if character == "?" else re.escape(character) for character in piece) for piece in pieces[::2]]
    if len(written) == 1:
        return re.compile(written[0], re.DOTALL)
    middle = "".join(f"(?>{filler}{piece})" for piece in written[1:-1] if piece)
    tail = f"{filler}{written[-1]}" if gap is not None else f".*{written[-1]}"
    return re.compile(written[0] + middle + tail, re.DOTALL)
