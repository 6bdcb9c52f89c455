"""Turn captures into matched articles: worker processes, repeated lines, pages that are all alike."""

__all__ = ["pool", "repeated_lines", "uniform"]
