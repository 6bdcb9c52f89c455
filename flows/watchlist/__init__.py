"""The watchlist: one TOML file that says what to watch, where, how often, and where to keep it."""

from flows.watchlist.load import load_watchlist, read_watchlist
from flows.watchlist.model import Watchlist, check_places

__all__ = ["Watchlist", "check_places", "load_watchlist", "read_watchlist"]
