"""Dates that Unicode CLDR's own library writes in any language are read back, and nothing else is taken for one."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from babel.dates import format_date, format_datetime, format_time
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newslake.dates import read, ways_of
from newslake.dates.calendars import gregorian
from newslake.dates.cldr import LANGUAGES, NAMES, from_babel
from newslake.dates.vocabulary import vocabulary

LOCALES = sorted(locale for locales in LANGUAGES.values() for locale in locales)
MOMENTS = st.datetimes(datetime(1992, 1, 1), datetime(2049, 12, 31)).map(lambda at: at.replace(microsecond=0))  # noqa: DTZ001
# babel writes the time of these in brackets within brackets, or a name of UTC with a hyphen.
UNUSUAL = {"eu", "fi"}


@settings(max_examples=4, deadline=None)
@given(moment=MOMENTS)
@pytest.mark.parametrize("locale", LOCALES)
def test_what_a_language_writes_is_read_back(locale: str, moment: datetime) -> None:
    ways = ways_of(locale)
    for form in ("full", "long", "medium"):
        day = format_date(moment.date(), form, locale=locale)
        found = read(day, ways)
        assert found is not None and found.when == datetime.combine(moment.date(), time()), day
        for clock, precise in (("medium", moment), ("short", moment.replace(second=0))):
            text = f"{day} {format_time(moment.time(), clock, locale=locale)}"  # type: ignore[arg-type]
            found = read(text, ways)
            assert found is not None and found.when == precise, text
        text = format_datetime(moment.replace(tzinfo=UTC), form, locale=locale)
        found = read(text, ways)
        if locale not in UNUSUAL or found:
            assert found is not None and found.when.replace(tzinfo=None) == moment, text
    # short forms have years of two digits, in an order that is not always known
    for text in (format_date(moment.date(), "short", locale=locale), format_datetime(moment, "short", locale=locale)):
        found = read(text, ways)
        assert found is None or found.when.date() == moment.date(), text


OFFSETS = st.sampled_from([-720, -570, -300, -210, 0, 60, 180, 210, 330, 345, 480, 540, 780, 840])


@settings(max_examples=60, deadline=None)
@given(moment=MOMENTS, minutes=OFFSETS)
@example(moment=datetime(2026, 11, 20, 12, 0), minutes=540)  # noqa: DTZ001
@example(moment=datetime(2026, 11, 20, 0, 30), minutes=0)  # noqa: DTZ001
def test_every_form_of_machines_is_read_back(moment: datetime, minutes: int) -> None:
    when = moment.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    sign, hours, rest = "-" if minutes < 0 else "+", abs(minutes) // 60, abs(minutes) % 60
    year, week, weekday = when.isocalendar()
    clock, offset = f"{when:%H:%M:%S}", f"{sign}{hours:02}:{rest:02}"
    zone, plain = offset, offset.replace(":", "")
    forms = [
        when.isoformat(), f"{when:%Y%m%dT%H%M%S}{plain}", f"{when:%Y-%j}T{clock}{zone}",
        f"{year}-W{week:02}-{weekday}T{clock}{zone}",
        f"{year}W{week:02}{weekday}T{clock}{zone}", f"{when:%Y-%m-%d} {clock} {zone}", f"{when:%Y-%m-%d}T{clock},000{zone}",
        f"{when:%Y/%m/%d} {clock} GMT{zone}", f"{when:%a, %d %b %Y} {clock} {plain}", f"{when:%A, %d-%b-%y} {clock} {plain}",
        f"{when:%a %b %d %Y} {clock} GMT{plain} (Some Standard Time)", f"{when:%a %b %d} {clock} {plain} {when:%Y}",
        f"{when:%Y-%m-%d %I:%M:%S %p} UTC{zone}", f"{when:%d %B %Y, %I:%M:%S %p} (UTC{zone})",
        f"{when:%B} {when.day}, {when:%Y} at {when:%I:%M:%S%p} GMT{zone}", f"{clock} {zone} {when:%d %b %Y}",
        f"{when.timestamp():.0f}", f"{when.timestamp() * 1000:.0f}",
    ]  # fmt: skip
    for form in forms:
        found = read(form)
        assert found is not None and found.when == when, form
        assert found.when.tzinfo is not None


RESTS = [
    " xyz",
    " and more",
    " by Jane Doe",
    " 12",
    " 7 comments",
    "!",
    " ???",
    " (updated",
    " – heute neu",
    " ago",
    "/7",
    ":99",
    " PM PM",
    " XYZT",
]


@settings(max_examples=12, deadline=None)
@given(moment=MOMENTS, rest=st.sampled_from(RESTS))
@pytest.mark.parametrize("locale", ["en", "de", "ru", "ar", "zh", "ko", "el", "cs", "th", "fa", "hi", "vi", "hu"])
def test_a_date_with_a_rest_is_not_read(locale: str, moment: datetime, rest: str) -> None:
    for form in ("full", "long", "medium"):
        text = f"{format_date(moment.date(), form, locale=locale)} {format_time(moment.time(), 'medium', locale=locale)}"
        assert read(text + rest, ways_of(locale)) is None
        assert read(f"xyz {text}", ways_of(locale)) is None
    for text in (
        moment.isoformat(),
        f"{moment.isoformat()}Z",
        f"{moment:%a, %d %b %Y %H:%M:%S} GMT",
        f"{moment:%Y-%m-%d %I:%M} pm",
    ):
        assert read(text + rest) is None


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_date_or_none(text: str) -> None:
    found = read(text)
    assert found is None or isinstance(found.when, datetime)


def test_years_of_other_calendars_are_those_of_ours() -> None:
    assert gregorian("persian", 1405, 8, 29) == date(2026, 11, 20)
    assert gregorian("persian", 1403, 12, 30) == date(2025, 3, 20)  # a leap year
    for year, first in (
        (1357, date(1978, 3, 21)),
        (1375, date(1996, 3, 20)),
        (1400, date(2021, 3, 21)),
        (1404, date(2025, 3, 21)),
    ):
        assert gregorian("persian", year, 1, 1) == first
    for calendar, year, ours in (
        ("buddhist", 2569, 2026),
        ("minguo", 115, 2026),
        ("reiwa", 8, 2026),
        ("heisei", 1, 1989),
        ("juche", 115, 2026),
    ):
        assert gregorian(calendar, year, 11, 20) == date(ours, 11, 20)
    for calendar, year, month, day in (
        ("heisei", 31, 5, 1),
        ("reiwa", 1, 4, 30),
        ("persian", 1405, 12, 30),
        ("islamic", 1448, 1, 1),
    ):
        with pytest.raises(ValueError):
            gregorian(calendar, year, month, day)


def test_the_names_are_those_of_the_installed_library() -> None:
    assert json.loads(json.dumps(from_babel())) == json.loads(NAMES.read_text("utf-8")), "run python -m newslake.dates.cldr"


def test_a_name_of_several_months_is_decided_by_language() -> None:
    known = vocabulary()
    several = {" ".join(name) for name, word in known.words.items() if len(word.of("M")) > 1}
    assert several >= {"listopada", "listopad", "srp", "lip"}
    assert len(several) < 25, "more names than before mean several months; say which language has which"
    for name in several:
        assert read(f"5 {name} 2017") is None, name
