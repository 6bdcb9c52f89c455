"""Run one scheduled collection or maintenance for `newslake serve`, in a process of its own."""

__all__ = ["collection", "process"]
