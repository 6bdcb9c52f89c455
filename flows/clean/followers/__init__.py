"""Tell the other articles on a page from the parts of its own, and remove them."""

__all__ = [
    "chronology",
    "drop",
]
