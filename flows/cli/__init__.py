"""The command line: `newslake …`."""

from flows.cli.app import main

__all__ = ["main"]
