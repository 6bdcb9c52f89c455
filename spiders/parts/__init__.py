"""Articles on several pages: which pages belong together, and which of them a crawl fetches."""

from spiders.parts.continuation import find_paging
from spiders.parts.model import Link, Other, Paging

__all__ = ["Link", "Other", "Paging", "find_paging"]
