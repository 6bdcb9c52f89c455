"""Find the text of an article on its page."""

__all__ = ["article_body", "boilerplate", "followers", "lead", "lists", "prune", "region", "repeats", "tables", "text", "tidy"]
