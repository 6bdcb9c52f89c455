"""Newslake left alone: what `soak.py` needs (a clock put forward, kills, the judge), readers beside a writer, maintenance."""

__all__ = ["clock", "judge", "kills"]
