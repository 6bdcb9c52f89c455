"""Find the text of an article on its page."""

__all__ = [
    "article_body",
    "boilerplate",
    "descriptions",
    "edges",
    "lead",
    "lists",
    "menus",
    "prune",
    "quick",
    "region",
    "repeats",
    "tables",
    "text",
    "tidy",
]
