"""The corpus in a Python program or a notebook: `newslake.connect`."""

from flows.python.connection import Connection, connect

__all__ = ["Connection", "connect"]
