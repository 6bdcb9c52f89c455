"""The `[crawl]` table of the watchlist: how politely and how far to crawl."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

USER_AGENT = "newslake (+https://example.org/contact)"

MAX_REVISIT_HOURS = 87_600
MAX_REVISIT_DAYS = 3_650


class CrawlSettings(BaseModel):
    """The `[crawl]` settings: limits and politeness of a crawl."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    delay: float = Field(1.0, ge=0, le=3600, description="seconds between requests to one domain; 0 only on a site of your own")
    concurrency: int = Field(32, ge=1, le=1000, description="requests under way at once, all domains together")
    per_domain: int = Field(1, ge=1, le=64, description="requests under way at once to one domain")
    timeout: float = Field(30.0, gt=0, le=600, description="seconds for one response, first byte to last")
    # The largest real article page seen has 6 MB. The standard allows sitemaps of 50 MB, but few are that large.
    max_bytes: int = Field(20_000_000, ge=10_000, description="largest response, in bytes after decompression")
    max_articles: int = Field(200, ge=1, description="articles fetched per source and run; the next run fetches the rest")
    # Beside the articles of a run this is plenty. Each address takes about 4 kB of memory until it is loaded.
    max_addresses: int = Field(
        15_000, ge=100, le=1_000_000, description="addresses that a run keeps of a source; more are only counted"
    )
    # A run loads its articles when all sources have ended, so the slowest one decides when the news of all others is there. 30
    # minutes are enough for 500 pages at one every 3 seconds, and one round of the usual schedule.
    max_minutes: float = Field(
        30.0, gt=0, le=1440, description="minutes that a run spends on one source; the next run goes on with what is left"
    )
    # A page of a real outlet takes a tenth of a second; only hostile pages take the 30 that one may take.
    cleaning_seconds: float = Field(
        60.0, gt=0, le=3600, description="time per source and run for pages that take over 2 seconds to clean"
    )
    # Newsrooms make most corrections in the first hours and hardly any after two days; each revisit costs the outlet a request.
    revisit_hours: list[float] = Field(
        [1, 4, 12, 24, 48],
        max_length=50,
        description="ages in hours, from its first fetch, at which an article is fetched again for edits; [] never",
    )
    # Late edits and take-downs. These looks take only what new articles leave of max_articles.
    revisit_days: list[float] = Field(
        [7, 30, 90],
        max_length=50,
        description="ages in days at which it is looked at again, for late edits and take-downs; [] never",
    )
    user_agent: str = Field(USER_AGENT, min_length=3, description="says who crawls, with a contact address")
    obey_robots: bool = Field(True, description="obey robots.txt")
    allow_private: bool = Field(False, description="crawl loopback and private addresses too")
    keep_captures: Literal["matched", "all", "none"] = Field("matched", description="which fetched pages stay on disk as WARC")
    keep_captures_days: int = Field(365, ge=1, description="days that kept captures stay")
    captures: str = Field("data/captures", description="folder of the WARC files")

    @field_validator("revisit_hours", "revisit_days")
    @classmethod
    def _ascending(cls, ages: list[float], info: ValidationInfo) -> list[float]:
        unit, most = ("hours", MAX_REVISIT_HOURS) if info.field_name == "revisit_hours" else ("days", MAX_REVISIT_DAYS)
        if not all(0 < age <= most for age in ages) or sorted(set(ages)) != ages:
            raise ValueError(
                f"{info.field_name} are ages in {unit}, each above 0 and above the one before it, at most {most} (ten years)"
            )
        return ages

    @field_validator("user_agent")
    @classmethod
    def _one_line(cls, user_agent: str) -> str:
        if not user_agent.isprintable():  # a line break would inject other headers
            raise ValueError(f"user_agent is one line without control characters, found {user_agent!r}")
        return user_agent
