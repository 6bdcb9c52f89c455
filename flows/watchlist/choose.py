"""Select the sources of a watchlist by name, for `--source`."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from newslake.errors import UsageError

if TYPE_CHECKING:
    from flows.watchlist.model import Watchlist
    from spiders.sources import Source


def chosen_sources(watchlist: Watchlist, only: Sequence[str], command: str = "newslake run") -> list[Source]:
    """Return the sources named in `only`, or all that are enabled if it is empty.

    Args:
        command: the command that was given the names, for the message.
    Raises:
        UsageError: the watchlist has no source of that name; the message lists those it has. Or all are disabled.
    """
    if not only and not watchlist.enabled:
        raise UsageError(
            f"all sources of {watchlist.path} are disabled",
            left="nothing was run",
            next="take  enabled = false  out of a [[source]], then newslake check",
        )
    return chosen_of(watchlist.sources if only else watchlist.enabled, only, command)


def collected_sources(watchlist: Watchlist, only: Sequence[str]) -> list[Source]:
    """Return the sources that a collection of these names reads, or of all if there is none.

    Raises:
        UsageError: as `chosen_sources`; or a source that is named is disabled.
    """
    chosen = chosen_sources(watchlist, only)
    if disabled := [source.name for source in chosen if source.name in watchlist.disabled]:
        raise UsageError(
            f"{', '.join(disabled)} {'is' if len(disabled) == 1 else 'are'} disabled in {watchlist.path}",
            left="nothing was run",
            next=f"take  enabled = false  out of its [[source]], then newslake run --source {disabled[0]};"
            f" newslake check --source {disabled[0]}  tries it as it is",
        )
    return chosen


def chosen_of(sources: Sequence[Source], only: Sequence[str], command: str) -> list[Source]:
    """Do the same with a list of sources, each once. Raises UsageError."""
    known = {source.name: source for source in sources}
    if unknown := [name for name in only if name not in known]:
        raise UsageError(
            f"unknown source {', '.join(map(repr, unknown))}: the watchlist has {', '.join(known)}",
            left="nothing was run",
            next=f"{command} --source {difflib.get_close_matches(unknown[0], known, n=1, cutoff=0)[0]}",
        )
    return [known[name] for name in dict.fromkeys(only)] if only else list(sources)  # a name may be given twice


def check_known(watchlist: Watchlist, stored: Iterable[str], names: Iterable[str], *, left: str, option: str) -> None:
    """Raise UsageError for names of sources that are neither on the watchlist nor among the `stored` ones.

    Args:
        left: the state that is left, for the message.
        option: the command and its option that was given the names.
    """
    known = list(dict.fromkeys([*(source.name for source in watchlist.sources), *stored]))
    if unknown := [name for name in names if name not in known]:
        raise UsageError(
            f"unknown source {', '.join(map(repr, unknown))}: known are {', '.join(known)}",
            left=left,
            next=f"{option} {known[0]}",
        )
