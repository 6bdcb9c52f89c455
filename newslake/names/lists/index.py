"""Find the names of a list in texts: candidates by what all spellings of a name share, each then compared. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence, Set
from itertools import product
from typing import NamedTuple

from newslake.names.lists.around import Token, ends_of_hangul, fits, is_capital
from newslake.names.lists.forms import WORD, Form, forms_of
from newslake.names.lists.han import is_family, simplified
from newslake.names.lists.keys import (
    MOST,
    class_of_hangul,
    classes_of_han,
    deletions,
    first_pinyin,
    halves,
    keys_of_form,
    keys_of_words,
    longer,
    opening,
)
from newslake.names.lists.lexicon import lexicon
from newslake.names.lists.model import LEVELS, Entry, Hit, Kind, Match
from newslake.names.lists.neighbours import joined, with_articles, without_middle
from newslake.names.lists.sounds import script_of
from newslake.names.lists.syllables import Syllables, chinese, korean, korean_keys
from newslake.names.lists.verify import cased, said, same_father, score, verified
from newslake.names.lists.vocabulary.begins import Begins, Needed
from newslake.words.folding import fold

__all__ = ["NameList"]

_WIDEST = 7  # words that are read together in a text, or more if a name of the list has more
_LONGEST = 14  # Korean syllables or Chinese characters of a name in a text
_SYLLABLES = 6  # of a Korean name
_FOREIGN = 4  # syllables that a name from abroad has at least in Korean
_SHORT = 5  # letters, of which a word that is a whole name has fewer
_UNSURE = 0.3  # cost by sound that such a word may have
_RUN = re.compile(re.sub(r"\(\?P<\w+>", "(?:", WORD.pattern))  # without groups
_TYPO = 5  # consonants that a name has at least, of which one may be wrong


class Read(NamedTuple):
    """A text and its words.

    Attributes:
        only: the entries that are looked for; None: all.
    """

    text: str
    tokens: Sequence[Token]
    only: Container[int] | None = None


class NameList:
    """A list of names that is compared with texts.

    Args:
        needed: what texts need to have the entries, for texts of which is known which entries they may have.
    """

    def __init__(self, entries: Sequence[Entry], match: Match = Match.SOUND, needed: Mapping[int, Needed] | None = None) -> None:
        self._entries = tuple(entries)
        self._allowed = LEVELS.index(match)
        self._forms: list[tuple[int, Form]] = []
        self._widest = _WIDEST
        self._generic: defaultdict[str, list[int]] = defaultdict(list)
        self._mandarin: defaultdict[str, list[int]] = defaultdict(list)  # Chinese names as Korean spells their sound
        self._wrong: defaultdict[str, list[int]] = defaultdict(list)
        self._korean: defaultdict[str, list[int]] = defaultdict(list)
        self._chinese: defaultdict[str, list[int]] = defaultdict(list)
        self._han: defaultdict[str, list[int]] = defaultdict(list)
        self._exact: defaultdict[str, list[int]] = defaultdict(list)
        self._openings: set[str] = set()  # of names in Chinese characters, the first two
        self._exact_openings: set[str] = set()
        self._words: set[str] = set()
        self._begins = Begins(needed or {})
        # What keys begin with, so that most windows end at their first word.
        self._prefixes, self._korean_prefixes, self._chinese_prefixes = {""}, {""}, {""}
        for number, entry in enumerate(self._entries):
            for form in forms_of(entry):
                if LEVELS.index(form.match) <= self._allowed:
                    self._add(number, form)
        self._mandarin_prefixes = {key[1 : size + 1] for key in self._mandarin for size in range(len(key))}
        for keys, prefixes in (
            (self._generic, self._prefixes),
            (self._korean, self._korean_prefixes),
            (self._chinese, self._chinese_prefixes),
        ):
            prefixes.update(key[:size] for key in keys for size in range(1, len(key) + 1))

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, text: str, only: Set[int] | None = None) -> list[Hit]:
        """Return where a text has names of the list, by their places: the best hit of each name where several overlap.

        Args:
            only: the entries that the text may have, of a list with `needed`. Most texts are done after a look at their words.
        """
        begins = range(0) if only is None else self._begins.places(_RUN.findall(text), only)
        if only is not None and not begins:
            return []
        tokens = [Token(found.lastgroup or "word", found.group(), found.start(), found.end()) for found in WORD.finditer(text)]
        best: dict[int, list[Hit]] = defaultdict(list)
        for hit in self._hits(Read(text, tokens, only), range(len(tokens)) if only is None else begins):
            best[hit.entry].append(hit)
        found = [hit for hits in best.values() for hit in _without_overlaps(hits)]
        return sorted(found, key=lambda hit: (hit.start, hit.entry))

    def _add(self, number: int, form: Form) -> None:
        place = len(self._forms)
        self._forms.append((number, form))
        self._widest = max(self._widest, len(form.words))
        scripts = {script_of(word) for word in form.words}
        self._words.update(fold(word) for word in form.words if len(word) > 3)
        self._begins.add(number, form)
        for key in keys_of_form(form):
            if form.syllabic:
                if form.chinese and form.reason != "word order":
                    self._mandarin[opening(form.words[0]) + key].append(place)
                continue
            self._generic[key].append(place)
            if len(key) >= _TYPO and scripts <= {"latin", "cyrillic", "digits"} and not form.initials and self._allowed:
                for wrong in deletions(key):
                    self._wrong[wrong].append(place)
        for read in form.korean:
            if len(read) >= 2:
                for key in korean_keys(read):
                    self._korean[key].append(place)
        for read in form.chinese:
            if read:
                for parts in list(product(*map(sorted, read)))[:MOST]:
                    self._chinese["".join(parts)].append(place)
        if "han" in scripts and scripts <= {"han", "digits"}:
            self._han[simplified("".join(form.words))].append(place)
            self._openings.add(simplified("".join(form.words))[:2])
        if form.kind is Kind.ANY or len(form.words) == 1:
            self._exact[" ".join(map(fold, form.words))].append(place)
            self._exact_openings.add(fold(form.words[0]))

    def _hits(self, read: Read, begins: Iterable[int]) -> Iterator[Hit]:
        for first in begins:
            token = read.tokens[first]
            match token.kind:
                case "word" | "number":
                    yield from self._spaced(read, first)
                case "hangul":
                    yield from self._hangul(read, first)
                case "han":
                    yield from self._characters(read, first)
                case "kana":
                    yield from self._spaced(read, first)

    def _spaced(self, read: Read, first: int) -> Iterator[Hit]:
        text, tokens, _ = read
        head = tokens[first].raw
        capital, exact = is_capital(head), fold(head) in self._exact_openings
        if not (capital or exact):
            return
        kept, dropped = {""}, {""}
        spoken: list[list[Syllables]] = [[()], [()]]
        pieces: list[str] = []
        may_go_on: object = capital
        for last in range(first, min(first + self._widest, len(tokens))):
            token = tokens[last]
            if last > first and not joined(text, tokens[last - 1], token):
                break
            pieces.append(token.raw)
            if exact:
                for place in self._exact.get(" ".join(map(fold, pieces)), ()):
                    yield from self._judged(place, pieces, read, (first, last), (tokens[first].start, token.end), any_case=True)
            if capital:
                kept_half, dropped_half = halves(token.raw)
                kept = {way for before in kept for each in kept_half if (way := before + each) in self._prefixes}
                dropped = {way for before in dropped for each in dropped_half if (way := before + each) in self._prefixes}
                found = {place for key in kept | dropped for place in self._generic.get(key, ())}
                spoken = [
                    longer(ways, read((token.raw,))) if ways else [] for ways, read in zip(spoken, (korean, chinese), strict=True)
                ]
                found.update(place for ways in spoken[0] for key in korean_keys(ways) for place in self._korean.get(key, ()))
                found.update(place for ways in spoken[1] for place in self._chinese.get("".join(map(min, ways)), ()))
                for some in with_articles(pieces) if found else ():
                    for place in found:
                        yield from self._judged(place, some, read, (first, last), (tokens[first].start, token.end))
                if last == first + 2 and (two := without_middle(pieces)):
                    for place in {place for key in keys_of_words(two) for place in self._generic.get(key, ())}:
                        yield from self._judged(
                            place, two, read, (first, last), (tokens[first].start, token.end), middle=pieces[1]
                        )
                if 1 <= last - first <= 3:
                    for place in self._with_typing_error(pieces):
                        yield from self._judged(place, pieces, read, (first, last), (tokens[first].start, token.end))
                may_go_on = kept or dropped or any(spoken) or (last - first < 3 and is_capital(token.raw))
            if not (exact or may_go_on):
                break

    def _with_typing_error(self, pieces: Sequence[str]) -> set[int]:
        """Return the forms of which a word may be written wrong here, where another word is one of the list."""
        if (
            not self._wrong
            or pieces[0][0] > "\u058f"
            or not all(map(is_capital, pieces))
            or not any(fold(piece) in self._words for piece in pieces)
        ):
            return set()
        found: set[int] = set()
        for key in keys_of_words(pieces):
            if len(key) >= _TYPO:
                found.update(self._wrong.get(key, ()))
                for wrong in deletions(key):
                    found.update(self._generic.get(wrong, ()))
                    found.update(self._wrong.get(wrong, ()))
        return found

    def _hangul(self, read: Read, first: int) -> Iterator[Hit]:
        text, tokens, _ = read
        head = tokens[first].raw
        begins = [0]
        begins += [len(each) for each in lexicon().attached if head.startswith(each) and len(head) > len(each)]
        for begin in begins:
            pieces: list[str] = []
            for last in range(first, min(first + 5, len(tokens))):
                token = tokens[last]
                if last > first and (token.kind not in ("hangul", "number") or not joined(text, tokens[last - 1], token)):
                    break
                whole = token.raw[begin:] if last == first else token.raw
                if token.kind == "number":
                    pieces.append(whole)
                    yield from self._korean_window(pieces, read, (first, last), (tokens[first].start + begin, token.end))
                    continue
                offset = token.end - len(whole)
                for size in range(1, min(len(whole), _LONGEST) + 1):
                    some = [*pieces, whole[:size]]
                    if not self._may_begin(some):
                        return
                    if len(pieces) + size < 2:
                        continue
                    yield from self._korean_window(some, read, (first, last), (tokens[first].start + begin, offset + size))
                pieces.append(whole)

    def _may_begin(self, pieces: Sequence[str]) -> bool:
        """Return whether a name may begin with these pieces of Korean words."""
        letters = "".join(piece for piece in pieces if not piece.isdigit())
        if len(letters) <= _SYLLABLES and "".join(map(class_of_hangul, letters)) in self._korean_prefixes:
            return True
        key = "".join(halves(piece)[0][0] for piece in pieces)
        return key in self._prefixes or (len(pieces) < 3 and key in self._mandarin_prefixes)

    def _korean_window(self, pieces: list[str], read: Read, span: tuple[int, int], place: tuple[int, int]) -> Iterator[Hit]:
        text, tokens, _ = read
        end = place[1]
        rest = text[end : tokens[span[1]].end]
        following = rest or next(iter(text[end : end + 12].split()), "")  # 별무리 3호
        kinds = ends_of_hangul(rest, "".join(letter for letter in following if "가" <= letter <= "힣"))
        if not kinds:
            return
        letters = "".join(piece for piece in pieces if not piece.isdigit())
        found: set[int] = set()
        if len(letters) <= _SYLLABLES:
            found.update(self._korean.get("".join(map(class_of_hangul, letters)), ()))
        if len(letters) >= _FOREIGN:
            for key in keys_of_words(pieces):
                if len(key) >= _FOREIGN - 1:
                    found.update(self._generic.get(key, ()))
                    found.update(self._mandarin.get(opening(pieces[0]) + key, ()) if len(pieces) < 3 else ())
        for each in found:
            form = self._forms[each][1]
            divided = form.syllabic or form.kind is not Kind.PERSON or len(form.words) == len(pieces)
            if divided and form.kind in kinds and not form.initials:
                yield from self._judged(each, pieces, read, span, place)

    def _characters(self, read: Read, first: int) -> Iterator[Hit]:
        text, tokens, _ = read
        token = tokens[first]
        run, follows = token.raw, ""
        if first + 1 < len(tokens) and tokens[first + 1].kind in ("number", "han") and tokens[first + 1].start == token.end:
            follows = tokens[first + 1].raw
            if (
                tokens[first + 1].kind == "number"
                and first + 2 < len(tokens)
                and tokens[first + 2].start == tokens[first + 1].end
            ):
                follows += tokens[first + 2].raw if tokens[first + 2].kind == "han" else ""
        plain = simplified(run + follows)
        for begin in range(len(run)):
            spoken: str | None = ""
            korean_ways = [""]
            listed = plain[begin : begin + 2] in self._openings
            family = is_family(plain[begin])  # in these scripts it comes first
            for size in range(1, min(_LONGEST, len(plain) - begin) + 1):
                end = begin + size
                found: dict[int, None] = {}
                if size <= 8 and end <= len(run):
                    if spoken is not None:
                        spoken += first_pinyin(plain[end - 1], size == 1)
                        spoken = spoken if spoken in self._chinese_prefixes else None
                    if size > 1 and spoken:
                        found |= dict.fromkeys(self._chinese.get(spoken, ()))
                    if size <= 5 and korean_ways:
                        ways = [a + b for a in korean_ways for b in classes_of_han(plain[end - 1])][:4]
                        korean_ways = [way for way in ways if way in self._korean_prefixes]
                        if size > 1:
                            for key in korean_ways:
                                found |= dict.fromkeys(self._korean.get(key, ()))
                if not found and spoken is None and not korean_ways and not listed:
                    break
                if not family:
                    found = {place: None for place in found if self._forms[place][1].kind is not Kind.PERSON}
                if listed and size > 1:
                    found |= dict.fromkeys(self._han.get(plain[begin:end], ()))
                for place in found:
                    stops = [end]
                    if end == len(run) and follows[:1].isdigit():
                        stops.append(end + len(tokens[first + 1].raw))
                    for stop in stops:
                        last = first
                        while last + 1 < len(tokens) and tokens[last].end < token.start + stop:
                            last += 1
                        window = text[token.start + begin : token.start + stop]
                        where = token.start + stop
                        yield from self._judged(place, [window], read, (first, last), (token.start + begin, where))

    def _judged(
        self,
        place: int,
        pieces: Sequence[str],
        read: Read,
        span: tuple[int, int],
        where: tuple[int, int],
        *,
        any_case: bool = False,
        middle: str | None = None,
    ) -> Iterator[Hit]:
        text, tokens, _ = read
        start, end = where
        number, form = self._forms[place]
        if read.only is not None and number not in read.only:
            return
        like = verified(form, tuple(pieces))
        if like is None or LEVELS.index(like[0]) > self._allowed:
            return
        match, cost, reason = like
        single = len(form.words) == 1
        if not (any_case and form.kind is Kind.ANY) and not cased(form, pieces):
            return
        if single and match is Match.SOUND and len(form.words[0]) < _SHORT and not _sure(form, cost, pieces):
            return
        if middle is not None and form.patronymic is not None and not same_father(form.patronymic, middle):
            return
        if not fits(form, text, tokens, *span, end):
            return
        yield Hit(
            number, start, end, text[start:end], match, round(score(match, cost, form), 2), said(form, match, reason, pieces)
        )


def _sure(form: Form, cost: float, pieces: Sequence[str]) -> bool:
    """Return whether a single short word is enough, since so many sound like it: 유엔 is no When, and ООН nobody's Own."""
    [word] = form.words
    if cost > _UNSURE or (word.isupper() and not all(piece.isupper() for piece in pieces)):
        return False
    if {script_of(word)} == set(map(script_of, pieces)):  # Oil is not Will
        return False
    return form.kind is Kind.ANY or bool(form.korean or form.chinese)


def _without_overlaps(hits: list[Hit]) -> list[Hit]:
    kept: list[Hit] = []
    places: list[tuple[int, int]] = []  # theirs, in order: only the neighbours can overlap with another
    for hit in sorted(hits, key=lambda each: (-each.score, each.start - each.end)):
        at = bisect_left(places, (hit.start, hit.end))
        if (not at or places[at - 1][1] <= hit.start) and (at == len(places) or hit.end <= places[at][0]):
            places.insert(at, (hit.start, hit.end))
            kept.append(hit)
    return kept
