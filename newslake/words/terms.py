"""Tell under which terms of the search index a written word is found, and which terms a word of a query asks for. Pure.

Both follow the rules of topics (see `flows.topics.vocabulary`), so that a search finds the articles that a topic would:

=========  =========================  ===========================================================================
script     terms of a written word     found by
=========  =========================  ===========================================================================
spaced     each reading, folded        the same term; `^` before it if it was written in capitals (acronyms: ^us)
Hangul     the run; `·` before where   the beginning of a term, because particles follow; a word of two syllables
           another word begins in it;  also behind a prefix (`+`), one of three or more anywhere (`~`)
           `+` behind a prefix;
           `~` elsewhere
unspaced   each pair of neighbouring   one character: the beginning of a pair; two: the pair; more: all their
           characters, the last alone  pairs, in articles whose text must then be looked at
=========  =========================  ===========================================================================
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

from newslake.scripts import UNSPACED_LETTERS
from newslake.words.folding import PLAIN, SCRIPTS, TOKEN, Script, fold_run
from newslake.words.readings import PREFIXES, SAFE_SYLLABLES, beginnings, forms_of, readings

VERSION = 2  # of these rules, and of the tables of the index; a text indexed by another version is indexed again
CAPITALS, BEGINS, PREFIXED, INSIDE = MARKS = "^·+~"  # before a term; none is part of a word
MOST_LETTERS = 6  # of a folded acronym: two or three letters, of which some unfold into two
LONGEST = 200  # characters of a term; no word of a query is longer
LONGEST_RUN = 32  # syllables of a term of Hangul: a longer word of a query is looked for by its beginning

Terms = tuple[int, tuple[str, ...]]


_TOKENS = re.sub(r"\(\?P<\w+>", "(?:", TOKEN.pattern)  # without groups, which a token alone tells as well
_SYLLABLES = re.compile("[가-힣]+")
_UNSPACED = re.compile(f"[{UNSPACED_LETTERS}]+")


@cache
def tokens_of() -> Callable[[str], list[str]]:
    """Return what gives the tokens of a text. It takes 15 milliseconds to make, and most commands need none."""
    return re.compile(_TOKENS, re.VERBOSE).findall


def terms_of(raw: str, clitics: bool) -> Terms:
    """Return the terms of a token, and how many words (unspaced: characters) it is.

    Args:
        clitics: the language may write و ف ب ل ك ال as part of the next word (see `readings.has_clitics`).
    """
    if PLAIN.fullmatch(raw):
        return 1, (raw.lower(), CAPITALS + raw.lower()) if _may_be_acronym(raw) else (raw.lower(),)
    if _SYLLABLES.fullmatch(raw):
        return 1, tuple(_hangul(raw, {0}))
    token = TOKEN.fullmatch(raw)
    group = token.lastgroup if token else None
    script = SCRIPTS[group or "word"]
    if script is Script.SPACED:
        return 1, _spaced(raw, group == "abbreviation", clitics)
    run = fold_run(raw)
    if script is Script.HANGUL:
        return 1, tuple(_hangul(run.text, beginnings(run)))
    return len(run.text), tuple(run.text[i : i + 2] for i in range(len(run.text)))


def is_term(raw: str) -> bool:
    """Return whether the only term of a token is itself, in small letters. Most words of spaced scripts and Hangul are such."""
    if PLAIN.fullmatch(raw):
        return not _may_be_acronym(raw)
    return len(raw) <= SAFE_SYLLABLES and raw[0] not in PREFIXES and _SYLLABLES.fullmatch(raw) is not None


def is_pairs(raw: str) -> bool:
    """Return whether the terms of a token are simply its pairs of neighbouring characters and its last one, in this order."""
    return _UNSPACED.fullmatch(raw) is not None and unicodedata.is_normalized("NFKC", raw)


def _may_be_acronym(plain: str) -> bool:
    return len(plain) <= MOST_LETTERS and plain.isupper()


def _spaced(raw: str, dotted: bool, clitics: bool) -> tuple[str, ...]:
    terms: set[str] = set()
    for start, end in [(0, len(raw))] if dotted else readings(raw):
        part = raw[start:end]
        forms = {form[:LONGEST] for form in forms_of(part, clitics=clitics) if form}
        terms |= forms
        if part.isupper():
            terms |= {CAPITALS + form for form in forms if len(form) <= MOST_LETTERS}
    return tuple(terms)


def _hangul(text: str, begins: set[int]) -> list[str]:
    terms = [text[:LONGEST_RUN]]
    for i in range(1, len(text)):
        if i in begins:
            mark = BEGINS
        elif i - 1 in begins and len(text) - i > 1 and text[i - 1] in PREFIXES:
            mark = PREFIXED
        elif len(text) - i >= SAFE_SYLLABLES:
            mark = INSIDE
        else:
            continue
        terms.append(mark + text[i : i + LONGEST_RUN])
    return terms
