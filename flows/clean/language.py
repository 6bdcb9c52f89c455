"""Find the language of a text by what the page says, by its script and by its most frequent words."""

from __future__ import annotations

import re

from flows.clean.lexicon import load_lexicon
from flows.clean.page import Page
from flows.clean.reading import Reading
from flows.clean.structured import first_text
from newslake.dates import First, first_in

__all__ = ["find_language", "first_in_dates"]

_LANGUAGE = re.compile(r"^([a-z]{2,3})(?:[-_].*)?$", re.I)
_LEXICON = load_lexicon("languages", "names", "small_words")
_NAMES = {name: code for code, names in _LEXICON.lists["names"].items() for name in names}
# Letters of all other scripts, without punctuation that scripts share.
_NOT_LATIN = re.compile(r"[\u0370-\u1dff\u3040-\ud7ff]+")
_SCRIPTS = (
    ("ko", re.compile(r"[가-힣]")),
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("ru", re.compile(r"[а-яё]", re.I)),
    ("ar", re.compile(r"[\u0600-\u06ff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("hi", re.compile(r"[\u0900-\u097f]")),
)
# Other languages written in the script that a language stands for.
_SHARED = {
    "ru": {"ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn", "tg"},
    "ar": {"ar", "fa", "ur", "ps", "ckb", "ug"},
    "hi": {"hi", "mr", "ne"},
    "he": {"he", "yi"},
    "zh": {"zh", "ja", "yue"},
}  # fmt: skip
_SMALL_WORDS = {code: frozenset(words) for code, words in _LEXICON.lists["small_words"].items()}


def find_language(reading: Reading, given: str | None, text: str) -> str | None:
    """Return the ISO 639 code of a text, or None.

    The page is believed first, then feed and source, unless the script of the text contradicts them; then script and frequent
    words decide.
    """
    page, script = reading.page, _of_script(text)
    whole, body = page.languages
    for said in (
        first_text(reading.data.article.get("inLanguage")),
        whole,
        page.meta("og:locale", "content-language", "dc.language", "dcterms.language", "language", "inlanguage"),
        body,
        reading.hints.language,
        given,
    ):
        code = _code(said)
        if (
            code
            and (script is None or code in _SHARED.get(script, {script}))
            and not (script is None and code in ("ko", "ja", "zh", "ru", "ar") and len(text) > 200)
        ):
            return code
    return script or _of_words(text)


def first_in_dates(page: Page) -> First:
    """Return which part comes first in a numeric date in the page's language."""
    said = f"{page.tree.get('lang') or ''} {page.meta('og:locale', 'language') or ''}".lower().replace("_", "-")
    return "month" if "en-us" in said else first_in(said) or "day"


def _code(said: str | None) -> str | None:
    match = _LANGUAGE.match((said or "").strip())
    if match:
        return _NAMES.get(match[1].lower(), match[1].lower())
    return _NAMES.get((said or "").strip().lower())


def _of_script(text: str) -> str | None:
    """Return the language that the script of a text stands for; None for the Latin script."""
    sample = text[:3000]
    foreign = "".join(_NOT_LATIN.findall(sample))
    if not foreign:
        return None
    letters = sum(map(str.isalpha, sample))
    for code, script in _SCRIPTS:
        if letters and len(script.findall(foreign)) > letters * (0.1 if code == "ja" else 0.3):
            return code
    return None


def _of_words(text: str) -> str | None:
    """Return the language whose frequent words a text in the Latin script holds most; None if no language stands out."""
    words = re.findall(r"[^\W\d_]+", text[:5000].lower())
    counts = sorted(((sum(word in small for word in words), code) for code, small in _SMALL_WORDS.items()), reverse=True)
    (most, code), (next_most, _) = counts[0], counts[1]
    return code if most >= 5 and most > len(words) * 0.08 and most > 1.3 * next_most else None
