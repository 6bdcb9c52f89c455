"""Make vocabularies that look like English, Russian, Korean, Japanese and Chinese, and draw words as often as news use them.

No word is taken from anywhere: words are drawn syllables, or drawn characters, and frequent words are short. Frequencies follow
Zipf and Mandelbrot up to rank 8,000 and fall faster beyond it, so that the number of distinct words grows with the root of the
number of words or a little faster, as Heaps' law says.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Ids = npt.NDArray[np.int64]
Generator = np.random.Generator

SHIFT = 1.5  # Mandelbrot's: flattens the most frequent ranks
BEND, BEYOND = 8_000, 1.8  # the rank from which on frequencies fall with this exponent; it is 1 before
CELLS = 1 << 16
NAMES_FROM, NAMES, NUMBERS, PAIRS = 150, 0.12, 0.03, 0.04  # from this rank on: shares of names, numbers and names of two words
# How a sentence goes on after a word: each with its share. Words that follow the last two begin with a capital.
BREAKS = {"": 0.885, ",": 0.06, ".": 0.045, ".\n": 0.01}
Endings = dict[str, float]
BARE: Endings = {"": 1.0}


@dataclass(frozen=True)
class Vocabulary:
    """The pieces of one language: words by rank, the same with a capital, then what may follow a word.

    A text is a row of pieces, a word and what follows it in turn.
    """

    language: str
    pieces: pa.StringArray
    words: int
    tails: Ids  # of a drawn cell: the piece that follows a word
    ends: npt.NDArray[np.bool_]  # whether a piece ends a sentence
    full_stop: int  # the pieces that end a text, that end a sentence before a quotation, and that end a quotation
    opening: int
    closing: int
    ranks: npt.NDArray[np.float64]  # the boundaries of cells of equal frequency

    def draw(self, random: Generator, count: int) -> Ids:
        """Draw the ranks of so many words."""
        drawn = random.integers(0, CELLS << 16, count, dtype=np.uint32)
        cell = drawn >> np.uint32(16)
        low = self.ranks[cell]
        within = (drawn & np.uint32(0xFFFF)) * (1 / 65_536)
        return (low + within * (self.ranks[cell + np.uint32(1)] - low)).astype(np.int64)

    def draw_tails(self, random: Generator, count: int) -> Ids:
        """Draw the pieces that follow so many words."""
        return self.tails[random.integers(0, len(self.tails), count, dtype=np.uint16)]

    def word(self, rank: int) -> str:
        return str(self.pieces[rank].as_py())


def quantiles(words: int) -> npt.NDArray[np.float64]:
    """Return the ranks that divide a vocabulary into cells of equal frequency."""
    ranks = np.arange(words, dtype=np.float64)
    weights = 1 / (ranks + 1 + SHIFT)
    beyond = ranks > BEND
    weights[beyond] = weights[BEND] * (ranks[beyond] / BEND) ** -BEYOND
    total = np.concatenate(([0.0], np.cumsum(weights)))
    return np.interp(np.linspace(0, 1, CELLS + 1), total / total[-1], np.arange(words + 1)).clip(0, words - 1e-6)


def zipf(random: Generator, kinds: int, count: int) -> Ids:
    """Draw numbers below `kinds`, the lower the more often."""
    return (np.exp(random.random(count) * np.log(kinds + 1)) - 1).astype(np.int64)


def _joined(parts: list[pa.Array]) -> pa.StringArray:
    return pc.binary_join_element_wise(*parts, "")


def _syllables(random: Generator, count: int, longest: int, syllable: Callable[[Generator, int], pa.Array]) -> pa.StringArray:
    """Make words of one to `longest` syllables; the more frequent, the shorter."""
    lengths = 1 + np.floor(np.log10(1 + np.arange(count) / 40) * 0.75 + random.random(count) * 1.1).astype(int)
    lengths = lengths.clip(1, longest)
    parts = [pc.if_else(pa.array(lengths > place), syllable(random, count), "") for place in range(int(lengths.max()))]
    return _joined(parts)


def _of(letters: str | list[str]) -> Callable[[Generator, int], pa.Array]:
    kinds = pa.array(list(letters))
    return lambda random, count: kinds.take(pa.array(zipf(random, len(kinds), count)))


def _alphabetic(onsets: list[str], vowels: str, codas: list[str]) -> Callable[[Generator, int], pa.Array]:
    onset, vowel, coda = _of(onsets), _of(vowels), _of(codas)
    return lambda random, count: _joined([onset(random, count), vowel(random, count), coda(random, count)])


def _block(first: int, count: int, kinds: int, seed: int) -> list[str]:
    """Choose so many characters of a block of Unicode, in a drawn order."""
    return [chr(first + int(place)) for place in np.random.default_rng(seed).permutation(count)[:kinds]]


def _with_names(random: Generator, words: pa.StringArray) -> pa.StringArray:
    """Turn some words into names, numbers and names of two words."""
    count = len(words)
    kind = random.random(count)
    kind[:NAMES_FROM] = 1
    capital = pc.utf8_capitalize(words)
    numbers = pa.array(np.floor(10 ** (random.random(count) * 4)).astype(np.int64)).cast(pa.string())
    others = capital.take(pa.array(zipf(random, count, count)))
    pairs = pc.binary_join_element_wise(capital, others, " ")
    words = pc.if_else(pa.array(kind < NAMES + PAIRS + NUMBERS), numbers, words)
    words = pc.if_else(pa.array(kind < NAMES + PAIRS), pairs, words)
    return pc.if_else(pa.array(kind < NAMES), capital, words)


def _vocabulary(language: str, words: pa.StringArray, marks: str, quotes: tuple[str, str], endings: Endings = BARE) -> Vocabulary:
    """Put a vocabulary together.

    Args:
        marks: the comma, the full stop, and what stands between words.
        quotes: what begins a quotation, and what ends it, with a verb if one follows.
        endings: what may be attached to a word (particles), with shares.
    """
    between = marks[2:]
    tails: list[str] = []
    shares: list[float] = []
    for ending, share in endings.items():
        for mark, often in BREAKS.items():
            written = mark.replace(",", marks[0]).replace(".", marks[1])
            tails.append(ending + written + ("" if mark.endswith("\n") else between))
            shares.append(share * often)
    special = [marks[1], f"{marks[1]}{between}{quotes[0]}", f"{quotes[1]}{between}"]
    cells = np.floor(np.cumsum(shares) / sum(shares) * CELLS + 0.5).astype(int)
    first = 2 * len(words)
    after = first + len(tails)
    ends = np.zeros(after + len(special), bool)
    ends[first:] = [marks[1] in tail for tail in tails] + [True] * len(special)
    pieces = pa.concat_arrays([words, pc.utf8_capitalize(words), pa.array([*tails, *special])])
    of_cell = np.repeat(np.arange(first, after), np.diff(cells, prepend=0))
    return Vocabulary(language, pieces, len(words), of_cell, ends, after, after + 1, after + 2, quantiles(len(words)))


def _english(random: Generator) -> Vocabulary:
    onsets = ["t", "s", "r", "n", "l", "d", "m", "p", "c", "f", "b", "v", "h", "w", "g", "st", "pr", "tr", "k", "th", "ch", "j"]
    codas = ["", "n", "r", "s", "t", "l", "", "d", "m", "ng", "st", "nt", "ck"]
    words = _syllables(random, 1_500_000, 6, _alphabetic(onsets, "eaioue", codas))
    return _vocabulary("en", _with_names(random, words), ",. ", ("“", ",” said"))


def _russian(random: Generator) -> Vocabulary:
    onsets = ["н", "т", "с", "р", "в", "л", "к", "м", "д", "п", "з", "б", "г", "ч", "ст", "пр", "х", "ж", "ш", "ц", "тр"]
    codas = ["", "", "н", "т", "л", "й", "м", "с", "в", "х", "р", "ть", "ст"]
    words = _syllables(random, 1_500_000, 6, _alphabetic(onsets, "оаеиуяыюэ", codas))
    return _vocabulary("ru", _with_names(random, words), ",. ", ("«", "», — сказал"))


def _korean(random: Generator) -> Vocabulary:
    syllables = _of(
        [each for each in _block(0xAC00, 11_172, 11_172, 3) if (ord(each) - 0xAC00) % 28 in (0, 1, 4, 8, 16, 17, 21)][:900]
    )
    words = _syllables(random, 500_000, 5, syllables)
    particles = {"": 0.3, "의": 0.09, "을": 0.08, "를": 0.07, "이": 0.08, "가": 0.06, "은": 0.06, "는": 0.06, "에": 0.07}
    particles |= {"에서": 0.03, "으로": 0.03, "와": 0.02, "과": 0.02, "도": 0.02, "했다": 0.01}
    return _vocabulary("ko", _with_names(random, words), ",. ", ("“", "”고 말했다."), particles)


def _japanese(random: Generator) -> Vocabulary:
    kanji, kana = _of(_block(0x4E00, 8_000, 2_000, 5)), _of(_block(0x30A2, 72, 70, 6))
    words = _syllables(random, 300_000, 4, kanji)
    loans = _joined([kana(random, len(words)) for _ in range(4)])
    words = pc.if_else(pa.array(random.random(len(words)) < 0.12), loans, words)
    particles = {"": 0.3, "の": 0.14, "に": 0.09, "を": 0.09, "は": 0.08, "が": 0.08, "と": 0.06, "で": 0.05, "した": 0.05}
    particles |= {"する": 0.03, "も": 0.02, "から": 0.01}
    return _vocabulary("ja", words, "、。", ("「", "」と述べた。"), particles)


def _chinese(random: Generator) -> Vocabulary:
    words = _syllables(random, 300_000, 4, _of(_block(0x4E00, 8_000, 3_500, 9)))
    return _vocabulary("zh", words, "，。", ("“", "”，他说。"), {"": 0.92, "的": 0.05, "了": 0.03})


MAKERS = {"en": _english, "ru": _russian, "ko": _korean, "ja": _japanese, "zh": _chinese}


@cache
def vocabulary(language: str) -> Vocabulary:
    """Make the vocabulary of a language; it is the same each time."""
    return MAKERS[language](np.random.default_rng([17, list(MAKERS).index(language)]))
