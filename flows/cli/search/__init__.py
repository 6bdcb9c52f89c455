"""The command `newslake search`."""

from flows.cli.search.command import add_to

__all__ = ["add_to"]
