"""Keep an article at its own address where the page declares that of another source. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from flows.refine.page import Refined
from spiders.urls.canonical import domain
from spiders.urls.owners import Owners


def at_own_address(pages: Iterable[Refined], owners: Owners) -> list[Refined]:
    """Return the pages in order; those whose canonical link leads to the site of another source keep the address that answered.

    A page cannot take the address of another source's article. If it does have the same text, both are in one story.
    """
    return [_at_own_address(page, owners) for page in pages]


def _at_own_address(page: Refined, owners: Owners) -> Refined:
    article = page.article
    if article is None or article.own_id is None or article.own_url is None or article.own_id == article.article_id:
        return page
    if owners.owner(article.page.url, article.source) == article.source:
        return page
    own = replace(
        article,
        article_id=article.own_id,
        domain=domain(article.own_url),
        page=replace(article.page, url=article.own_url),
    )
    return replace(page, article=own)
