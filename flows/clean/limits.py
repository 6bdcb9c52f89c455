"""Limit the length of every field of an article: what a page says beyond is no headline, name or summary. Pure."""

from __future__ import annotations

from dataclasses import replace

from flows.clean.words import count_words
from newslake.article import CleanArticle
from newslake.text import cut

__all__ = ["limited"]

# Characters, except for the numbers of authors and headings. Real articles stay far below all of them.
MAX_TITLE = 500
MAX_DESCRIPTION = 2_000
MAX_TEXT = 1_000_000
MAX_HEADING = 500
MAX_NAME = 200
MAX_AUTHORS = 50
MAX_HEADINGS = 1_000


def limited(article: CleanArticle) -> CleanArticle:
    """Return the article with every field cut at a word where it is too long; each heading is still a line of the text."""
    lines = {heading: cut(heading, MAX_HEADING) for heading in article.headings if len(heading) > MAX_HEADING}
    text = article.text
    if lines:
        text = "\n".join(lines.get(line, line) for line in text.split("\n"))
    text = cut(text, MAX_TEXT)
    found = replace(
        article,
        title=cut(article.title, MAX_TITLE),
        text=text,
        authors=tuple(cut(name, MAX_NAME) for name in article.authors[:MAX_AUTHORS]),
        description=None if article.description is None else cut(article.description, MAX_DESCRIPTION),
        headings=tuple(lines.get(heading, heading) for heading in article.headings[:MAX_HEADINGS]),
    )
    return found if text == article.text else replace(found, word_count=count_words(text))
