"""Learn the layout of each source from the pages of a run: add up evidence, make versions, end one that holds no more. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TypeVar
from uuid import UUID

from flows.clean.outlet.layout import Part, Seen
from flows.learn.evidence import ENOUGH, Evidence, Key, chosen
from flows.learn.learn import count
from flows.learn.memory import Learned
from flows.refine.page import Refined
from warehouse.records import LayoutEvidence, LayoutPlace

__all__ = ["Before", "learn"]

# Pages in a row without the layout in use, after which it counts as changed. For each version that was replaced in this time as
# many more: pages of an outlet with several templates may come in batches.
GONE, LATELY = 5, timedelta(days=30)
# Pages from which on counts are halved, so that newer pages weigh more.
MANY = 200
# The most places of each kind of which evidence is kept.
_KEPT = {Part.CONTAINER: 8, Part.DATE: 12, Part.BYLINE: 12, Part.ASIDE: 60}


@dataclass(frozen=True, slots=True)
class Before:
    """What is stored of sources: the places of all versions of their layouts, and the evidence for the present ones."""

    places: Sequence[LayoutPlace] = ()
    evidence: Sequence[LayoutEvidence] = ()


@dataclass(frozen=True, slots=True)
class _Known:
    """Evidence of a place over several runs."""

    found: Evidence
    missed: int
    first_seen_at: datetime


def learn(pages: Iterable[Refined], before: Before, run_id: UUID, started_at: datetime, enough: int = ENOUGH) -> Learned:
    """Learn from the pages of a run, in whatever order they are.

    Args:
        before: what is stored of their sources.
        started_at: when the run started.
        enough: pages that must confirm a place.
    """
    seen: dict[str, dict[tuple[str, str], tuple[Seen, datetime]]] = defaultdict(dict)
    for page in sorted(pages, key=lambda page: page.key):
        if page.seen and (article := page.article):
            # an article at several addresses is one witness; pages that are misread may all have the same text
            seen[article.source].setdefault((article.page.title, article.content_hash), (page.seen, article.seen_at))
    made: list[LayoutPlace] = []
    kept: list[LayoutEvidence] = []
    places, evidence = _by_source(before.places), _by_source(before.evidence)
    for source, observed in sorted(seen.items()):
        ours = Before(places[source], evidence[source])
        learned = _Source(source, ours, run_id, started_at, enough).learn(list(observed.values()))
        made += learned.layouts
        kept += learned.evidence
    return Learned(tuple(made), tuple(kept))


Row = TypeVar("Row", LayoutPlace, LayoutEvidence)


def _by_source(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.source].append(row)
    return found


@dataclass(frozen=True, slots=True)
class _Source:
    """A source in a run; see `learn`."""

    name: str
    before: Before
    run_id: UUID
    started_at: datetime
    enough: int

    def learn(self, observed: Sequence[tuple[Seen, datetime]]) -> Learned:
        """Learn from pages, each of another article, with the times when they were fetched."""
        pages = [seen for seen, _ in observed]
        begin = min(at for _, at in observed)
        current = {(Part(place.part), place.place): place for place in self.before.places if place.valid_until is None}
        before = {
            (Part(one.part), one.place): _Known(_evidence(one), one.missed, one.first_seen_at) for one in self.before.evidence
        }
        found = count(pages, before, current, self.enough)
        missed = _missed(pages, found, current, before)
        ended: list[LayoutPlace] = []
        if any(number >= GONE * (1 + self._replaced()) for number in missed.values()):
            # the outlet has another layout: learn it from its pages alone
            ended = [replace(place, valid_until=begin) for place in current.values()]
            current, before, missed = {}, {}, {}
            found = count(pages, enough=self.enough)
        known = _merged(before, found, missed, begin)
        wanted = chosen({key: one.found for key, one in known.items()}, current.keys(), self.enough)
        made: list[LayoutPlace] = []
        if set(wanted) != current.keys():
            since = min(
                [known[key].first_seen_at for key in wanted] + [place.valid_from for place in current.values()], default=begin
            )
            ended += [replace(place, valid_until=self.started_at) for place in current.values()]
            made = self._version(wanted, known, since)
        return Learned((*ended, *made), tuple(_kept(self.name, known, current, self.started_at)))

    def _replaced(self) -> int:
        """Return how many versions were lately followed by one that has none of their containers, or none of their dates."""
        versions: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        for place in self.before.places:
            if place.valid_until is None or place.valid_until > self.started_at - LATELY:
                versions[place.version][place.part].add(place.place)
        pairs = pairwise(there for _, there in sorted(versions.items()))
        parts = (Part.CONTAINER, Part.DATE)
        return sum(any(old[part] and old[part].isdisjoint(new[part]) for part in parts) for old, new in pairs)

    def _version(self, wanted: Iterable[Key], known: Mapping[Key, _Known], since: datetime) -> list[LayoutPlace]:
        number = 1 + max((place.version for place in self.before.places), default=0)
        return [
            LayoutPlace(self.name, number, part, place, found.confirmed, found.pages, self.run_id, self.started_at, since)
            for part, place in wanted
            for found in (known[part, place].found,)
        ]


def _evidence(stored: LayoutEvidence) -> Evidence:
    return Evidence(stored.confirmed, stored.against, stored.pages, set(stored.authors))


def _missed(
    pages: Sequence[Seen], found: Mapping[Key, Evidence], current: Iterable[Key], before: Mapping[Key, _Known]
) -> dict[Part, int]:
    """Return how many pages in a row have no container of the layout in use, or another date at its places."""
    missed: dict[Part, int] = {}
    for part in (Part.CONTAINER, Part.DATE):
        ours = [place for kind, place in current if kind is part]
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
