"""Find the headline of a page."""

__all__ = ["headings", "titles"]
