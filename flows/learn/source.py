"""Learn the layout of each source from the pages of a run: add up evidence, make versions, end one that holds no more. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from flows.clean.outlet.layout import Part, Seen
from flows.learn.evidence import Evidence, Key, chosen
from flows.learn.learn import count
from flows.refine.page import Refined
from warehouse.records import LayoutEvidence, LayoutPlace

__all__ = ["Learned", "learn"]

# Pages in a row without the layout in use, after which it counts as changed.
GONE = 5
# Pages from which on counts are halved, so that newer pages weigh more.
MANY = 200
# The most places of each kind of which evidence is kept.
_KEPT = {Part.CONTAINER: 8, Part.DATE: 12, Part.BYLINE: 12, Part.ASIDE: 60}


@dataclass(frozen=True, slots=True)
class Learned:
    """What a run learned: new versions and those that ended, and all evidence of the sources that it observed."""

    layouts: tuple[LayoutPlace, ...] = ()
    evidence: tuple[LayoutEvidence, ...] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """Evidence of a place over several runs."""

    found: Evidence
    missed: int
    first_seen_at: datetime


def learn(
    pages: Iterable[Refined],
    places: Sequence[LayoutPlace],
    evidence: Sequence[LayoutEvidence],
    run_id: UUID,
    started_at: datetime,
) -> Learned:
    """Learn from the pages of a run, in whatever order they are.

    Args:
        places: of the stored versions of all these sources; `evidence`: that of their present layouts.
        started_at: when the run started.
    """
    seen: dict[str, dict[str, tuple[Seen, datetime]]] = defaultdict(dict)
    for page in sorted((page for page in pages if page.seen and page.article), key=lambda page: page.key):
        assert page.article and page.seen
        # the same text at several addresses is one witness
        seen[page.article.source].setdefault(page.article.content_hash, (page.seen, page.article.seen_at))
    made: list[LayoutPlace] = []
    kept: list[LayoutEvidence] = []
    for source, observed in sorted(seen.items()):
        ours = [place for place in places if place.source == source]
        known = [one for one in evidence if one.source == source]
        learned = _learn_source(source, list(observed.values()), ours, known, run_id, started_at)
        made += learned.layouts
        kept += learned.evidence
    return Learned(tuple(made), tuple(kept))


def _learn_source(
    source: str,
    observed: Sequence[tuple[Seen, datetime]],
    places: Sequence[LayoutPlace],
    stored: Sequence[LayoutEvidence],
    run_id: UUID,
    started_at: datetime,
) -> Learned:
    pages = [seen for seen, _ in observed]
    begin = min(at for _, at in observed)
    current = [place for place in places if place.valid_until is None]
    before = {(Part(one.part), one.place): _Known(_evidence(one), one.missed, one.first_seen_at) for one in stored}
    found = count(pages, before, {(Part(place.part), place.place) for place in current})
    missed = _missed(pages, found, current, before)
    has_changed = bool(current) and any(number >= GONE for number in missed.values())
    if has_changed:
        before, missed = {}, {}
        found = count(pages)
    known = _merged(before, found, missed, begin)
    valid_from = begin if has_changed or not current else current[0].valid_from
    ends = begin if has_changed else started_at
    now = {} if has_changed else {(Part(place.part), place.place): place for place in current}
    wanted = chosen({key: one.found for key, one in known.items()}, now.keys())
    made: list[LayoutPlace] = []
    if has_changed or set(wanted) != now.keys():
        made += [replace(place, valid_until=ends) for place in current]
        if not current or has_changed:
            valid_from = min([begin, *(known[key].first_seen_at for key in wanted)])
        version = 1 + max((place.version for place in places), default=0)
        made += [
            LayoutPlace(source, version, part, place, e.confirmed, e.pages, run_id, started_at, valid_from)
            for part, place in wanted
            for e in (known[part, place].found,)
        ]
    return Learned(tuple(made), tuple(_kept(source, known, now, started_at)))


def _evidence(stored: LayoutEvidence) -> Evidence:
    return Evidence(stored.confirmed, stored.against, stored.pages, set(stored.authors))


def _missed(
    pages: Sequence[Seen], found: Mapping[Key, Evidence], current: Sequence[LayoutPlace], before: Mapping[Key, _Known]
) -> dict[Part, int]:
    """Return how many pages in a row have no container of the layout in use, or another date at its places."""
    missed: dict[Part, int] = {}
    for part in (Part.CONTAINER, Part.DATE):
        ours = [place.place for place in current if place.part == part]
        if not ours:
            continue
        if part is Part.CONTAINER:
            fits = [page.fits for page in pages if page.fits is not None]
            held, looked = any(fits), len(fits)
        else:
            held = any(found[part, place].confirmed for place in ours if (part, place) in found)
            looked = sum(page.dates is not None for page in pages)
        earlier = max((before[part, place].missed for place in ours if (part, place) in before), default=0)
        missed[part] = 0 if held else earlier + looked
    return missed


def _merged(
    before: Mapping[Key, _Known], found: Mapping[Key, Evidence], missed: Mapping[Part, int], begin: datetime
) -> dict[Key, _Known]:
    known: dict[Key, _Known] = {}
    for key in sorted({*before, *found}):
        old, new = before.get(key), found.get(key, Evidence())
        there = old.found if old else Evidence()
        total = Evidence(
            there.confirmed + new.confirmed,
            there.against + new.against,
            there.pages + new.pages,
            there.values | new.values,
        )
        if total.pages > MANY:
            total = Evidence(total.confirmed // 2, total.against // 2, total.pages // 2, total.values)
        known[key] = _Known(total, missed.get(key[0], 0), min(begin, old.first_seen_at) if old else begin)
    return known


def _kept(source: str, known: Mapping[Key, _Known], now: Iterable[Key], at: datetime) -> Iterable[LayoutEvidence]:
    """Return the evidence to store: of the places in use, and of the others with the most confirmation."""
    used = set(now)
    for part, most in _KEPT.items():
        ours = [(key, one) for key, one in known.items() if key[0] is part and (one.found.confirmed or key in used)]
        first = sorted(ours, key=lambda item: (item[0] not in used, item[1].found.against - item[1].found.confirmed, item[0][1]))
        for (_, place), one in first[:most]:
            found = one.found
            authors = tuple(sorted(found.values))[:2]
            yield LayoutEvidence(
                source, part, place, found.confirmed, found.against, found.pages, authors, one.missed, one.first_seen_at, at
            )
