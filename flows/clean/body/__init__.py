"""Find the text of an article on its page."""

__all__ = [
    "article_body",
    "boilerplate",
    "descriptions",
    "edges",
    "followers",
    "lead",
    "lists",
    "menus",
    "prune",
    "region",
    "repeats",
    "tables",
    "text",
    "tidy",
]
