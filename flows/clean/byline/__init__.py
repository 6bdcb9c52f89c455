"""Find who wrote an article: bylines, the names in them, and what is no name."""

__all__ = ["authors", "names", "places", "refused"]
