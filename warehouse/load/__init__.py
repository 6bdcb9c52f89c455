"""Load a run: decide what it changes, then write that in one transaction. The entry point is `run.load`."""

__all__ = ["decide", "edits", "health", "reclean", "run", "write", "write_articles"]
