"""Find the text of an article on its page."""

__all__ = ["article_body", "boilerplate", "lead", "lists", "prune", "region", "text"]
