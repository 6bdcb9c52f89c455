"""When a server wants to be asked again: any value gives a bounded time, or none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newslake.http import retry_after
from newslake.http.retry_after import LONGEST_WAIT

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
WAITS = {
    "3600": HOUR,
    " 3600 ": HOUR,
    "3600, 3600": HOUR,
    "60, 3600": HOUR,
    "3600.5": HOUR,
    "3600s": HOUR,
    '"3600"': HOUR,
    "0": timedelta(0),
    "Sun, 29 Nov 2026 13:00:00 GMT": HOUR,
    "Sun, 29 Nov 2026 13:00:00 GMT, Sun, 29 Nov 2026 13:00:00 GMT": HOUR,
    "Sunday, 29-Nov-26 13:00:00 GMT": HOUR,
    "Sun Nov 29 13:00:00 2026": HOUR,
    "2026-11-29T13:00:00Z": HOUR,
    "2026-11-29 22:00:00+09:00": HOUR,
    str(int((NOW + HOUR).timestamp())): HOUR,
    str(int((NOW + HOUR).timestamp() * 1000)): HOUR,
    "86400": timedelta(days=1),
    "31536000": LONGEST_WAIT,
    "9" * 25: LONGEST_WAIT,
    "9" * 5000: LONGEST_WAIT,
    "1795000000000": LONGEST_WAIT,
    "Wed, 21 Oct 2099 07:28:00 GMT": LONGEST_WAIT,
    "9999-12-31T23:59:59-12:00": LONGEST_WAIT,
}
NOTHING = (
    None,
    "",
    " ",
    "-1",
    "-" + "9" * 25,
    "soon",
    "nan",
    "inf",
    "1e400",
    "²",
    "١٢٠",
    "9" * 6000,
    "Wed, 21 Oct 2015 07:28:00 GMT",
    "2015-10-21",
    "Wed, 99 Foo 2015 99:99:99 GMT",
    "0001-01-01T00:00:00+14:00",
    str(int((NOW - HOUR).timestamp())),
)


@pytest.mark.parametrize("header", WAITS)
def test_a_wait_is_read(header: str) -> None:
    wait = retry_after(header, NOW)
    assert wait is not None
    assert abs(wait - WAITS[header]) < timedelta(seconds=1)


@pytest.mark.parametrize("header", NOTHING)
def test_what_says_nothing_is_no_wait(header: str | None) -> None:
    assert retry_after(header, NOW) is None


@given(st.text() | st.from_regex(r"[-+]?[0-9]*\.?[0-9]*") | st.datetimes().map(str))
def test_any_value_is_bounded(header: str) -> None:
    wait = retry_after(header, NOW)
    assert wait is None or timedelta(0) <= wait <= LONGEST_WAIT
