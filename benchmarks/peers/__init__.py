"""The systems that the benchmarks compare newslake with, and newslake itself, each in a fresh process."""

__all__ = ["copies", "extractors", "search", "systems", "workers"]
