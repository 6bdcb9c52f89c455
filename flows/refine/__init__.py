"""Turn captures into matched articles: clean pages in worker processes, cut repeated lines, recognise identical pages."""

__all__ = ["pool", "repeated_lines", "uniform"]
