"""One table of time zones serves feeds and pages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from newslake.dates import Ways, find, read
from newslake.dates.zones import ABBREVIATIONS, AMBIGUOUS
from spiders.listings.values import date_of

PAGES = Ways(first="day", american=True)


@pytest.mark.parametrize("name", ABBREVIATIONS)
def test_a_zone_means_the_same_in_feeds_and_on_pages(name: str) -> None:
    in_feed, on_page = date_of(f"2017-07-25 11:52 {name}"), find(f"25 July 2017 11:52 {name}", PAGES)
    assert in_feed is not None and on_page is not None
    assert in_feed.utcoffset() == on_page.when.utcoffset() == timedelta(hours=ABBREVIATIONS[name])


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_a_name_of_several_zones_means_none_in_feeds(name: str) -> None:
    in_feed, on_page = date_of(f"2017-07-25 11:52 {name}"), find(f"25 July 2017 11:52 {name}", PAGES)
    assert in_feed is not None and on_page is not None
    assert in_feed.tzinfo is None
    assert on_page.when.utcoffset() == timedelta(hours=AMBIGUOUS[name])


@pytest.mark.parametrize(
    ("zone", "name", "hours"),
    [("Asia/Shanghai", "CST", 8), ("America/Chicago", "CST", -6), ("Asia/Manila", "PST", 8), ("Asia/Jerusalem", "IST", 2)],
)
def test_the_zone_of_the_source_decides_what_an_abbreviation_means(zone: str, name: str, hours: int) -> None:
    found = read(f"2026-11-20 10:00 {name}", Ways(zone=ZoneInfo(zone)))
    assert found is not None and found.when.utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("20 November 2026, 10:00 Moscow time", 3),
        ("20 ноября 2026, 10:00 по московскому времени", 3),
        ("20 ноября 2012, 10:00 мск", 4),  # Moscow was an hour ahead then
        ("2026년 11월 20일 한국시간 10:00", 9),
        ("2026年11月20日 10:00 日本時間", 9),
        ("2026年11月20日 10:00 北京时间", 8),
        ("20 نوفمبر 2026، 10:00 بتوقيت غرينتش", 0),
        ("20 نوفمبر 2026، 10:00 بتوقيت موسكو", 3),
        ("November 20, 2026 10:00 AM ET", -5),
        ("July 20, 2026 10:00 AM Eastern Time", -4),
        ("2026-11-20 10:00 Asia/Seoul", 9),
        ("2026-11-20T10:00:00+09:00[Asia/Seoul]", 9),
        ("20 Nov 2026 10:00 GMT+09:00", 9),
        ("20/11/2026 10:00 (GMT+7)", 7),
        ("Fri Nov 20 2026 10:00:00 GMT+0900 (Korean Standard Time)", 9),
        ("Fri Nov 20 10:00:00 KST 2026", 9),
        ("2026-11-20 10:00:00 -0330", -3.5),
        ("20 November 2026 10:00 UTC", 0),
    ],
)
def test_zones_are_read_by_name_and_offset(text: str, hours: float) -> None:
    found = read(text)
    assert found is not None and found.when.utcoffset() == timedelta(hours=hours)
    assert found.when.replace(tzinfo=UTC).hour == 10


def test_local_time_is_that_of_the_source() -> None:
    found = read("20 November 2026, 10:00 local time")
    assert found is not None and found.when == datetime(2026, 11, 20, 10)  # noqa: DTZ001
    assert found.when.tzinfo is None
