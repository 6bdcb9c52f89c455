"""Search the corpus with the queries of topics: what is looked up, what only the text can tell, and how it is shown."""

import re

__all__ = ["may_search"]

_MAY_SEARCH = re.compile(r"search\b\W*\(", re.IGNORECASE)


def may_search(sql: str) -> bool:
    """Return whether SQL may use `search('…')`. Other SQL needs nothing of what searches."""
    return _MAY_SEARCH.search(sql) is not None
