"""The systems that the benchmarks compare newslake with, each in a fresh process."""

__all__ = ["copies", "extractors", "systems"]
