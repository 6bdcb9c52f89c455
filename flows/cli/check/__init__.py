"""The command `newslake check`: validates the watchlist and tries its sources."""

from flows.cli.check.command import add_to

__all__ = ["add_to"]
