"""The sets and loads of `dedup.py`."""

__all__ = ["loads", "made"]
