"""Names that are no time zone, and the zones that are offered for them."""

import pytest

from newslake.dates.nearest import zone_advice


@pytest.mark.parametrize(
    ("written", "first", "also"),
    [
        ("KST", "Asia/Seoul", "Asia/Pyongyang"),
        ("kst", "Asia/Seoul", ""),
        ("JST", "Asia/Tokyo", ""),
        ("MSK", "Europe/Moscow", ""),
        ("CST", "Asia/Shanghai", "America/Chicago"),  # of several zones, those of the largest countries
        ("IST", "Asia/Kolkata", "Europe/Dublin"),
        ("PST", "America/Los_Angeles", "Asia/Manila"),
        ("EDT", "America/New_York", ""),  # of summer
        ("AEST", "Australia/Sydney", ""),
        ("BST", "Europe/London", ""),
        ("IRKT", "Asia/Irkutsk", ""),  # of people only: the database has a number there
        ("VLAT", "Asia/Vladivostok", ""),
        ("BRT", "America/Sao_Paulo", ""),
        ("Seoul", "Asia/Seoul", ""),
        ("Tokio", "Asia/Tokyo", ""),
        ("Ho Chi Minh", "Asia/Ho_Chi_Minh", ""),
        ("Asia/Soul", "Asia/Seoul", ""),
        ("asia/seoul", "Asia/Seoul", ""),
        ("Europe/Kiew", "Europe/Kiev", ""),
        ("America/Bueno Aires", "America/Buenos_Aires", ""),
        ("South Korea", "Asia/Seoul", ""),
        ("Korea", "Asia/Seoul", "Asia/Pyongyang"),
        ("Russia", "Europe/Moscow", ""),
        ("Germany", "Europe/Berlin", ""),
        ("Korea Standard Time", "Asia/Seoul", ""),  # as Windows has it
        ("Russian Standard Time", "Europe/Moscow", ""),
        ("한국표준시", "Asia/Seoul", ""),
        ("по московскому времени", "Europe/Moscow", ""),
        ("UTC+9", "Asia/Tokyo", "Etc/GMT-9"),
        ("GMT-5", "America/New_York", "Etc/GMT+5"),
        ("+03:00", "Europe/Istanbul", "Etc/GMT-3"),
        ("UTC+5:30", "Asia/Kolkata", ""),
        ("Z", "UTC", ""),
        ("z", "UTC", ""),
    ],
)
def test_the_zones_that_are_meant(written: str, first: str, also: str) -> None:
    advice = zone_advice(written)
    assert advice.partition("'")[2].startswith(f"{first}'"), advice
    assert also in advice


@pytest.mark.parametrize("written", ["", "zzz", "local", "\x1b[2J", "x" * 10_000])
def test_what_is_like_no_zone_gets_no_advice(written: str) -> None:
    assert zone_advice(written) == ""


def test_an_offset_that_no_zone_has_is_told() -> None:
    assert zone_advice("UTC+25") == "no zone has this offset"
    assert "Etc" not in zone_advice("UTC+5:45")
