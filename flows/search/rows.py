"""Give hits of a search as rows, for files and programs. Pure."""

from __future__ import annotations

from typing import Any

from flows.search.search import Hit

COLUMNS = (
    "rank", "score", "published_at", "source", "title", "snippet", "terms", "in_title", "article_id", "url", "language",
    "notes", "note_tags",
)  # fmt: skip


def row(rank: int, hit: Hit) -> dict[str, Any]:
    """Return a hit as a row of COLUMNS. Ids are text, which every program reads."""
    article, match = hit.article, hit.match
    return {
        "rank": rank,
        "score": round(hit.score, 4),
        "published_at": article.published_at,
        "source": article.source,
        "title": hit.title,
        "snippet": match.snippet,
        "terms": list(match.terms),
        "in_title": match.in_title,
        "article_id": str(article.article_id),
        "url": hit.url,
        "language": article.language,
        "notes": hit.marks.notes,
        "note_tags": list(hit.marks.tags),
    }
