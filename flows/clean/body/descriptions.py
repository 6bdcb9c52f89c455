"""Tell whether an outlet says what it is: the outlet is the subject of the paragraph, and a newspaper or the like its predicate.

Reports name outlets too: theirs was sued, paid for a study, was the first to publish something. So the name alone says nothing,
nor does a word such as "newspaper" somewhere behind it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from flows.clean.lexicon import any_of, load_lexicon
from flows.clean.structured import fold

__all__ = ["DESCRIPTIONS", "says_what_it_is"]

DESCRIPTIONS = load_lexicon("descriptions", "is", "outlets", "within", "does", "joined", "founded", "before")
# Characters within which the name stands; words that may come between "is" and what it is.
_SOON, _MOST = 200, 6
_ARTICLE = 3  # letters
# Languages that need no word for "is"; in some, what an outlet is then comes right behind its name.
_WITHOUT_IS = {"ar": 0, "fa": 0, "hu": _MOST, "tr": _MOST}
_WORD = r"[^\s,;:.!?()]+"
_BEHIND = r"(?![^\W_])"


def says_what_it_is(line: str, names: Iterable[str]) -> bool:
    """Return whether a line says of an outlet with one of these names, folded, what it is."""
    begins = fold(line[:_SOON])
    return any(name in begins and _is_subject(line, name) for name in names)


def _is_subject(line: str, name: str) -> bool:
    """Return whether a line begins with a name, and goes on with what it is."""
    before, predicate, joined = _patterns()
    words = name.split()
    if len(words) > 1 and len(words[0]) <= _ARTICLE:
        words = [rf"(?:{words[0]}[\W_]+)?{words[1]}", *words[2:]]
    found = re.compile(r"[\W_]+".join(words), re.I).search(line, 0, 2 * _SOON)
    if found is None or before.fullmatch(line, 0, found.start()) is None:
        return False
    return (predicate.match(line, found.end()) or joined.match(line, found.end())) is not None


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    """Return patterns of what may stand before a name and behind it, the last one for scripts without spaces."""
    lists = DESCRIPTIONS.lists
    outlets = {code: any_of(entries) for code, entries in lists["outlets"].items()}
    ways = [DESCRIPTIONS.pattern("does")]
    for code, outlet in outlets.items():
        within = rf"(?!{any_of(lists['within'][code])}\s)" if code in lists["within"] else ""
        verb = rf"{any_of(lists['is'][code])}\s+"
        ways.append(rf"(?(mark)(?:{verb})?|{verb})(?:{within}{_WORD}\s+){{0,{_MOST}}}?{outlet}{_BEHIND}")
        if code in _WITHOUT_IS:
            ways.append(rf"(?:{_WORD}\s+){{0,{_WITHOUT_IS[code]}}}?{outlet}{_BEHIND}")
    # "NAME (N), a daily founded in 1911, is …"
    aside = r"[\"'“”«»’]?(?![\w'’-])\s*(?:\([^()]{1,60}\))?(?:\s*,[^,;.!?]{3,90},|,)?"
    mark = rf"\s*(?:(?P<mark>[-–—]|[:：](?=\s*{DESCRIPTIONS.pattern('before')}\s))\s*)?"
    predicate = DESCRIPTIONS.compile(rf"{aside}{mark}(?:{'|'.join(ways)})")
    joined = DESCRIPTIONS.compile(rf"[」』》)]?{DESCRIPTIONS.pattern('joined')}")
    word = any_of([*DESCRIPTIONS.words("before"), *DESCRIPTIONS.words("outlets")])
    fronted = rf"(?:{DESCRIPTIONS.pattern('founded')}{_BEHIND}[^.!?]{{0,60}}?,\s*)?"
    before = DESCRIPTIONS.compile(rf"[\W_]*{fronted}(?:(?:\w+-)?{word}{_BEHIND}[\W_]+){{0,4}}")
    return before, predicate, joined
