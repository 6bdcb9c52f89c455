"""Tell of a spike once, and again only if it grows many times over. Pure."""

from __future__ import annotations

from dataclasses import dataclass

DAY = 86_400.0  # seconds
MORE = 5  # times as many articles


@dataclass(frozen=True, slots=True)
class Told:
    """A spike that was told: how many articles it had then, and when it was last seen, in seconds since any moment."""

    articles: int
    seen_at: float


def is_news(articles: int | None, now: float, told: Told | None) -> tuple[bool, Told | None]:
    """Return whether a spike is to be told now, and what is to be remembered of it.

    The spike that was told goes on until none has been seen for a day.

    Args:
        articles: of the spike that is seen now; None if there is none.
        told: what was remembered at the last look.
    """
    if told is not None and abs(now - told.seen_at) > DAY:  # also where the clock was ahead then
        told = None
    if articles is None:
        return False, told
    if told is None or articles >= MORE * told.articles:
        return True, Told(articles, now)
    return False, Told(told.articles, now)
