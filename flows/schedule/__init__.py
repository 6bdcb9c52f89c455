"""Decide when each source is polled next and what `newslake serve` does now, and report whether it is at work."""

__all__ = ["agenda", "due", "polling", "status"]
