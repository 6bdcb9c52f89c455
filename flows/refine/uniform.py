"""Recognise pages of a source that are all the same in one run: they are an unknown wall and not articles. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from flows.refine.page import Refined
from newslake.outcomes import Outcome, Reason

# The least number of equal pages, and their least share of a source's pages in one run. One article at several addresses is
# common; the same article at nearly every address is not.
FEWEST, SHARE = 5, 0.8


def without_uniform(pages: Iterable[Refined]) -> list[Refined]:
    """Return the pages in order; those with the title and text of nearly all others of their source become walls.

    Pages with the same canonical address are one article, however often it was fetched, and stay.
    """
    kept = list(pages)
    by_source: dict[str, list[int]] = defaultdict(list)
    for place, page in enumerate(kept):
        if page.article:
            by_source[page.article.source].append(place)
    for places in by_source.values():
        for same in _same(kept, places):
            addresses = {article.article_id for place in same if (article := kept[place].article)}
            if len(addresses) >= FEWEST and len(same) >= SHARE * len(places):
                why = f"bot wall: {len(same)} of {len(places)} pages in this run have one and the same title and text"
                for place in same:
                    kept[place] = Refined(kept[place].key, Outcome.NOT_ARTICLE, Reason.UNIFORM, why)
    return kept


def _same(pages: Sequence[Refined], places: Iterable[int]) -> list[list[int]]:
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place in places:
        article = pages[place].article
        assert article
        groups[article.page.title, article.content_hash].append(place)
    return list(groups.values())
