"""Numbers are the same value however a language writes them, and dates are none."""

from __future__ import annotations

import pytest

from newslake.events.numbers import numbers, surprise


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("about 4,300 tonnes", "4300"),
        ("정제유 4천300t", "4300"),
        ("4,3 тыс. тонн", "4300"),
        ("約4300トン", "4300"),
        ("3만1천872표를 얻어", "31872"),
        ("1万9千人に避難指示", "19000"),
        ("$1.4 billion", "1400000000"),
        ("14억 달러", "1400000000"),
        ("1,4 млрд долларов", "1400000000"),
        ("14億ドル", "1400000000"),
        ("マグニチュード６．１", "6.1"),
        ("магнитудой 6,1", "6.1"),
        ("twelve members", "12"),
        ("двенадцать рыбаков", "12"),
        ("won 2-1", "1:2"),
        ("1―2で敗れた", "1:2"),
        ("in 2:05:41", "2:5:41"),
        ("2時間5分41秒で優勝", "2:5:41"),
    ],
)
def test_a_number_has_one_value_in_every_language(text: str, expected: str) -> None:
    assert numbers(text) == {expected}


@pytest.mark.parametrize(
    "text", ["on 18 February", "June 1", "3월 18일", "5月28日", "9 марта 2026 года", "2023년에", "午前5時12分", "in 2028"]
)
def test_a_date_is_no_number(text: str) -> None:
    assert numbers(text) == frozenset()


def test_a_long_number_says_more_than_a_short_one() -> None:
    assert surprise("2") < surprise("9") < surprise("41") < surprise("1204")


@pytest.mark.parametrize("text", ["9" * 400, "9" * 307 + " trillion", "1" + "兆" * 40])
def test_digits_that_count_nothing_are_no_number(text: str) -> None:
    assert numbers(f"{text} and 4,300") == {"4300"}


@pytest.mark.parametrize("text", ["5 millıon", "5 thouſand"])
def test_a_unit_with_a_letter_of_another_alphabet_is_none(text: str) -> None:
    assert numbers(text) == {"5"}
