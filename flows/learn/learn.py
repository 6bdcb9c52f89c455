"""Count what a set of an outlet's pages says of each place, whatever their order. Pure.

A place of the date or the byline is confirmed by pages whose data declare what stands there. A container is confirmed by pages
that have their text in it, and a place of asides by pages on which its words recur, or are not in the text that the data declare.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence, Set

from flows.clean.outlet.layout import Part, Seen
from flows.clean.outlet.places import key_of
from flows.learn.blocks import asides, containers, judged
from flows.learn.evidence import ENOUGH, Evidence, Key

__all__ = ["count"]


def count(
    seen: Sequence[Seen], known: Iterable[Key] = (), used: Collection[Key] = (), enough: int = ENOUGH
) -> dict[Key, Evidence]:
    """Return what these pages, each of another article, say of each place.

    Args:
        known: places to tell of even if no page confirms them; `used`: those by which pages are read.
        enough: pages that must confirm a place.
    """
    there = set(known)
    in_use = _places(used, Part.ASIDE)
    pages = judged(seen, enough)
    beside = asides(pages, in_use)
    rooms = containers(pages, beside, in_use, enough)
    found = {(Part.ASIDE, place): evidence for place, evidence in beside.items()}
    held = Counter(room for room in rooms if room)
    total = held.total()
    for place in _places(there, Part.CONTAINER) | held.keys():
        found[Part.CONTAINER, place] = Evidence(held[place], total - held[place], total)
    dated = [page for page in seen if page.dates is not None]
    others = Counter(key for page in dated for key in set(page.other_dates))
    said = Counter(place for page in dated for place in page.dates or ())
    for place in _places(there, Part.DATE) | said.keys():
        found[Part.DATE, place] = Evidence(said[place], others[key_of(place)], len(dated))
    found |= {(Part.BYLINE, place): evidence for place, evidence in _bylines(seen, rooms).items()}
    return found


def _places(keys: Iterable[Key], part: Part) -> Set[str]:
    return {place for kind, place in keys if kind is part}


def _bylines(seen: Sequence[Seen], rooms: Sequence[str]) -> dict[str, Evidence]:
    """Count by templates, which have containers of their own: a byline names the authors on nearly all pages of a template."""
    named = [(page, room) for page, room in zip(seen, rooms, strict=True) if page.bylines is not None]
    of_template = Counter(room for _, room in named)
    templates: dict[str, set[str]] = defaultdict(set)
    found: dict[str, Evidence] = defaultdict(Evidence)
    for page, room in named:
        for place in page.bylines or ():
            found[place].confirmed += 1
            found[place].values.add(page.authors)
            templates[place].add(room)
    for place, evidence in found.items():
        evidence.pages = sum(of_template[room] for room in templates[place])
        evidence.against = evidence.pages - evidence.confirmed
    return found
