"""Read one captured page into a clean record. Pure: bytes in, data out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from flows.clean.article import NotArticle, Unread
from flows.clean.body.edges import Outlet
from flows.clean.body.prune import prepare
from flows.clean.body.text import find_text, may_say
from flows.clean.byline.authors import find_authors
from flows.clean.dates.find import Dates, find_dates
from flows.clean.dates.timezones import Clock, likely_zone
from flows.clean.details import find_description, find_free, find_image, find_section, find_tags
from flows.clean.followers.drop import drop_followers
from flows.clean.headline.outlet import outlet_names
from flows.clean.headline.titles import beginning, find_title
from flows.clean.language import find_language, first_in_dates
from flows.clean.limits import limited
from flows.clean.outlet.layout import Layout, Seen
from flows.clean.outlet.observe import survey
from flows.clean.page import Page, read_page
from flows.clean.reading import Reading
from flows.clean.structured import read_data
from flows.clean.verdict import Evidence, is_marked, link_share, why_not
from flows.clean.words import count_words
from newslake.article import CleanArticle
from newslake.dates.zones import iana
from newslake.errors import PageError
from spiders.urls.article_shape import is_front_page
from spiders.urls.canonical import same_page_canonical
from spiders.warc.model import Capture

__all__ = ["clean"]


@dataclass(frozen=True, slots=True)
class _Given:
    """What the caller knows; see `clean`."""

    timezone: str | None
    language: str | None
    publication: str | None
    now: datetime
    worth: Callable[[str], bool] | None
    observe: Callable[[Seen], None] | None


def clean(
    capture: Capture,
    *,
    timezone: str | None = None,
    language: str | None = None,
    publication: str | None = None,
    now: datetime | None = None,
    worth: Callable[[str], bool] | None = None,
    layout: Layout | None = None,
    observe: Callable[[Seen], None] | None = None,
) -> CleanArticle | NotArticle | Unread:
    """Return the article on a captured page, or why it holds none.

    Structured data comes first (JSON-LD, meta elements, microdata), then what readers see, then trafilatura and htmldate, then
    what discovery said. Every field that can come from several places says which.

    Args:
        timezone: IANA name of the zone in which the outlet writes times without one.
        language: ISO 639 code, used where neither the text nor the page says.
        publication: the outlet's name, which is kept out of titles and bylines.
        now: a publication more than a day later is refused; the time of the fetch unless given.
        worth: called with everything that title and text could say, and more. If it returns false, the page is left `Unread`.
        layout: what is known of the outlet's layout. It ranks below what the page declares and above every guess.
        observe: called with what an article shows of its outlet's layout.

    Raises:
        PageError: the page cannot be cleaned. Nothing else is raised, whatever the bytes.
    """
    given = _Given(timezone, language, publication, now or capture.fetched_at, worth, observe)
    try:
        page = read_page(capture.url, capture.body, capture.content_type)
        data = read_data(page)
        names = outlet_names(page, data, publication, capture.hints)
        read = _clean(Reading(page, data, capture.hints, names, layout=layout), given)
        return limited(read) if isinstance(read, CleanArticle) else read
    except PageError:
        raise
    except Exception as error:
        raise PageError(
            f"the page could not be cleaned ({type(error).__name__}: {error}): {capture.url}",
            left="its capture is kept",
            next="report it with the capture; newslake reclean tries again after an upgrade",
        ) from error


def _clean(reading: Reading, given: _Given) -> CleanArticle | NotArticle | Unread:
    title, title_from = find_title(reading) or ("", "")
    reading = replace(reading, title=title)
    page, article = reading.page, reading.data.article
    page.head()  # cached now, because the tree is taken apart below
    drop_followers(page.tree, page.url, title, article)
    readable, region, layout = page, None, reading.layout
    if given.worth:
        readable = page.to_take_apart()
        region = prepare(readable.tree, layout)
        if not any(given.worth(f"{title}\n{said}") for said in may_say(readable, region, article)):
            return Unread()

    outlet = Outlet.of(page, title, reading.names)
    clock = _clock(page, given)
    dates = find_dates(reading, clock)
    authors, authors_from = find_authors(reading)
    surveyed = survey(reading, clock, dates, (authors, authors_from)) if given.observe else None
    read = CleanArticle(
        url=same_page_canonical(page.url, page.declared_address, title),
        title=title,
        text="",
        title_from=title_from,
        authors=authors,
        authors_from=authors_from and reading.data.told(authors_from, "author", "creator", "byline"),
        published_at=dates.published_at,
        published_precision=dates.precision,
        published_from=dates.published_from and reading.data.told(dates.published_from, *dates.keys),
        modified_at=dates.modified_at,
        section=find_section(reading),
        free_to_read=find_free(reading),
    )
    evidence = _evidence(reading, dates)
    # nothing reads the tree after this
    region = region or prepare(readable.tree, layout)
    found = find_text(readable, region, article, (title, read.section or ""), authors, outlet)
    if not title:
        title, title_from = beginning(found.text), "text"
    words = count_words(found.text)
    by_layout = layout and (region.by_layout or authors_from == "layout" or (dates.published_from or "").startswith("layout"))
    read = replace(
        read,
        title=title,
        title_from=reading.data.told(title_from, "headline", "name"),
        text=found.text,
        headings=found.headings,
        word_count=words,
        layout=layout.version if layout and by_layout else None,
    )
    if why := why_not(reading, replace(evidence, title=title, text=found.text, words=words)):
        return NotArticle(why.reason, why.detail, read)
    if given.observe and surveyed:
        given.observe(surveyed.with_text(found.text))
    return replace(
        read,
        language=find_language(reading, given.language, found.text),
        tags=find_tags(reading),
        description=find_description(reading),
        image_url=find_image(reading),
    )


def _clock(page: Page, given: _Given) -> Clock:
    """Return the clock of the page's outlet: as the watchlist says, else as the page's country or language suggests."""
    # a mistake in the watchlist, a name that no zone has, costs no pages
    stated = iana(given.timezone) if given.timezone else None
    zone, zone_from = (stated, None) if stated else likely_zone(page) or (None, None)
    now = given.now if given.now.tzinfo else given.now.replace(tzinfo=UTC)
    said = page.languages[0] or page.meta("og:locale") or given.language or ""
    return Clock(now, zone, zone_from, first_in_dates(page), said.strip()[:3].lower().rstrip("-_") or None)


def _evidence(reading: Reading, dates: Dates) -> Evidence:
    """Collect from the whole page what tells an article from a list; the text comes later."""
    is_dated, marked = dates.of_article, is_marked(reading)
    # a front page shows the dates of what it leads to
    tells = reading.data.article or ((is_dated or marked) and not is_front_page(reading.page.url))
    linked = 0.0 if tells else link_share(reading.page)
    pointing = set() if marked else reading.screen.teasers()
    return Evidence(reading.title, "", 0, linked, is_dated, pointing)
