"""Find the language of a text by its script and its small words; what the page says of it only decides between close ones."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Set
from functools import cache
from importlib.resources import files
from math import log

from flows.clean.lexicon import load_lexicon
from flows.clean.page import Page
from flows.clean.reading import Reading
from flows.clean.structured import first_text
from newslake.dates import First, first_in

__all__ = ["find_language", "first_in_dates"]

_LANGUAGE = re.compile(r"^([a-z]{2,3})(?:[-_].*)?$", re.I)
_LEXICON = load_lexicon("languages", "names", "word_lists", "same", "letters", "rarer")
_NAMES = {name: code for code, names in _LEXICON.lists["names"].items() for name in names}
# Codes that stand for one written language, by each of them: what a page says is then the more exact.
_SAME = {code: frozenset((head, *codes)) for head, codes in _LEXICON.lists["same"].items() for code in (head, *codes)}
_LETTERS = {code: frozenset("".join(letters)) for code, letters in _LEXICON.lists["letters"].items()}
_RARER = frozenset(_LEXICON.words("rarer"))
_NOT_OF_LATIN = re.compile(r"[\u0370-\u1dff\u3040-\ud7ff]+")
_LATIN = re.compile(r"[a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]", re.I)
# Scripts, and the language of a text in each where only one is written in it or where small words do not tell.
_SCRIPTS = (
    ("ko", re.compile(r"[가-힣]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u3400-\u9fff]")),
    ("ru", re.compile(r"[\u0400-\u052f]")),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("bn", re.compile(r"[\u0980-\u09ff]")),
    ("pa", re.compile(r"[\u0a00-\u0a7f]")),
    ("gu", re.compile(r"[\u0a80-\u0aff]")),
    ("ta", re.compile(r"[\u0b80-\u0bff]")),
    ("te", re.compile(r"[\u0c00-\u0c7f]")),
    ("kn", re.compile(r"[\u0c80-\u0cff]")),
    ("ml", re.compile(r"[\u0d00-\u0d7f]")),
    ("si", re.compile(r"[\u0d80-\u0dff]")),
    ("lo", re.compile(r"[\u0e80-\u0eff]")),
    ("my", re.compile(r"[\u1000-\u109f]")),
    ("ka", re.compile(r"[\u10a0-\u10ff]")),
    ("am", re.compile(r"[\u1200-\u137f]")),
    ("km", re.compile(r"[\u1780-\u17ff]")),
    ("hy", re.compile(r"[\u0530-\u058f]")),
)
# Other languages written in the script that a language stands for; a label may name one of them.
_SHARED: dict[str, frozenset[str]] = {
    "": frozenset(_LEXICON.lists["word_lists"]),
    "ru": frozenset({"ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn", "tg", "tt", "ba", "cv", "os", "ce", "uz"}),
    "ar": frozenset({"ar", "fa", "ur", "ps", "ckb", "ku", "ug", "sd", "dv"}),
    "hi": frozenset({"hi", "mr", "ne", "mai", "bho"}),
    "he": frozenset({"he", "yi"}),
    "zh": frozenset({"zh", "ja", "yue"}),
    "bn": frozenset({"bn", "as"}),
}
_NOT_LATIN = frozenset(code for script, codes in _SHARED.items() if script for code in codes) | {c for c, _ in _SCRIPTS}
# Characters and words of a text that are looked at, and words of each language that are known.
_SAMPLE, _WORDS, _KNOWN = 2_000, 250, 150
# Words; those of Indian scripts have vowel signs, which makes the search much slower.
_WORD, _INDIAN_WORD = re.compile(r"[^\W\d_]+"), re.compile(r"(?:[^\W\d_]|[\u0900-\u0963\u0970-\u0dff])+")
_INDIAN, _NOT_ASCII = re.compile(r"[\u0900-\u0dff]"), re.compile(r"[^\x00-\x7f]")
_KANA_LETTER, _HAN = re.compile(r"[\u3040-\u30ff]"), re.compile(r"[\u3400-\u9fff]")
# Characters of a text that is not Japanese if it has no kana.
_JAPANESE = 25
# Share of letters in a script that decide for it; kana stand between the characters of a Japanese text.
_OF_SCRIPT, _KANA = 0.3, 0.06
# What a text must hold for its words to decide, in natural logarithms of how much likelier a word is in the language than
# elsewhere: two or three small words. Languages that score this share of the best one, or so little less, are close, and a label
# decides between them.
_EVIDENCE, _CLOSE, _LITTLE = 6.0, 0.96, 3.0
# A letter that a language has, or lacks, counts so much, and so often at most.
_LETTER, _TIMES = 0.5, 6
# Share of a text's words that are small words of its language: less is another one, which has no list here.
_LEAST_SHARE, _SURE_SHARE = 0.1, 0.25


def find_language(reading: Reading, given: str | None, text: str) -> str | None:
    """Return the ISO 639 code of a text, or None.

    Script and small words decide. What the page, its feed and the source say decides between languages that are close, names
    the more exact code of the same language, and is believed where the text tells nothing.
    """
    labels = [code for said in _labels(reading, given) if (code := _code(said))]
    script = _of_script(text)
    if script is None:
        return next(iter(labels), None)
    fitting = [code for code in labels if _is_written_in(code, script)]
    if script == "zh" and not _KANA_LETTER.search(text) and len(_HAN.findall(text)) > _JAPANESE:
        fitting = [code for code in fitting if code != "ja"]
    codes = _SHARED.get(script, frozenset((script,)))
    words = _words(text)
    scores = _scores(words, codes)
    if not scores:
        return next(iter(fitting), script or None)
    best = max(scores, key=lambda code: scores[code])
    most, share = scores[best], _share(best, words)
    is_known = most >= _EVIDENCE and share >= _LEAST_SHARE
    for code in fitting:
        same = _SAME.get(code, frozenset((code,)))
        score = max((scores.get(one, 0.0) for one in same), default=0.0)
        is_unlisted = not same & _lists().keys() and share < _SURE_SHARE
        if best in same or not is_known or score >= min(_CLOSE * most, most - _LITTLE) or is_unlisted:
            return code
    # in a script of several languages one is the likeliest, and any sign of another counts
    is_told = most > scores.get(script, 0.0) + _LITTLE / 2 if script else False
    return best if is_known or is_told else script or None


def first_in_dates(page: Page) -> First:
    """Return which part comes first in a numeric date in the page's language."""
    said = f"{page.tree.get('lang') or ''} {page.meta('og:locale', 'language') or ''}".lower().replace("_", "-")
    return "month" if "en-us" in said else first_in(said) or "day"


