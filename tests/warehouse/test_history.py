"""The revisions of an article are those of its captures in order, in whatever order these are loaded."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from random import Random
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warehouse.makers import hours
from warehouse.load.decide import Revision
from warehouse.load.revisions.history import Sighting, text_id, with_older

ARTICLE = UUID(int=1)
# What an outlet shows at each visit: it goes back to what it had, again and again.
SHOWN = st.lists(st.sampled_from("ABC"), min_size=1, max_size=12)


def capture(number: int, title: str) -> Revision:
    return Revision(ARTICLE, hours(number), title, title, 1, title, UUID(int=number + 1), "file", number)


def loaded(captures: Sequence[Revision]) -> list[Revision]:
    """The revisions after these loads, one after another; every text is stored as it was seen."""
    history: list[Revision] = []
    sightings: list[Sighting] = []
    last_seen_at = None
    for one in captures:
        if last_seen_at is None or one.seen_at > last_seen_at:
            last_seen_at = one.seen_at
            history += [] if history and history[-1].same_as(one) else [one]
        else:
            history = with_older(history, sightings, last_seen_at, one)
        text = text_id(one.title, one.content_hash)
        sightings.append(Sighting(ARTICLE, one.seen_at, text, one.run_id, one.capture_file, one.capture_offset))
    return history


@settings(max_examples=300, deadline=None)
@given(SHOWN, st.integers(0, 10_000))
def test_the_order_of_loading_decides_nothing(shown: list[str], seed: int) -> None:
    captures = [capture(number, title) for number, title in enumerate(shown)]
    runs = [next(group) for _, group in groupby(captures, key=lambda one: one.title)]
    assert loaded(captures) == runs
    assert loaded(Random(seed).sample(captures, len(captures))) == runs
