"""One captured page as a clean record. Pure: bytes in, data out.

Structured data is believed first (JSON-LD, meta elements, microdata), then what readers see, then trafilatura and htmldate,
then what discovery said; every field that can come from several places says which.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from flows.clean.article import NotArticle, Unread
from flows.clean.authors import find_authors
from flows.clean.body.prune import prepare
from flows.clean.body.text import find_text, may_say
from flows.clean.dates.find import find_dates
from flows.clean.dates.timezones import Clock, likely_zone, zone_of
from flows.clean.details import (
    declared_url,
    find_description,
    find_free,
    find_image,
    find_language,
    find_section,
    find_tags,
    first_in_dates,
)
from flows.clean.headline.titles import beginning, find_title, outlet_names
from flows.clean.page import Page, read_page
from flows.clean.screen import Screen
from flows.clean.structured import article_node, microdata, read_json_ld
from flows.clean.verdict import is_marked, link_share, why_not
from flows.clean.words import count_words
from newslake.article import CleanArticle
from newslake.errors import PageError
from spiders.urls.canonical import same_page_canonical
from spiders.warc.model import Capture


def clean(
    capture: Capture,
    *,
    timezone: str | None = None,
    language: str | None = None,
    publication: str | None = None,
    now: datetime | None = None,
    worth: Callable[[str], bool] | None = None,
) -> CleanArticle | NotArticle | Unread:
    """The article on a captured page, or why it holds none.

    Args:
        timezone: IANA name of the zone in which the outlet writes times that carry none.
        language: ISO 639 code, where the page does not say.
        publication: the outlet's name, to be kept out of titles and bylines.
        now: no publication is later than a day from here; the time of the fetch unless given.
        worth: asked of all that title and text could say, and more; where it says no, the page is left Unread.

    Raises PageError where the page cannot be cleaned; nothing else, whatever the bytes.
    """
    try:
        page = read_page(capture.url, capture.body, capture.content_type)
        return _clean(page, capture, timezone, language, publication, now or capture.fetched_at, worth)
    except PageError:
        raise
    except Exception as error:
        raise PageError(
            f"the page could not be cleaned ({type(error).__name__}: {error}): {capture.url}",
            left="its capture is kept",
            next="report it with the capture; newslake reclean tries again after an upgrade",
        ) from error


def _clean(
    page: Page,
    capture: Capture,
    timezone: str | None,
    language: str | None,
    publication: str | None,
    now: datetime,
    worth: Callable[[str], bool] | None,
) -> CleanArticle | NotArticle | Unread:
    hints = capture.hints
    nodes = read_json_ld(page)
    article = article_node(nodes, page)
    micro = microdata(page)
    names = outlet_names(page, nodes, article, publication, hints)
    titled = find_title(page, article, micro, names, hints)
    title, title_from = titled if titled else ("", "")
    page.head()  # remembered, for the tree is taken apart below
    readable, region = page, None
    if worth:
        readable = page.to_take_apart()
        region = prepare(readable.tree)
        if not any(worth(f"{title}\n{said}") for said in may_say(readable, region, article)):
            return Unread()

    screen = Screen(page, title)
    zone, zone_from = zone_of(timezone), None
    if zone is None:
        zone, zone_from = likely_zone(page) or (None, None)
    clock = Clock(now if now.tzinfo else now.replace(tzinfo=UTC), zone, zone_from, first_in_dates(page))
    dates = find_dates(page, nodes, article, micro, screen, hints, clock)
    authors, authors_from = find_authors(page, article, micro, screen, names, hints)
    free_to_read = find_free(page, nodes, article)
    is_dated = dates.of_article
    linked = 0.0 if article or is_dated else link_share(page)
    pointing = set() if is_marked(page, article) else screen.teasers()
    url = same_page_canonical(page.url, declared_url(page))

    section = find_section(page, article, micro, hints)
    # nothing reads the tree after this
    found = find_text(readable, region or prepare(readable.tree), article, (title, section or ""), authors)
    words = count_words(found.text)
    if not title:
        title, title_from = beginning(found.text), "text"
    read = CleanArticle(
        url=url,
        title=title,
        text=found.text,
        title_from=title_from,
        authors=authors,
        authors_from=authors_from,
        published_at=dates.published_at,
        published_precision=dates.precision,
        published_from=dates.published_from,
        modified_at=dates.modified_at,
        section=section,
        headings=found.headings,
        free_to_read=free_to_read,
        word_count=words,
    )
    reason = why_not(
        page, nodes, article, title=title, text=found.text, words=words, linked=linked, is_dated=is_dated, pointing=pointing
    )
    if reason:
        return NotArticle(reason, read)
    return replace(
        read,
        language=find_language(page, article, hints, language, found.text),
        tags=find_tags(page, article, hints),
        description=find_description(page, article, hints),
        image_url=find_image(page, article, hints),
    )
