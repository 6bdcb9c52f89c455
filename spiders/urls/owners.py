"""Decide which source a page belongs to: the one whose site hosts it, whoever lists it. Pure.

A source claims the hosts of its addresses. On a host that several sources share (`/@alice/` and `/@mallory/`), the path decides:
the longest path that leads a claim, then a name in the path that only one of the sources has (`/rss/world.xml` and `/world/…`),
then `article_pattern`. A page on no watched site belongs to the source that lists it, as with aggregators.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from spiders.urls.canonical import domain
from spiders.urls.parts import split_url, without_twin
from spiders.urls.suffixes import registrable

_EXTENSION = re.compile(r"\.[a-z0-9]{1,5}$", re.I)


@dataclass(frozen=True, slots=True)
class Site:
    """What a source claims.

    Attributes:
        pages: its home page and sections, whose paths lead to its articles.
        listings: its feeds and sitemaps, whose folders do.
        pattern: the regular expression of its article addresses, if it has one.
    """

    name: str
    pages: Sequence[str] = ()
    listings: Sequence[str] = ()
    pattern: str | None = None


class _Place(NamedTuple):
    """The host and the path of an address; the host without `www.` or `m.`, with a port unless it is the default."""

    host: str
    domain: str
    path: tuple[str, ...]


@dataclass(slots=True)
class _Claim:
    """What a source claims of one host: the paths that lead to its articles, and the names in them."""

    name: str
    pattern: re.Pattern[str] | None
    paths: set[tuple[str, ...]] = field(default_factory=set)
    steps: set[str] = field(default_factory=set)  # of all its addresses, as written
    names: set[str] = field(default_factory=set)  # the same without extensions

    @property
    def is_personal(self) -> bool:
        """Whether it claims a part of a host that other people share: a path with `@alice` or `~alice`."""
        return any(step[:1] in ("@", "~") for step in self.steps)

    def rank(self, path: tuple[str, ...], shared: Counter[str]) -> tuple[int, int]:
        """Return how well a path fits: the length of the longest leading path, then how early a name of its own stands."""
        longest = max((len(lead) for lead in self.paths if path[: len(lead)] == lead), default=-1)
        named = (at for at, step in enumerate(map(_bare, path)) if step in self.names and shared[step] == 1)
        first = next(named, None)
        if first is None:
            return longest, 0
        return max(longest, 0), len(path) - first


class Owners:
    """The sources of a watchlist, by the sites that they claim."""

    def __init__(self, sites: Iterable[Site]) -> None:
        self._of_host: dict[str, dict[str, _Claim]] = defaultdict(dict)
        self._of_domain: dict[str, dict[str, _Claim]] = defaultdict(dict)
        for site in sites:
            self._add(site)
        self._shared = {
            host: Counter(name for claim in claims.values() for name in claim.names) for host, claims in self._of_host.items()
        }

    def _add(self, site: Site) -> None:
        pattern = re.compile(site.pattern) if site.pattern else None
        for address in (*site.pages, *site.listings):
            place = _place(address)
            if place is None:
                continue
            claim = self._of_host[place.host].setdefault(site.name, _Claim(site.name, pattern))
            self._of_domain[place.domain].setdefault(site.name, claim)
            last = place.path[-1:]
            is_folder = address in site.pages and not (last and _EXTENSION.search(last[0]))
            claim.paths.add(place.path if is_folder else place.path[:-1])
            claim.steps.update(place.path)
            claim.names |= {step for step in map(_bare, place.path) if len(step) > 1 and not step.isdigit()}

    def owner(self, url: str, lister: str) -> str:
        """Return the name of the source that a page belongs to; `lister` is the source whose listing names it."""
        place = _place(url)
        if place is None:
            return lister
        claims = self._claims(place)
        shared = self._shared.get(place.host, Counter())
        ranks = {name: claim.rank(place.path, shared) for name, claim in claims.items()}
        ranks = {name: rank for name, rank in ranks.items() if rank >= (0, 0) or not claims[name].is_personal}
        best = max(ranks.values(), default=None)
        tied = [name for name, rank in ranks.items() if rank == best]
        if len(tied) > 1:
            fitting = [name for name in tied if (pattern := claims[name].pattern) and pattern.search(url)]
            tied = fitting or [name for name in tied if claims[name].pattern is None] or tied
        return lister if lister in tied or not tied else tied[0]

    def _claims(self, place: _Place) -> dict[str, _Claim]:
        """Return the claims on the host, else on the nearest host above it, else on hosts of the same registrable domain."""
        host = place.host
        while host:
            if host in self._of_host:
                return self._of_host[host]
            if host == place.domain:
                break
            host = host.partition(".")[2]
        return self._of_domain.get(place.domain, {})


def named_by_domain(url: str) -> str:
    """Return the name of a source for an address on no watched site: its domain, which is no other source's."""
    return re.sub(r"[^\w.-]", "-", domain(url)).lstrip("-.")[:100]


def _place(url: str) -> _Place | None:
    parts = split_url(url)
    if parts is None:
        return None
    port = "" if parts.port is None else f":{parts.port}"
    host = without_twin(parts.host) + port
    domain = registrable(parts.host)
    return _Place(host, f"{domain}{port}" if domain else host, tuple(step for step in parts.path.split("/") if step))


def _bare(step: str) -> str:
    """Return a step of a path without its extension and the marks of user names."""
    return _EXTENSION.sub("", step).lstrip("@~").casefold()