def _labels(reading: Reading, given: str | None) -> Iterator[str | None]:
    """Yield what is said of the language, the most reliable first."""
    page = reading.page
    whole, body = page.languages
    yield first_text(reading.data.article.get("inLanguage"))
    yield whole
    yield page.meta("og:locale", "content-language", "dc.language", "dcterms.language", "language", "inlanguage")
    yield body
    yield reading.hints.language
    yield given


def _code(said: str | None) -> str | None:
    match = _LANGUAGE.match((said or "").strip())
    if match:
        return _NAMES.get(match[1].lower(), match[1].lower())
    return _NAMES.get((said or "").strip().lower())


def _is_written_in(code: str, script: str) -> bool:
    if script:
        return code in _SHARED.get(script, (script,))
    return code not in _NOT_LATIN or code in _SHARED[""]


def _of_script(text: str) -> str | None:
    """Return the language that the script of a text stands for; "" for the Latin script, None for a text without letters."""
    sample = text[:_SAMPLE]
    if not sample.isascii() and (foreign := "".join(_NOT_OF_LATIN.findall(sample))):
        letters = sum(map(str.isalpha, sample))
        if not letters:
            return None
        for code, script in _SCRIPTS:
            if len(script.findall(foreign)) > letters * (_KANA if code == "ja" else _OF_SCRIPT):
                return code
    return "" if _LATIN.search(sample) else None


def _words(text: str) -> list[str]:
    """Return the first words of a text in lower case."""
    sample = text[:_SAMPLE].lower()
    pattern = _INDIAN_WORD if not sample.isascii() and _INDIAN.search(sample) else _WORD
    return pattern.findall(sample)[:_WORDS]


def _share(code: str, words: list[str]) -> float:
    """Return which share of these words are small words of a language."""
    return sum(map(_small_words(code).__contains__, words)) / len(words) if words else 0.0


def _scores(words: list[str], codes: Set[str]) -> dict[str, float]:
    """Return how well the words of a text fit each of these languages."""
    known = _weights(frozenset(codes))
    scores: defaultdict[str, float] = defaultdict(float)
    for word, times in Counter(words).items():
        if found := known.get(word):
            for code, weight in found:
                scores[code] += weight * times
    joined = "".join(words)
    if not joined.isascii():
        everywhere = _everywhere(frozenset(codes))
        letters = Counter(_NOT_ASCII.findall(joined))
        special = [(letter, min(times, _TIMES) * _LETTER) for letter, times in letters.items() if letter not in everywhere]
        # letters alone tell languages whose words are not known; otherwise only those that come near are compared
        most = max(scores.values(), default=0.0)
        near = {code for code, score in scores.items() if score > most / 2} if most > _EVIDENCE else codes
        for code in near & _LETTERS.keys():
            alphabet = _LETTERS[code]
            scores[code] = scores.get(code, 0.0) + sum(weight if letter in alphabet else -weight for letter, weight in special)
    for code in _RARER & scores.keys():
        scores[code] -= 1
    return {code: score for code, score in scores.items() if score > 0}


@cache
def _lists() -> dict[str, list[str]]:
    """Return the most frequent words of each language, the most frequent first, from the lists that come with jusText."""
    found: dict[str, list[str]] = {}
    for code, names in _LEXICON.lists["word_lists"].items():
        words: dict[str, None] = {}
        for name in names:
            with files("justext").joinpath("stoplists", f"{name.title()}.txt").open(encoding="utf-8") as lines:
                for line in lines:
                    if len(words) < _KNOWN:
                        words.setdefault(line.strip().lower())
        found[code] = list(words)
    return found


@cache
def _small_words(code: str) -> frozenset[str]:
    return frozenset(_lists().get(code, ()))


@cache
def _everywhere(codes: frozenset[str]) -> frozenset[str]:
    """Return the letters beyond ASCII that all of these languages have, as far as their alphabets are known."""
    alphabets = [_LETTERS[code] for code in codes & _LETTERS.keys()]
    return frozenset.intersection(*alphabets) if alphabets else frozenset()


@cache
def _weights(codes: frozenset[str]) -> dict[str, tuple[tuple[str, float], ...]]:
    """Return for each word those of these languages that it is frequent in, and how much likelier it is there than elsewhere.

    Words are as frequent as their ranks in the lists say.
    """
    found: dict[str, list[tuple[str, float]]] = {}
    for code, words in _lists().items():
        for rank, word in enumerate(words if code in codes else ()):
            found.setdefault(word, []).append((code, log((_KNOWN + 50) / (rank + 3))))
    return {word: tuple(known) for word, known in found.items()}
