"""Define how a URL ends: the outcome, the reason, and where the URL was found. Closed lists of values, each with its meaning.

Decisions read these values. The words of a `detail` are for people: they are made from the values and never read back.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple, Self

__all__ = ["End", "Origin", "Outcome", "Reason", "Why", "is_left_alone", "is_postponed"]


class _Value(StrEnum):
    """A value that is stored, with its meaning in one line."""

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> Self:
        one = str.__new__(cls, value)
        one._value_ = value
        one.meaning = meaning
        return one


class Outcome(_Value):
    """How a URL ended in a run."""

    LOADED = "loaded", "A new article."
    UPDATED = "updated", "A known article whose title or text changed; in a reclean, any of its fields or matches."
    UNCHANGED = "unchanged", "Known, and either not changed or not due."
    COPY = "copy", "The source has this article under another URL."
    OFF_TOPIC = "off-topic", "No topic matches the page."
    NOT_ARTICLE = "not-article", "A page that is not an article, or a listing that was read."
    ROBOTS = "robots", "robots.txt does not allow the request."
    REFUSED = "refused", "newslake did not want it: a private address, too large, a wrong type, or over a budget."
    HTTP_ERROR = "http-error", "The site answered with an error, or with a wall instead of the page."
    NETWORK_ERROR = "network-error", "The site did not answer, or not completely."
    FAILED = "failed", "An error while reading or cleaning it, or the run was interrupted."


class Reason(_Value):
    """Why a URL ended as it did."""

    # Listings
    LISTING = "listing", "A listing (feed, sitemap, section or home page) that was read."
    EMPTY = "empty", "A listing that was read and names no page."
    NOT_MODIFIED = "not-modified", "A listing that has not changed since it was last read."
    MOVED = "moved", "A listing that was read at another address, to which it moved for good."
    NO_NEWS = "no-news", "A listing without anything new, of a source that brings no news: the run looked for another listing."
    NOT_A_LISTING = "not-a-listing", "The answer is not the feed, sitemap, section or home page that the watchlist expects."
    TOO_COMPLEX = "too-complex", "Markup that no outlet has: thousands of attributes on one element, or far too many elements."
    READING_TIMEOUT = "reading-timeout", "Reading the listing took too long."
    READING_CRASHED = "reading-crashed", "Reading the listing took its process down, or needed too much memory."
    READING_BUDGET = (
        "reading-budget",
        "Not read: the listings of its source had taken too long in this run; a later run reads it.",
    )
    GUESS = "guess", "A usual address of feeds and sitemaps that was tried, and holds none."
    # URLs that were not requested
    NOT_DUE = "not-due", "Visited by an earlier run, and not due again."
    THROUGH_ANOTHER = "through-another", "The page is fetched through another URL, as one redirects to the other."
    OF_ANOTHER = "of-another", "On the site of another source, which this run did not collect; a run that does fetches it."
    LISTINGS_ONLY = "listings-only", "Only listings were asked for."
    BUDGET = "budget", "Over max_articles of its source for this run; a later run fetches it."
    LISTING_BUDGET = "listing-budget", "Over the number of listings that a run reads of a source."
    ADDRESS_BUDGET = (
        "address-budget",
        "Over max_addresses of its source for this run: only counted, and found again when listed.",
    )
    TIME_BUDGET = (
        "time-budget",
        "Not requested: its source, or the one that lists it, had used up max_minutes of the run; the next run takes it up.",
    )
    ENDLESS = "endless", "One of a series of addresses that a site generates endlessly: a calendar, filters, session ids."
    DISALLOWED = "disallowed", "robots.txt disallows the URL."
    ROBOTS_UNAVAILABLE = "robots-unavailable", "robots.txt answered with an error, and until it answers nothing may be fetched."
    HOST_CLOSED = "host-closed", "The host failed too often or asked to come back later (refused: it asked an earlier run)."
    INTERRUPTED = "interrupted", "The run was stopped or killed before the URL was fetched; the next run fetches it."
    FORGOTTEN = "forgotten", "Removed with newslake forget: not fetched or loaded again."
    COOKIES = (
        "cookies",
        "Not requested: the file of cookies that the watchlist names for its source cannot be used; the detail says why.",
    )
    BAD_ADDRESS = "bad-address", "Not a web address, or one without a valid host."
    PRIVATE_ADDRESS = "private-address", "The host is not on the public internet."
    # Answers that are not what was asked for
    BOT_WALL = "bot-wall", "The site answered with a check for robots, a captcha or a block."
    CONSENT_WALL = "consent-wall", "The site answered with nothing but the question about cookies."
    UNIFORM = "uniform", "Nearly all pages of the source in this run have one title and text: a wall that newslake does not know."
    GONE = "gone", "HTTP status 404 or 410."
    LED_AWAY = "led-away", "The address redirects to the front page, a section or a list, as after a take-down."
    SITE_WIDE = (
        "site-wide",
        "Gone with nearly all other articles of its host at once; it counts as gone if it still is half a day later.",
    )
    HTTP_STATUS = "http-status", "Another HTTP status that is an error."
    REDIRECT_LOOP = "redirect-loop", "Redirected too many times."
    BAD_REDIRECT = "bad-redirect", "Redirects to an address that is not valid."
    TOO_LARGE = "too-large", "Larger than newslake reads."
    WRONG_TYPE = "wrong-type", "A content type that cannot be an article."
    # The network
    NO_HOST = "no-host", "The host name does not exist."
    CONNECTION = "connection", "No connection to the host."
    TIMEOUT = "timeout", "No complete response in time."
    TLS = "tls", "No secure connection: the certificate is not valid, or TLS failed."
    PROXY = "proxy", "The proxy did not connect to the host."
    BROKEN_ANSWER = "broken-answer", "The response was incomplete, damaged or not HTTP."
    NOT_SAVED = "not-saved", "Only in newslake check --from: the folder holds no answer to this request."
    # Pages that are not articles
    MISSING_PAGE = "missing-page", "A page that says that it is missing, although its HTTP status is not an error."
    NEEDS_SCRIPT = "needs-script", "A page that shows its text only with JavaScript."
    NO_TITLE = "no-title", "A page without a title."
    TOO_SHORT = "too-short", "Too little running text."
    VIDEO = "video", "A video with little text."
    FRONT_PAGE = "front-page", "The front page of the site."
    LIST_PAGE = "list-page", "A page that lists articles."
    # Topics
    NO_MATCH = "no-match", "No topic matches the title or the text."
    FILTERED = "filtered", "No topic can match, as its words are nowhere on the page; so the page was not cleaned."
    # Articles that are known
    SAME_TEXT = "same-text", "Fetched or cleaned again, with the same result."
    OLDER = "older", "Fetched before the current revision, which stays."
    SAME_ARTICLE = "same-article", "The article is in the warehouse under another URL."
    PART = (
        "part",
        "A further page of an article on several pages: its text is part of the article at the address of the first page.",
    )
    OTHER_TEXT = "other-text", "As same-article, but with another text, which was not stored."
    OTHER_DAY = "other-day", "Published on another day than the backfill was asked for."
    # Failures
    CLEANING_FAILED = "cleaning-failed", "The page could not be cleaned."
    CLEANING_TIMEOUT = "cleaning-timeout", "Cleaning the page took too long."
    CLEANING_BUDGET = (
        "cleaning-budget",
        "Not cleaned: slow pages had used up the time of its source in this run; fetched again.",
    )
    CLEANING_CRASHED = "cleaning-crashed", "Cleaning the page took its process down, or needed too much memory."
    NOT_TEXT = "not-text", "The response is no text in any encoding: data that cannot be unpacked, or another kind of file."
    DAMAGED = "damaged", "The stored capture, or this part of an archive, cannot be read."
    ERROR = "error", "An unexpected error; the detail has it."

    @property
    def is_wall(self) -> bool:
        """Whether the site showed something else than the page, to keep robots or visitors without cookies out."""
        return self in (Reason.BOT_WALL, Reason.CONSENT_WALL, Reason.UNIFORM)


class Origin(_Value):
    """Where a URL was found."""

    WATCHLIST = "watchlist", "Named in the watchlist."
    LISTING = "listing", "Named by a feed, sitemap, section or home page."
    LINK = "link", "A feed or sitemap that the home page declares or links to."
    ROBOTS = "robots", "A sitemap that robots.txt names."
    GUESS = "guess", "A usual address of feeds and sitemaps, tried because the site names none."
    REPLACEMENT = "replacement", "The home page, read because a listing of the watchlist is lost."
    PAGE = "page", "A page of an article on several pages, which another of its pages names."
    REVISIT = "revisit", "A known article, checked for edits."
    RETRY = "retry", "A URL that failed or was not reached in an earlier run."
    ADDED = "added", "An address that was given to newslake add."
    BACKFILL = "backfill", "A page in an archive that was given to newslake backfill."
    RECLEAN = "reclean", "A stored capture that was cleaned again."


class Why(NamedTuple):
    """The reason for an end, and the same in words for people."""

    reason: Reason
    detail: str


def is_left_alone(outcome: Outcome | None, reason: Reason | None) -> bool:
    """Whether a URL was not asked for, because its server had asked an earlier run to come back later. Nothing has failed."""
    return outcome is Outcome.REFUSED and reason is Reason.HOST_CLOSED


def is_postponed(outcome: Outcome | None, reason: Reason | None) -> bool:
    """Whether a URL was only left for a later run, so that what is known of it stays as it was."""
    return outcome is Outcome.REFUSED and reason in _POSTPONED


_POSTPONED = frozenset((Reason.HOST_CLOSED, Reason.BUDGET, Reason.TIME_BUDGET, Reason.OF_ANOTHER))


class End(NamedTuple):
    """How a URL ended; outcome and reason are None while cleaning and the load are still to decide."""

    outcome: Outcome | None
    reason: Reason | None
    detail: str | None
