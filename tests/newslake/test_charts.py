"""Charts: what is drawn of rows, where, and what is said of the rest. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from newslake.charts import Kind, chart_of, svg
from newslake.charts.scales import number_ticks, number_words, time_ticks
from newslake.errors import UsageError

DAY = date(2026, 3, 1)


def drawn(kind: Kind, headers: list[str], rows: Sequence[Sequence[Any]]) -> Any:
    return etree.fromstring(svg(chart_of(kind, headers, rows)).encode())


def texts(picture: Any) -> list[str]:
    return ["".join(one.itertext()) for one in picture.iter("{*}text")]


@pytest.mark.parametrize(
    ("least", "most", "words"),
    [
        (0, 97, ["0", "20", "40", "60", "80", "100"]),
        (0, 0, ["0", "1"]),
        (-19, 26, ["-20", "-10", "0", "10", "20", "30"]),
        (0, 12345, ["0", "5,000", "10,000", "15,000"]),
        (0.95, 1.0, ["0.95", "0.96", "0.97", "0.98", "0.99", "1.00"]),
        (0, 0.3, ["0.0", "0.1", "0.2", "0.3"]),
        (0, 3e16, ["0", "1e+16", "2e+16", "3e+16"]),
    ],
)
def test_axes_name_round_numbers(least: float, most: float, words: list[str]) -> None:
    assert number_words(number_ticks(least, most, whole=float(most).is_integer() and float(least).is_integer())) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(hours=9), ["03-01 00:00", "03-01 03:00", "03-01 06:00", "03-01 09:00"]),
        (timedelta(days=4), ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"]),
        (timedelta(days=30), ["2026-03-02", "2026-03-09", "2026-03-16", "2026-03-23", "2026-03-30"]),
        (timedelta(days=150), ["2026-03", "2026-04", "2026-05", "2026-06", "2026-07"]),
        (timedelta(days=365 * 5), ["2027", "2028", "2029", "2030", "2031"]),
    ],
)
def test_axes_name_round_times(span: timedelta, words: list[str]) -> None:
    first = datetime(2026, 3, 1, tzinfo=UTC)
    assert [word for _, word in time_ticks(first, first + span)] == words


def test_dates_lie_apart_as_in_time_and_gaps_stay_open() -> None:
    rows = [(DAY + timedelta(days=after), value) for after, value in [(0, 1), (1, 2), (2, None), (4, 3), (10, Decimal("4.5"))]]
    picture = drawn(Kind.LINE, ["day", "articles"], rows)
    at = [float(dot.get("cx")) for dot in picture.iter("{*}circle")]
    assert len(at) == 4 and (at[3] - at[2]) / (at[1] - at[0]) == pytest.approx(6, abs=0.05)
    assert [len(line.get("points").split()) for line in picture.iter("{*}polyline")] == [2, 2], "nothing is drawn across NULL"
    assert texts(picture)[0] == "articles by day"


def test_bars_stand_on_zero_in_both_directions() -> None:
    picture = drawn(Kind.BAR, ["source", "n"], [("가나다 & <b>", 10), ("b", -10), ("c", 0), ("d", None)])
    bars = [one for one in picture.iter("{*}rect") if one.get("class") == "s0"]
    up, down, flat = bars
    assert float(up.get("y")) + float(up.get("height")) == pytest.approx(float(down.get("y")), abs=0.2)
    assert up.get("height") == down.get("height") and float(flat.get("height")) == 0
    assert "가나다 & <b>" in texts(picture)
    assert "가나다 & <b>, n: 10" in [one.text for one in picture.iter("{*}title")]


def test_one_point_and_zeros_are_drawn() -> None:
    one = drawn(Kind.LINE, ["day", "n"], [(datetime(2026, 3, 1, 9, 30, tzinfo=UTC), 3)])
    assert len(list(one.iter("{*}circle"))) == 1 and "2026-03-01 09:30" in texts(one) and "0" in texts(one)
    assert {"0", "1"} <= set(texts(drawn(Kind.BAR, ["s", "n"], [("a", 0), ("b", 0)])))


def test_names_in_a_column_are_series_and_the_rest_is_told() -> None:
    rows = [(DAY + timedelta(days=day), f"topic {topic}", topic) for day in range(3) for topic in range(10)]
    chart = chart_of(Kind.LINE, ["day", "topic", "n"], [*rows, (None, "topic 1", 5)])
    assert [one.name for one in chart.series] == [f"topic {topic}" for topic in range(9, 1, -1)]
    assert chart.notes == ("1 row without day is left out", "the first 8 of 10 series are drawn")
    many = chart_of(Kind.BAR, ["s", "n", "t", "u"], [(f"outlet {n}", n, "x", "y") for n in range(50)])
    assert len(many.x) == 40 and many.notes[-1] == "the first 40 of 50 names are drawn"
    assert many.notes[0] == "t has no numbers and is left out"
    assert "the first 40 of 50 names are drawn" in "".join(texts(etree.fromstring(svg(many).encode())))


@pytest.mark.parametrize(
    ("headers", "rows", "why"),
    [
        (["n"], [(1,)], "a chart needs two columns"),
        (["day", "n"], [], "the answer has no rows"),
        (["day", "title"], [(DAY, "x")], "no column but the first has numbers: title"),
        (["day", "n"], [(DAY, None)], "no column but the first has numbers: n"),
        (["day", "n"], [(None, 1)], "without day"),
    ],
)
def test_what_cannot_be_drawn_is_told(headers: list[str], rows: list[tuple[Any, ...]], why: str) -> None:
    with pytest.raises(UsageError) as told:
        chart_of(Kind.LINE, headers, rows)
    assert why in told.value.happened and told.value.next


def test_text_of_pages_stays_text() -> None:
    hostile = "</svg><script>alert(1)</script>\x1b\x00\u202e\"'"
    picture = drawn(Kind.BAR, [hostile, hostile + "n"], [(hostile, 1)])
    assert not list(picture.iter("{*}script"))


def test_values_that_are_no_numbers_leave_gaps() -> None:
    picture = drawn(Kind.LINE, ["x", "n"], [(1, float("nan")), (2, float("inf")), (3, 2.5), (4, True and 3)])
    assert len(list(picture.iter("{*}circle"))) == 2


@pytest.mark.parametrize("kind", list(Kind))
def test_numbers_that_cannot_be_drawn_are_gaps(kind: Kind) -> None:
    odd = [float("nan"), float("inf"), float("-inf"), 1e308, -1e308, 5e-324, 3.0, 10**400]
    chart = chart_of(kind, ["x", "y"], list(enumerate(odd)))
    assert chart.series[0].values == (None, None, None, None, None, 5e-324, 3.0, None)
    assert chart.notes == ("6 values of y are no numbers that can be drawn, and are gaps",)
    assert "nan" not in svg(chart) and "inf" not in svg(chart)
    with pytest.raises(UsageError, match="no column but the first has numbers"):
        chart_of(kind, ["x", "y"], [(1, float("nan")), (2, None)])
