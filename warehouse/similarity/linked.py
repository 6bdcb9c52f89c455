"""Link the articles that carry copies of one another, within the window of time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

from warehouse.similarity.stories import Components
from warehouse.similarity.twins import Twin


@dataclass(frozen=True, slots=True)
class Carrier:
    """An article that has a text.

    Attributes:
        at: when it was published, or first seen if that is unknown.
        seen_at: when it was first seen with the text; a date that a page states may be wrong by years.
    """

    article: Twin
    at: datetime
    seen_at: datetime
    story_id: UUID | None
    in_batch: bool


def in_order(carriers: Iterable[Carrier]) -> list[Carrier]:
    return sorted(carriers, key=lambda carrier: (carrier.at, carrier.article.article_id))


def are_near(ones: Sequence[Carrier], others: Sequence[Carrier], window: timedelta) -> bool:
    """Return whether any two articles with two texts were published, or seen, within the window of each other."""
    return any(abs(one.at - other.at) <= window or abs(one.seen_at - other.seen_at) <= window for one in ones for other in others)


class Linked(Components):
    """Articles that are known to belong to one story."""

    def __init__(self, window: timedelta) -> None:
        super().__init__()
        self._window = window

    def known(self, carriers: Iterable[Carrier]) -> None:
        """Join articles with those of the story that they are in."""
        for carrier in carriers:
            if carrier.story_id is not None:
                self.join(carrier.article.article_id, carrier.story_id)

    def link(self, carriers: Iterable[Carrier], window: timedelta | None = None) -> list[tuple[UUID, UUID]]:
        """Link carriers of one text, or of two copies, that were published or seen one after the other, within the window."""
        window = self._window if window is None else window
        links = []
        by_date = in_order(carriers)
        by_sight = sorted(by_date, key=lambda carrier: (carrier.seen_at, carrier.article.article_id))
        neighbours = [(one, other, other.at - one.at) for one, other in pairwise(by_date)]
        neighbours += [(one, other, other.seen_at - one.seen_at) for one, other in pairwise(by_sight)]
        for one, other, apart in neighbours:
            ids = one.article.article_id, other.article.article_id
            if apart <= window and self.root(ids[0]) != self.root(ids[1]):
                links.append(ids)
                self.join(*ids)
        return links

    def joined(self, carriers: Iterable[Carrier]) -> bool:
        return len({self.root(carrier.article.article_id) for carrier in carriers}) == 1
