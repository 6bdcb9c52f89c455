"""Find the runs of capitalised words in a text, each with what stands before and after it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newslake.names.words import known_places, listed

_ABBREVIATED = r"(?:Mr|Mrs|Ms|Dr|Prof|Gen|Sen|Rep|Gov|Lt|Col|Capt|Maj|Sgt|Adm|Rev|St|Jr|Sr|No|Inc|Corp|Ltd|Co|Sra|Mme)\."
TOKEN = re.compile(
    rf"(?P<initials>(?:[^\W\d_]\.){{2,}})|(?P<marked>[MF]/[VT])|(?P<short>{_ABBREVIATED})|(?P<initial>[^\W\d_]\.(?=\s?[^\W\d_a-zа-яё]))"
    r"|(?P<elided>(?:[LlDdNnSsJjCcMmTt]|[Qq]u)[’'](?=[^\W\d_]))|(?P<word>[^\W\d_]\w*(?:[-’'.&][^\W_]+)*)|(?P<number>\d[\d.,]*)|(?P<mark>\S)"
)
_END = {".", "!", "?", "…", ":", ";", "•", "*", "|", "—", "–", ">", "="}
_QUOTES = {'"', "“", "”", "«", "»", "‘", "’", "'", "„", "(", ")", "[", "]", "`"}
_POSSESSIVE = re.compile(r"[’'](?:s|S)?$")
_DIRECTIONS = {"north", "south", "east", "west", "northern", "southern", "eastern", "western", "central", "new", "world"}
_NEVER = {"i", "the", "a", "an", "i'm", "i’m", "i've", "i’ve", "i'll", "i’ll", "i'd", "i’d"}
MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Run:
    """Words with capitals that stand together.

    Attributes:
        words: them, with the particles between them; start, end: where they stand in the line.
        opens: whether the first begins a sentence, and may have its capital from that.
        before, after: the line up to them and behind them.
        ends_possessive: whether 's follows.
    """

    words: tuple[str, ...]
    start: int
    end: int
    opens: bool
    line: str
    ends_possessive: bool = False

    @property
    def text(self) -> str:
        return " ".join(self.words)

    @property
    def before(self) -> str:
        return self.line[max(self.start - 60, 0) : self.start]

    @property
    def after(self) -> str:
        return self.line[self.end : self.end + 60]


def runs(line: str, lower: frozenset[str] | set[str]) -> Iterator[Run]:
    """Yield the runs of a line.

    Args:
        lower: words that the text writes in small letters as well: where one begins a sentence, its capital says nothing.
    """
    particles, no_names, times = (listed("capitals", name) for name in ("particles", "no_names", "times"))
    tokens = [(match.group(), match.start(), match.end(), match.lastgroup) for match in TOKEN.finditer(line)]
    at = 0
    opens = True
    while at < len(tokens):
        word, start, _, kind = tokens[at]
        if kind == "elided":
            at += 1
            continue
        if kind in {"mark", "number"}:
            opens = word in _END or (opens and (word in _QUOTES or word == "-"))
            at += 1
            continue
        folded = word.lower().removesuffix("'s").removesuffix("’s")
        is_none = (folded in no_names or folded in _NEVER) and not (len(word) > 1 and word.isupper())
        if is_none and folded in _DIRECTIONS and word[0].isupper() and _goes_on(tokens, at):
            is_none = False
        if is_none and at + 1 < len(tokens) and f"{word} {tokens[at + 1][0]}" in known_places():
            is_none = False  # El Salvador
        if not word[0].isupper() or is_none or folded in times:
            opens = False
            at += 1
            continue
        if opens and folded in lower and not _goes_on(tokens, at):
            opens = False
            at += 1
            continue
        kept, last = [at], at
        while len(kept) < MOST_WORDS and not _POSSESSIVE.search(tokens[last][0]):
            following = last + 1
            if following >= len(tokens) or (tokens[following][3] == "mark" and tokens[following][0] != "&"):
                break
            if line[tokens[last][2] : tokens[following][1]].strip(" "):
                break
            if _is_capital(tokens[following], times):
                kept.append(following)
                last = following
                continue
            joined = _joined(tokens, following, particles, times)
            if joined is None:
                break
            kept += range(following, joined + 1)
            last = joined
        words = [tokens[each][0] for each in kept]
        possessive = _POSSESSIVE.search(words[-1]) is not None
        end = tokens[last][2]
        if possessive:
            bare = _POSSESSIVE.sub("", words[-1])
            end -= len(words[-1]) - len(bare)
            words[-1] = bare
        if words[-1]:
            yield Run(tuple(words), start, end, opens, line, possessive)
        opens = False
        at = last + 1


def _is_capital(token: tuple[str, int, int, str | None], times: frozenset[str]) -> bool:
    word, _, _, kind = token
    if kind == "number" or not word[0].isupper():
        return False
    folded = word.lower()
    return folded not in _NEVER and folded not in times


def _goes_on(tokens: list[tuple[str, int, int, str | None]], at: int) -> bool:
    """Return whether another word with a capital follows: the two may be one name even at the beginning of a sentence."""
    return at + 1 < len(tokens) and tokens[at + 1][0][0].isupper() and tokens[at + 1][3] != "mark"


def _joined(
    tokens: list[tuple[str, int, int, str | None]],
    at: int,
    particles: frozenset[str],
    times: frozenset[str],
) -> int | None:
    """Return the index of the word with a capital that follows a particle, "of", "&" …; None if none does."""
    links = 0
    while at < len(tokens) and links < 3:
        word = tokens[at][0]
        if word in particles or (word in {"of", "for", "&", "the"} and (links or word != "the")):
            links += 1
            at += 1
            continue
        return at if links and _is_capital(tokens[at], times) and tokens[at][3] != "mark" else None
    return None
