"""Compare names and tags of sources with patterns: folded as tags are, with wildcards. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from newslake.words.tags import fold_tag

__all__ = ["ANY", "ONE", "fits", "pattern_of", "shown"]

# Stand for the wildcards * and ? in a pattern, in which these signs themselves mean nothing else.
ANY, ONE = "\ue000", "\ue001"
_PIECE = re.compile(r"\\(.)|([*?])", re.DOTALL)


def pattern_of(written: str) -> str:
    """Return a name of a query as a pattern: * stands for any characters, ? for one, and neither does behind a backslash."""
    marked = _PIECE.sub(lambda found: found[1] if found[1] is not None else ANY if found[2] == "*" else ONE, written)
    return fold_tag(marked)


def fits(pattern: str, folded: str) -> bool:
    """Return whether the whole of a folded name has the form of a pattern."""
    if ANY not in pattern and ONE not in pattern:
        return pattern == folded
    return _compiled(pattern).fullmatch(folded) is not None


def shown(pattern: str) -> str:
    """Return a pattern as a query writes it."""
    return pattern.replace(ANY, "*").replace(ONE, "?")


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    # Runs of one wildcard are one, so that no pattern takes long to compare.
    signs = {ANY: ".*", ONE: "."}
    return re.compile("".join(signs.get(sign, re.escape(sign)) for sign in re.sub(f"{ANY}+", ANY, pattern)), re.DOTALL)
