"""What `soak.py` needs: a clock put forward, kills at random moments, and the judge."""

__all__ = ["clock", "judge", "kills"]
