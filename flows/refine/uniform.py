"""Recognise pages of a source that are suddenly all the same: an unknown wall, and no articles. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from flows.refine.pool import Refined
from newslake.outcomes import Outcome, Reason

# From so many pages on, and of so large a share of a source's pages in one run: one article under several addresses is common,
# a run in which nearly every address gives it is not.
FEWEST, SHARE = 5, 0.8


def without_uniform(pages: Iterable[Refined]) -> list[Refined]:
    """The pages in their order; those that say the same as nearly all others of their source in this run are walls.

    Articles that name one address as their own are one article however often they were met, and stay.
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
