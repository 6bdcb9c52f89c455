"""Decide which article each fetch of a run is about: the one at the address that its page declares, or one of its own. Pure.

A page that declares a canonical link is the article at that address only if it says nothing that the article does not say: a
print page, a section twin. With another text it is an article of its own, at its own address. A link to the article of another
source never counts. If the address itself answers with another text than the page that claimed it, the claim moves away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit
from uuid import UUID

from newslake.outcomes import Outcome
from warehouse.load.revisions.edits import only_debris
from warehouse.records import ArticleRecord, FetchRecord
from warehouse.similarity.compare import Text, adds_nothing


@dataclass(frozen=True, slots=True)
class KnownText:
    """A text of a known article, at some revision."""

    content_hash: str
    text: Text


@dataclass(frozen=True, slots=True)
class There:
    """What is known of an article at an address."""

    source: str
    texts: Sequence[KnownText] = ()  # of all revisions; empty where nobody asks


@dataclass(slots=True)
class Resolution:
    """What the fetches of a run are about; their articles have the id and the URL under which they are stored."""

    visits: list[FetchRecord] = field(default_factory=list)  # of known articles, from the addresses that carry them
    new: list[FetchRecord] = field(default_factory=list)
    copies: list[tuple[FetchRecord, UUID]] = field(default_factory=list)  # each with the article that it repeats
    # Known articles at the address of a new one, which they only claimed: they go to the address that they came from.
    displaced: set[UUID] = field(default_factory=set)

    @property
    def to_store(self) -> list[ArticleRecord]:
        """The articles that may be stored. Only their texts and times count for copies and stories."""
        return [fetch.article for fetch in (*self.visits, *self.new) if fetch.article]


def claims(fetch: FetchRecord) -> tuple[UUID, ...]:
    """Return the ids of the addresses under which a fetch may be stored: declared, answered, requested."""
    article = fetch.article
    if article is None:
        return ()
    return tuple(dict.fromkeys((article.article_id, article.own_id or fetch.url_id, fetch.url_id)))


def carried(fetch: FetchRecord, carriers: Mapping[UUID, UUID], known: Mapping[UUID, object]) -> UUID | None:
    """Return the known article that the address of a fetch carries; None if it carries none, or now declares another one."""
    if fetch.article and fetch.article.parts and fetch.article.article_id in known:
        return fetch.article.article_id  # whichever of its pages brings it
    there = carriers.get(fetch.url_id)
    return there if there in known and there in claims(fetch) else None


def resolve(fetches: Iterable[FetchRecord], known: Mapping[UUID, There], carriers: Mapping[UUID, UUID]) -> Resolution:
    """Resolve the fetches that bring an article. Does not depend on their order.

    Args:
        known: what is in the warehouse at the addresses of the fetches, by id.
        carriers: URL id → article id, for the batch's URLs from which a known article came.
    """
    resolution = Resolution()
    visits: dict[UUID, list[FetchRecord]] = defaultdict(list)
    open_: list[FetchRecord] = []
    for fetch in fetches:
        if fetch.article is None or fetch.outcome not in (None, Outcome.OFF_TOPIC):
            continue
        there = carried(fetch, carriers, known)
        if there is not None:
            visits[there].append(fetch)
        elif fetch.outcome is None:
            open_.append(fetch)
        elif fetch.article.article_id in known and _repeats(fetch, known[fetch.article.article_id]):
            # An off-topic page counts only for an article that the corpus has: an edit took it off its topics.
            resolution.copies.append((fetch, fetch.article.article_id))
    for at, group in visits.items():
        first, *others = sorted(group, key=lambda fetch: _rank(fetch, at))
        resolution.visits.append(_at(first, at))
        resolution.copies += [(fetch, at) for fetch in others]
    _place(sorted(open_, key=lambda fetch: fetch.url_id), known, resolution)
    return resolution


def _place(fetches: Sequence[FetchRecord], known: Mapping[UUID, There], resolution: Resolution) -> None:
    """Find the address of each fetch: the first of its claims at which it is the article, or repeats it."""
    place = {fetch.url_id: 0 for fetch in fetches}  # how many claims did not hold
    stored: dict[UUID, list[FetchRecord]] = {}
    moving = True
    while moving:
        moving = False
        stored = defaultdict(list)
        for fetch in fetches:
            stored[claims(fetch)[place[fetch.url_id]]].append(fetch)
        for at, group in stored.items():
            group.sort(key=lambda fetch: _rank(fetch, at))
            for number, fetch in enumerate(group):
                if at in known and _repeats(fetch, known[at]):
                    continue
                holds = number == 0 and (at not in known or at in (_article(fetch).own_id, fetch.url_id))
                if not holds and not (number and _repeats_in_run(fetch, group[0])):
                    place[fetch.url_id] += 1
                    moving = True
    for at, (first, *others) in stored.items():
        if at in known and _repeats(first, known[at]):
            resolution.copies += [(fetch, at) for fetch in (first, *others)]
            continue
        if at in known:
            resolution.displaced.add(at)
        resolution.new.append(_at(first, at))
        resolution.copies += [(fetch, at) for fetch in others]


def _rank(fetch: FetchRecord, at: UUID) -> tuple[bool, bool, bool, int, UUID]:
    """Order the fetches that claim one address: the address itself, then the fullest text."""
    article = _article(fetch)
    is_canonical = fetch.canonical_url == article.page.url
    return fetch.url_id != at, article.own_id != at, not is_canonical, -article.page.word_count, fetch.url_id


def _repeats(fetch: FetchRecord, there: There) -> bool:
    """Whether a fetch says nothing that the known article, of the same source, did not say at some revision."""
    article = _article(fetch)
    return fetch.source == there.source and any(
        article.content_hash == one.content_hash or _says_no_more(article, one.text) for one in there.texts
    )


def _repeats_in_run(fetch: FetchRecord, first: FetchRecord) -> bool:
    article, other = _article(fetch), _article(first)
    if fetch.source != first.source:
        return False
    return article.content_hash == other.content_hash or _says_no_more(article, Text(other.page.text, other.hashes))


def _says_no_more(article: ArticleRecord, text: Text) -> bool:
    new = article.page.text
    return adds_nothing(Text(new, article.hashes), text) or only_debris(text.text, new, frozenset())


def _at(fetch: FetchRecord, at: UUID) -> FetchRecord:
    """Return the fetch with its article at one of the addresses that it claims."""
    article = _article(fetch)
    if at == article.article_id:
        return fetch
    url = article.own_url if at == article.own_id and article.own_url else fetch.canonical_url
    domain = urlsplit(url).netloc.removeprefix("www.")
    return replace(fetch, article=replace(article, article_id=at, domain=domain, page=replace(article.page, url=url)))


def _article(fetch: FetchRecord) -> ArticleRecord:
    assert fetch.article is not None
    return fetch.article
