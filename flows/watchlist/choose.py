"""Select the sources of a watchlist by name, for `--source`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from newslake.errors import UsageError

if TYPE_CHECKING:
    from flows.watchlist.model import Watchlist
    from spiders.sources import Source


def chosen_sources(watchlist: Watchlist, only: Sequence[str]) -> list[Source]:
    """Return the sources named in `only`, or all of them if it is empty.

    Raises:
        UsageError: the watchlist has no source of that name; the message lists those it has.
    """
    known = {source.name: source for source in watchlist.sources}
    if unknown := [name for name in only if name not in known]:
        raise UsageError(
            f"unknown source {', '.join(map(repr, unknown))}: the watchlist has {', '.join(known)}",
            left="nothing was run",
            next=f"newslake run --config {watchlist.path} --source {next(iter(known))}",
        )
    return [known[name] for name in only] if only else list(watchlist.sources)
