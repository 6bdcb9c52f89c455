"""The model of a source: an outlet of the watchlist and where it lists its articles."""

from __future__ import annotations

import re
from functools import cache
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from spiders.urls.canonical import check_http_url
from spiders.urls.owners import Site

_zones = cache(available_timezones)  # reads a folder of six hundred files


def check_timezone(name: str) -> str:
    """Return `name`. Raises ValueError if it is not an IANA time zone."""
    if name not in _zones():
        from newslake.dates.nearest import zone_advice  # all words for dates, only to correct a mistake

        advice = zone_advice(name) or "use an IANA name such as 'Asia/Seoul'"
        raise ValueError(f"unknown time zone {name!r}: {advice}")
    ZoneInfo(name)
    return name


def check_pattern(pattern: str) -> str:
    """Return `pattern`. Raises ValueError if it is not a regular expression."""
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return pattern


def check_source_url(url: str) -> str:
    """Check an address that a user wrote, and return it without surrounding white space.

    Raises ValueError. An address with a user name or password is refused, and the message does not repeat it.
    """
    if _CREDENTIALS.match(url.strip()):
        raise ValueError("an address with a user name or password; newslake does not log in: write it without `user:password@`")
    try:
        return check_http_url(url)
    except ValueError:
        if "@" in url:  # a password may be what makes it invalid
            raise ValueError(
                "not a whole http or https URL; it is not repeated here, since what is before @ may be secret"
            ) from None
        raise


# A user name before the host, with or without a scheme, in any spelling that browsers accept.
_CREDENTIALS = re.compile(r"(?:[a-z][a-z0-9+.-]*:(?=[/\\]))?[/\\]*[^/\\?#]*@", re.I)

MAX_NAME = 100

HttpUrl = Annotated[str, AfterValidator(check_source_url)]
TimeZone = Annotated[str, AfterValidator(check_timezone)]
Pattern = Annotated[str, AfterValidator(check_pattern)]


class Source(BaseModel):
    """A `[[source]]` of the watchlist.

    `url` alone is enough: feeds and sitemaps are discovered from it. Naming any feeds, sitemaps or sections turns
    autodiscovery off.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    # It is part of file names and of commands, so that it is no path and no option.
    name: str = Field(pattern=r"^\w[\w.-]*$", max_length=MAX_NAME, description="short unique name, used in SQL")
    url: HttpUrl | None = Field(None, description="home page; feeds and sitemaps are discovered from it")
    feeds: list[HttpUrl] = Field(default_factory=list, description="RSS, Atom or JSON Feed addresses")
    sitemaps: list[HttpUrl] = Field(default_factory=list, description="sitemap, sitemap index or news sitemap addresses")
    sections: list[HttpUrl] = Field(default_factory=list, description="listing pages whose links are articles")
    article_pattern: Pattern | None = Field(None, description="regular expression that article URLs match")
    section_pages: int = Field(1, ge=1, le=100, description="listing pages to follow through pagination")
    timezone: TimeZone | None = Field(None, description="IANA zone of dates that the pages give without one")
    language: str | None = Field(None, pattern=r"^[a-z]{2,3}$", description="ISO 639 code, where pages do not say")
    cookies: str | None = Field(None, min_length=1, description="cookies.txt of a subscription, in the format of Netscape")
    max_articles: int | None = Field(None, ge=1, description="overrides [crawl] max_articles")
    max_minutes: float | None = Field(None, gt=0, le=1440, description="overrides [crawl] max_minutes")

    @model_validator(mode="after")
    def _has_an_address(self) -> Source:
        if not (self.url or self.feeds or self.sitemaps or self.sections):
            raise ValueError("a source needs url, feeds, sitemaps or sections")
        return self

    @property
    def addresses(self) -> list[str]:
        """All addresses that the watchlist names for it."""
        return [*([self.url] if self.url else []), *self.sections, *self.feeds, *self.sitemaps]

    @property
    def site(self) -> Site:
        """The site of the source: what on it belongs to the source, whoever lists it."""
        home = [self.url] if self.url else []
        return Site(self.name, [*home, *self.sections], [*self.feeds, *self.sitemaps], self.article_pattern)
