"""Read the watchlist: the one TOML file that says what to watch, where, how often, and where to keep it.

The names below are loaded on first use: reading the file needs the parsers of topics and schedules.
"""

from typing import TYPE_CHECKING

from newslake.lazy import lazy_names

if TYPE_CHECKING:
    from flows.watchlist.choose import chosen_sources
    from flows.watchlist.load import load_watchlist, read_watchlist
    from flows.watchlist.model import Watchlist, check_places

__all__ = ["Watchlist", "check_places", "chosen_sources", "load_watchlist", "read_watchlist"]

_HOMES = {
    "Watchlist": ".model",
    "check_places": ".model",
    "chosen_sources": ".choose",
    "load_watchlist": ".load",
    "read_watchlist": ".load",
}

if not TYPE_CHECKING:
    __getattr__ = lazy_names(__name__, _HOMES)
