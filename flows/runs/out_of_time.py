"""Say which sources used up their time in a run, so that some of their URLs wait for the next one. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from flows.watchlist import Watchlist

_MOST_NAMED = 5


def out_of_time_line(watchlist: Watchlist, left: Mapping[str, int]) -> str | None:
    """Return a line for the user; None if no source used up its time.

    Args:
        left: source → how many of its URLs wait.
    """
    if not left:
        return None
    own = {source.name: source.max_minutes for source in watchlist.sources if source.max_minutes}
    first = sorted(left, key=lambda name: (-left[name], name))[:_MOST_NAMED]
    named = ", ".join(
        f"{name} ({left[name]} URLs after {own.get(name, watchlist.crawl.max_minutes):g} minutes)" for name in first
    )
    more = f" and {len(left) - len(first)} more" if len(left) > len(first) else ""
    return (
        f"Out of time: {named}{more}; the next newslake run goes on with them. For more time, raise max_minutes in the watchlist."
    )
