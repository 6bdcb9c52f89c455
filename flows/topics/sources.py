"""Find what a query asks of sources that no source is: a name or a tag that is not known, and what was perhaps meant. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import get_close_matches

from flows.topics.nodes import Node, OfSource, sources_in
from newslake.text import cut
from newslake.words.named import ANY, ONE, fits
from newslake.words.tags import fold_tag

_SHOWN = 200  # characters of the names that there are


def source_hints(node: Node, names: Iterable[str], tags: Iterable[str]) -> list[str]:
    """Return a sentence for each name and each tag of a query that no source has, with the nearest ones.

    Args:
        names: of all known sources; tags: all that they have.
    """
    known = {"source": list(dict.fromkeys(names)), "sourcetag": sorted(set(tags))}
    asked = {one.key: one for one in sources_in(node)}
    unknown = (one for one in asked.values() if not any(fits(one.pattern, fold_tag(each)) for each in known[one.field]))
    return [_hint(one, known[one.field]) for one in unknown]


def _hint(asked: OfSource, known: list[str]) -> str:
    what = "no source is called" if asked.field == "source" else "no source has the tag"
    folded = {fold_tag(one): one for one in known}
    plain = asked.pattern.replace(ANY, "").replace(ONE, "")
    like = [folded[one] for one in get_close_matches(plain, folded, n=3, cutoff=0.6)]
    like += [one for key, one in folded.items() if plain and plain in key and one not in like]
    if like:
        return f"{what} {asked.written!r}: did you mean {' or '.join(_as_asked(asked.field, one) for one in like[:3])}?"
    if not known:
        return f"{what} {asked.written!r}: " + ("there is no source yet" if asked.field == "source" else "no source has a tag")
    return f"{what} {asked.written!r}: there are {cut(', '.join(known), _SHOWN)}"


def _as_asked(field: str, name: str) -> str:
    """Return a name as it is written in a query."""
    is_word = re.fullmatch(r"[\w.-]+", name) is not None
    return f"{field}:{name}" if is_word else f'{field}:"{name}"'
