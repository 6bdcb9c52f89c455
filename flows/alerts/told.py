"""Say whether a watchlist has anything to tell, and what was told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.messages.outbox import FILE

if TYPE_CHECKING:
    from flows.watchlist import Watchlist


@dataclass(frozen=True, slots=True)
class Told:
    """What was told after a run: lines for its summary, warnings, and the brief in Markdown if one was made."""

    lines: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    brief: str | None = None


def is_needed(watchlist: Watchlist) -> bool:
    """Return whether the watchlist has anything to tell, or had."""
    return watchlist.brief is not None or bool(watchlist.alerts) or (watchlist.state / FILE).exists()
