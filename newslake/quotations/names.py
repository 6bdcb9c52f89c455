"""Tell whether words can be the name of a speaker: the last check before a quotation is ascribed to somebody."""

from __future__ import annotations

import re
from functools import cache

from newslake.quotations.speakers import PARTICLES, words

_MARKS = re.compile(r"[“”„«»「」『』\"<>(){}\[\]:;!?。，、…]")
_SAYS = re.compile(r"^(?:이?라[고며는]|[고며은는을를의도]$|[고며은는을를의도]\s)")  # what follows a quotation in Korean
_JAPANESE = re.compile(r"^(?:[はがをにでとのもへや](?![ぁ-ん])|から|まで|による|として)")
_CHINESE = re.compile(r"^[在对對据據就把被当當而但因为為将將她它我你]|^他(?!信)")


def is_name(speaker: str, language: str) -> bool:
    """Return whether a speaker has no mark of a quotation or sentence in it, and begins with no preposition or particle."""
    if _MARKS.search(speaker) or not speaker[:1].isalnum():
        return False
    beginning = {"ko": _SAYS, "ja": _JAPANESE, "zh": _CHINESE}.get(language)
    if beginning is not None:
        return not beginning.match(speaker)
    first = speaker.split()[0].casefold()
    return first not in _prepositions(language) or (first in PARTICLES and " " in speaker)


@cache
def _prepositions(language: str) -> frozenset[str]:
    known = words().get(language, {})
    return frozenset(known.get("prepositions", []))
