"""Turn a match of the forms of dates into a date: calendar, order of day and month, half of the day, zone. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from newslake.dates.calendars import OUR_YEARS, gregorian
from newslake.dates.model import Precision, Read, Ways
from newslake.dates.tokens import Token
from newslake.dates.zones import in_zone, offset_zone

__all__ = ["Unreadable", "built"]

# Two-digit years below this are in this century.
_CENTURY = 70
_DAY = 24 * 60
_MONTH_FIRST = frozenset({"en", "fil"})
# Years without an era that can only be of another calendar, where something says which.
_PERSIAN_YEARS, _BUDDHIST_YEARS = range(1300, 1500), range(2400, 2700)
# Years of two digits behind the name of a month that no newspaper of our calendar can mean: 2007 to 2056.
_SHORT_BUDDHIST = range(50, 100)
_PERSIAN, _BUDDHIST = frozenset({"fa", "ps", "tg"}), frozenset({"th", "lo", "km"})


class Unreadable(Exception):
    """What has the form of a date is none, or could be several."""


def built(match: re.Match[str], found: list[Token], ways: Ways, *, persian: bool) -> Read:
    """Return the date of a match.

    Args:
        found: the tokens of the text.
        persian: whether the text has Persian digits.

    Raises:
        Unreadable: there is no such date or time, or nothing says which of several is meant.
    """
    parts = _Parts(match, found, ways, persian)
    try:
        day = parts.day()
        when, precision = parts.at(day)
        other = None
        if parts.is_habit() and day.day <= 12 and day.day != day.month:
            other, _ = parts.at(day.replace(month=day.day, day=day.month))
    except (ValueError, OverflowError) as error:
        raise Unreadable(str(error)) from error
    return Read(when, precision, found[match.start()].start, found[match.end() - 1].end, other)


@dataclass(frozen=True, slots=True)
class _Parts:
    """The parts of a date that a pattern has named."""

    match: re.Match[str]
    found: list[Token]
    ways: Ways
    persian: bool

    def token(self, *names: str) -> Token | None:
        """Return the token of the first of these groups that matched."""
        groups = self.match.re.groupindex
        at = next((self.match.start(name) for name in names if name in groups and self.match.start(name) >= 0), None)
        return None if at is None else self.found[at]

    def number(self, *names: str) -> int | None:
        token = self.token(*names)
        return token.value if token and isinstance(token.value, int) else None

    def languages(self) -> frozenset[str] | None:
        """Return the languages that have all words of the match; None if its words say nothing."""
        common: frozenset[str] | None = None
        for token in self.found[self.match.start() : self.match.end()]:
            if token.word and (known := token.word.languages()):
                common = known if common is None else (common & known or common)
        return common

    def _is_of(self, languages: frozenset[str]) -> bool:
        """Return whether the words or the source say that a date is in one of these languages."""
        common = self.languages()
        return self.ways.language in languages or (common is not None and common <= languages)

    def day(self) -> date:
        if self.token("a"):
            return self._in_numbers()
        month, calendar = self._month()
        day = self.number("d")
        if day is None:
            raise Unreadable("no day")
        return self._of_calendar(calendar, month, day)

    def _month(self) -> tuple[int, str]:
        token = self.token("mw")
        if token is None or token.word is None:
            return self.number("m") or 0, "gregorian"
        senses = token.word.of("M")
        for codes in (frozenset({self.ways.language or ""}), self._others(token)):
            if len(senses) > 1:
                senses = [sense for sense in senses if sense.languages & codes] or senses
        if len({sense.value for sense in senses}) != 1:
            raise Unreadable("the name of the month means several in several languages")
        calendar, month = senses[0].value
        return month, calendar

    def _others(self, month: Token) -> frozenset[str]:
        """Return the languages that the other words of the match have in common."""
        common: frozenset[str] = frozenset()
        for token in self.found[self.match.start() : self.match.end()]:
            if token is not month and token.word and (known := token.word.languages()):
                common = common & known or known
        return common

    def _of_calendar(self, calendar: str, month: int, day: int) -> date:
        era, behind = self.token("era"), self.token("e")
        year_token = self.token("y", "ye")
        year = self.number("y", "ye")
        if year is None or year_token is None:
            raise Unreadable("no year")
        if era and era.word:
            names = [sense.value for sense in era.word.of("E")]
            if len(names) != 1 or (names[0] == "gregorian" and year_token.kind != "y"):
                raise Unreadable("not an era")
            if names[0] != "gregorian":
                found = gregorian(names[0], year, month, day)
                if (ours := self.number("y2")) and ours != found.year:
                    raise Unreadable("two years that differ")
                return found
        if (
            behind
            and behind.word
            and (names := [s.value for s in behind.word.of("e")])
            and names[0] in ("islamic", "persian", "buddhist")
        ):
            return gregorian(names[0], year, month, day)
        if year < 100 and year_token.kind == "d":
            return self._short_year(year, month, day, calendar)
        if year in _PERSIAN_YEARS and (calendar == "persian" or self.persian or self._is_of(_PERSIAN)):
            return gregorian("persian", year, month, day)
        if calendar != "gregorian":
            raise Unreadable("a month of one calendar with a year of another")
        if year in _BUDDHIST_YEARS and (self._is_of(_BUDDHIST) or self._is_at_bangkok()):
            return gregorian("buddhist", year, month, day)
        if year not in OUR_YEARS:
            raise Unreadable("nothing says of which calendar the year is")
        return date(year, month, day)

    def _is_at_bangkok(self) -> bool:
        """Return whether the offset behind a time is that of the countries with Buddhist years."""
        sign, hours = self.token("sign1", "sign2"), self.token("zh1", "zh2")
        return bool(sign and hours and sign.value == "+" and hours.value in (7, 700))

    def _short_year(self, year: int, month: int, day: int, calendar: str) -> date:
        if calendar == "gregorian" and year in _SHORT_BUDDHIST and self.token("mw") and self._is_of(_BUDDHIST):
            return gregorian("buddhist", 2500 + year, month, day)
        if calendar != "gregorian" or self._is_of(_BUDDHIST):
            raise Unreadable("nothing says which century is meant")
        found = date(year + (2000 if year < _CENTURY else 1900), month, day)
        weekday = self._weekday()
        if weekday is not None and found.isoweekday() not in weekday:
            raise Unreadable("not that weekday")
        # "20 Nov 26" alone can be a day of November 2020 too
        if weekday is None and self.token("h") is None and year <= 31 and self.ways.first is None:
            raise Unreadable("day or year")
        return found

    def _weekday(self) -> set[int] | None:
        """Return the weekdays that the words of a match can mean; None if it has none."""
        month = self.token("mw")
        for token in self.found[self.match.start() : self.match.end()]:
            if token.word and token is not month and "W" in token.word.senses and not set(token.word.senses) - {"W", "M"}:
                return {sense.value for sense in token.word.of("W")}
        return None

    def _in_numbers(self) -> date:
        """Read a date in numbers whose year comes last, or that has a year of two digits."""
        first, second, third = self.number("a") or 0, self.number("b") or 0, self.number("c")
        mark = self.token("mark")
        if third is not None:
            if self.ways.first is None or not self._is_tight():
                raise Unreadable("nothing says where the year is")
            order = {"day": (third, second, first), "month": (third, first, second), "year": (first, second, third)}
            year, month, day = order[self.ways.first]
            return self._short_year(year, month, day, "gregorian")
        choices = {}
        for name, month, day in (("day", second, first), ("month", first, second)):
            try:
                choices[name] = self._of_calendar("gregorian", month, day)
            except ValueError:
                continue
        weekday = self._weekday()
        if len(set(choices.values())) > 1 and weekday:
            choices = {name: day for name, day in choices.items() if day.isoweekday() in weekday} or choices
        if len(set(choices.values())) == 1:
            return next(iter(choices.values()))
        if not choices:
            raise Unreadable("no such day")
        return choices[self._order(str(mark.value) if mark else "")]

    def is_habit(self) -> bool:
        """Return whether only a habit of the source says what comes first: day or month."""
        return self.token("a") is not None and self.token("y") is not None and not self._weekday() and not self.languages()

    def _is_tight(self) -> bool:
        """Return whether the marks of a date stand behind its numbers without a space, as in "20.11.26" and "26. 11. 20."."""
        begin, end = self.match.start("a"), self.match.start("c")
        return all(self.found[at].end == self.found[at + 1].start for at in range(begin, end, 2))

    def _order(self, mark: str) -> str:
        """Return what comes first in a date that is one in either order.

        Raises:
            Unreadable: neither the source nor a word beside the date says it.
        """
        if self.ways.first == "month":
            return "day" if mark == "." else "month"
        languages = self.languages()
        if self.ways.first or (languages and not languages & _MONTH_FIRST):
            return "day"
        raise Unreadable("day or month first")

    def at(self, day: date) -> tuple[datetime, Precision]:
        """Return the moment on a day, and how precisely it is given."""
        exact = self.token("o")
        if exact and exact.word:
            return datetime.combine(day, time(exact.word.of("O")[0].value)), "minute"
        hour = self.number("h")
        if hour is None:
            return datetime.combine(day, time()), "day"
        minute, second = self.number("mi1", "mi2", "mi3"), self.number("s1", "s2", "s3")
        if minute is None and not (self.token("p1", "p2") or self._has_hour_unit()):
            raise Unreadable("a number is no time")
        since = self._half(hour, minute or 0) * 60 + (second or 0)
        if (minute or 0) > 59 or (second or 0) > 60 or since > _DAY * 60 + (second == 60):
            raise Unreadable("no such time")
        wall = datetime.combine(day, time()) + timedelta(seconds=since, microseconds=self._microseconds())
        return self._zoned(wall), "second" if second is not None else "minute"

    def _offset(self, group: str) -> tzinfo | None:
        """Return the zone of an offset from UTC; None if there is none.

        Raises:
            Unreadable: no zone has it, or it is the end of a span of time.
        """
        sign, hours, minutes = self.token(f"sign{group}"), self.token(f"zh{group}"), self.token(f"zm{group}")
        if sign is None or hours is None:
            return None
        if self._is_span(sign):
            raise Unreadable("from one time to another")
        written = f"{hours.value:0{hours.end - hours.start}d}"
        zone = offset_zone(str(sign.value), written, None if minutes is None else str(minutes.value))
        if zone is None:
            raise Unreadable("no such offset")
        return zone

    def _is_span(self, sign: Token) -> bool:
        """Return whether a dash joins two times, as in "10:00-12:00", and begins no offset."""
        begin, at = self.match.start(), self.found.index(sign)
        is_joined = sign.value == "-" and self.token("sign2") is sign and self.found[at - 1].end == sign.start
        return is_joined and not self.token("s1", "s2", "s3") and not any(t.kind == "Q" for t in self.found[begin:at])

    def _has_hour_unit(self) -> bool:
        at = self.match.start("h")
        following = self.found[at + 1] if at + 1 < len(self.found) else None
        return bool(following and following.word and "H" in following.word.senses)

    def _half(self, hour: int, minute: int) -> int:
        """Return the minutes since midnight of an hour and minute with the part of the day beside it.

        Raises:
            Unreadable: the part of the day has no such time, or both.
        """
        asked = hour * 60 + minute
        for name in ("p1", "p2"):
            token = self.token(name)
            if token is None or token.word is None:
                continue
            ranges = [sense.value for sense in token.word.of("A")]
            choices = {asked} if hour > 12 else {hour % 12 * 60 + minute, (hour % 12 + 12) * 60 + minute}
            fitting = {each for each in choices if any(begin <= each < end for begin, end in ranges)}
            if len(fitting) != 1:
                raise Unreadable("the part of the day has no such time")
            asked = fitting.pop()
            hour = asked // 60 if hour <= 12 else hour
        return asked

    def _microseconds(self) -> int:
        token = self.token("part")
        if token is None:
            return 0
        digits = f"{token.value:0{token.end - token.start}d}"[:6]
        return int(digits.ljust(6, "0"))

    def _zoned(self, wall: datetime) -> datetime:
        name = self.token("z", "z0")
        if name and name.word:
            zones = {str(sense.value) for kind in ("Z", "U") for sense in name.word.of(kind)}
            there = in_zone(wall, zones.pop(), self.ways) if len(zones) == 1 else None
            stated = self._offset("3")
            if there and (stated is None or there.utcoffset() == stated.utcoffset(None)):
                return there
            raise Unreadable("no such zone")
        if zone := self._offset("1") or self._offset("2"):
            when, beside = wall.replace(tzinfo=zone), self.token("zn")
            if beside and beside.word:
                named = in_zone(wall, str(beside.word.of("Z")[0].value), self.ways)
                if named and named.tzinfo and named != when:
                    raise Unreadable("an offset and a zone that differ")
            return when
        return wall.replace(tzinfo=UTC) if self.token("u") else wall
