"""Find the authors of an article: read the names in its bylines, and leave out outlets, sections and places."""

__all__ = ["authors", "beside", "house", "names", "others", "places", "refused"]
