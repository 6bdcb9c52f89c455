"""Turn days of other calendars into ours: Thai, Japanese, Taiwanese and North Korean years, and the Iranian calendar. Pure."""

from __future__ import annotations

from datetime import date, timedelta

__all__ = ["ERAS", "OUR_YEARS", "gregorian"]

# The years for which numbers need no era to be of our calendar.
OUR_YEARS = range(1800, 2400)

# The year before the first of an era, and the days on which it began and ended.
ERAS: dict[str, tuple[int, date, date]] = {
    "buddhist": (-543, date(1800, 1, 1), date(2199, 12, 31)),
    "minguo": (1911, date(1912, 1, 1), date(2199, 12, 31)),
    "juche": (1911, date(1912, 4, 15), date(2199, 12, 31)),
    "meiji": (1867, date(1868, 1, 25), date(1912, 7, 30)),
    "taisho": (1911, date(1912, 7, 30), date(1926, 12, 25)),
    "showa": (1925, date(1926, 12, 25), date(1989, 1, 7)),
    "heisei": (1988, date(1989, 1, 8), date(2019, 4, 30)),
    "reiwa": (2018, date(2019, 5, 1), date(2199, 12, 31)),
}
# In years that leave these remainders when divided by 33, the Iranian calendar has a leap day. That is right from 1206 to 1498
# (1827 to 2120), which includes all years in which news was published.
_LEAP_REMAINDERS = frozenset({1, 5, 9, 13, 17, 22, 26, 30})
_PERSIAN_YEARS = range(1206, 1499)
_FIRST_DAY = date(1827, 3, 22)  # 1 Farvardin 1206


def gregorian(calendar: str, year: int, month: int, day: int) -> date:
    """Return a day of our calendar.

    Args:
        calendar: "gregorian", "persian", or an era of `ERAS`, whose years are counted from its beginning.

    Raises:
        ValueError: there is no such day, it is outside the era, or the calendar goes by the moon.
    """
    if calendar == "gregorian":
        return date(year, month, day)
    if calendar == "persian":
        return _persian(year, month, day)
    if calendar not in ERAS:
        raise ValueError(f"days of the {calendar} calendar depend on observation")
    before, first, last = ERAS[calendar]
    found = date(year + before, month, day)
    if not first <= found <= last:
        raise ValueError(f"{calendar} has no year {year}")
    return found


def _persian(year: int, month: int, day: int) -> date:
    if year not in _PERSIAN_YEARS or not 1 <= month <= 12:
        raise ValueError("not a year or month of the Iranian calendar")
    length = 31 if month <= 6 else 30 if month < 12 or _is_leap(year) else 29
    if not 1 <= day <= length:
        raise ValueError("the month has no such day")
    before = sum(366 if _is_leap(earlier) else 365 for earlier in range(_PERSIAN_YEARS.start, year))
    return _FIRST_DAY + timedelta(days=before + (month - 1) * 30 + min(month - 1, 6) + day - 1)


def _is_leap(year: int) -> bool:
    return year % 33 in _LEAP_REMAINDERS
