"""Define the `[schedule]`, `[maintain]` and `[[source]]` tables, and compute the moments of their schedules. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from newslake.text import is_printable
from spiders.sources import Source, TimeZone

# Plain cron only: cronsim and Prefect's croniter differ on `L`, `LW`, `#` and seconds.
_CRON_FIELD = re.compile(r"(\*|\w+(-\w+)?)(/\d+)?(,(\*|\w+(-\w+)?)(/\d+)?)*")
_CRON_SPECIAL = re.compile(r"(?i)\b(\d*l|l?w|r|h)\b")
_INTERVAL = re.compile(r"(?=.)(?:(?P<days>\d+)d)?(?:(?P<hours>\d+)h)?(?:(?P<minutes>\d+)m)?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def check_cron(cron: str) -> str:
    """Return a cron expression of five fields unchanged; raise ValueError if it is wrong or never comes."""
    fields = cron.split()
    if len(fields) != 5:
        raise ValueError(f"cron has five fields (minute hour day month weekday), found {len(fields)} in {cron!r}")
    for field in fields:
        if not _CRON_FIELD.fullmatch(field) or _CRON_SPECIAL.search(field):
            raise ValueError(f"cron field {field!r} has more than numbers, names, `*`, `,`, `-` and `/`")
    try:
        next(CronSim(cron, datetime(2026, 1, 1, tzinfo=UTC)))
    except (CronSimError, StopIteration) as error:
        raise ValueError(f"bad cron {cron!r}: {str(error).removeprefix('Bad ') or 'it never comes'}") from None
    return cron


def check_interval(interval: str) -> str:
    """Return an interval such as "1h30m" unchanged; raise ValueError unless it is between a minute and a year."""
    if not _duration(interval):
        raise ValueError(f'an interval is written like "30m", "2h", "1h30m" or "1d", found {interval!r}')
    return interval


def _duration(interval: str) -> timedelta | None:
    match = _INTERVAL.fullmatch(interval)
    if match is None:
        return None
    # More than a year is a typing error, and much more would overflow.
    parts = {unit: int(count) for unit, count in match.groupdict().items() if count and len(count) <= 6}
    span = timedelta(**parts)
    return span if timedelta(minutes=1) <= span <= timedelta(days=366) else None


MAX_TAG = 100  # characters


def check_tag(tag: str) -> str:
    """Return a tag of a source unchanged; raise ValueError if it could not be written in a query or in OPML."""
    if not tag.strip() or tag != tag.strip() or len(tag) > MAX_TAG or not is_printable(tag):
        raise ValueError(f"a tag has 1 to {MAX_TAG} printable characters, without spaces around them, found {tag[:MAX_TAG]!r}")
    if "," in tag or tag.startswith("/"):
        raise ValueError(f'a tag has no comma and begins with no slash, found {tag!r}: write several as ["one", "two"]')
    return tag


Tag = Annotated[str, AfterValidator(check_tag)]
CronText = Annotated[str, AfterValidator(check_cron)]
IntervalText = Annotated[str, AfterValidator(check_interval)]


@lru_cache(maxsize=1024)  # thousands of sources with one schedule, which were collected together, ask the same
def _after(cron: str, timezone: str, moment: datetime) -> datetime:
    return next(CronSim(cron, moment.astimezone(ZoneInfo(timezone)))).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Timetable:
    """The moments of a schedule: those of `cron` in `timezone`, or multiples of `every`.

    Multiples are counted from midnight UTC of 1970-01-01, not from the start of a process. So "30m" means the hour and the half
    hour also after a restart, and sources with the same interval are collected in the same runs.
    """

    cron: str | None
    every: timedelta | None
    timezone: str = "UTC"

    def after(self, moment: datetime) -> datetime:
        """Return the first moment after `moment` (aware), in UTC."""
        if self.cron is not None:
            return _after(self.cron, self.timezone, moment)
        assert self.every is not None
        return _EPOCH + ((moment - _EPOCH) // self.every + 1) * self.every

    def __str__(self) -> str:
        return f"cron {self.cron} ({self.timezone})" if self.cron is not None else f"every {_words(self.every or timedelta())}"


def _words(span: timedelta) -> str:
    hours, minutes = divmod(span.seconds // 60, 60)
    return "".join(f"{count}{unit}" for count, unit in ((span.days, "d"), (hours, "h"), (minutes, "m")) if count)


class Schedule(BaseModel):
    """The `[schedule]` table: either `cron` (five fields, read in `timezone`) or `interval` ("30m", "2h", "1h30m", "1d")."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cron: CronText | None = Field(None, description="five cron fields: minute hour day month weekday")
    interval: IntervalText | None = Field(None, description='time between starts, such as "30m" or "2h"')
    timezone: TimeZone = Field("UTC", description="IANA zone in which cron is read, also that of a source")
    adaptive: bool = Field(True, description="poll quiet and failing sources less often than the schedule allows")

    @model_validator(mode="after")
    def _one_of_two(self) -> Schedule:
        if (self.cron is None) == (self.interval is None):
            raise ValueError("give exactly one of `cron` and `interval`")
        return self

    @property
    def every(self) -> timedelta | None:
        """The interval as a time span; None if the schedule is a cron."""
        return _duration(self.interval) if self.interval else None

    @property
    def timetable(self) -> Timetable:
        return Timetable(self.cron, self.every, self.timezone)

    def of(self, source: WatchedSource) -> Timetable:
        """Return the timetable of a source: its own, or else that of the watchlist."""
        if source.cron is None and source.interval is None:
            return self.timetable
        return Timetable(source.cron, _duration(source.interval) if source.interval else None, self.timezone)


class Maintenance(BaseModel):
    """The `[maintain]` table: when `newslake serve` runs upkeep, and how long upkeep keeps old data."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    cron: CronText = Field("30 3 * * *", description="five cron fields, read in the zone of [schedule]")
    # Long enough to look back past a bad weekend, short enough that replaced files do not pile up.
    keep_snapshots_days: int = Field(7, ge=1, le=36_500, description="days that old states of the warehouse stay readable")
    # In a year half-hourly runs list the same URLs 35 million times, and nobody asks about more than a month ago.
    keep_unchanged_days: int = Field(
        30, ge=1, le=36_500, description="days to keep the rows in fetches of URLs that were not due"
    )


class WatchedSource(Source):
    """A `[[source]]` of the watchlist: what the spiders need, its own schedule, and whether it is collected."""

    tags: list[Tag] = Field(default_factory=list, description='what kind of outlet it is, such as "state media"')
    enabled: bool = Field(True, description="false: it is not collected; what was collected stays, and what waits is kept")
    cron: CronText | None = Field(None, description="its own schedule, in place of [schedule]; read in the zone of [schedule]")
    interval: IntervalText | None = Field(None, description="its own schedule, in place of [schedule]")

    @model_validator(mode="after")
    def _one_at_most(self) -> WatchedSource:
        if self.cron is not None and self.interval is not None:
            raise ValueError("give one of `cron` and `interval`, or neither")
        return self
