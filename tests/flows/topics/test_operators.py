"""Operators in other spellings: full-width ones are operators, those of other languages and cases are pointed out."""

from __future__ import annotations

import pytest

from flows.topics import parse_query
from flows.topics.operators import operator_hints


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("tanker ＡＮＤ ship", "tanker AND ship"),
        ("tanker ＯＲ coal", "tanker OR coal"),
        ("tanker ＡＮＤ ＮＯＴ coal", "tanker AND NOT coal"),
        ("ｔａｎｋｅｒ　ＯＲ　（ｃｏａｌ　＆＆　ｓｈｉｐ＊）", "tanker OR (coal && ship*)"),
        ("tanker ｜｜ ｔｉｔｌｅ：coal", "tanker || title:coal"),
        ("tanker ！coal", "tanker !coal"),
        ("＋tanker －coal", "+tanker -coal"),
        ('"oil tanker"～１０', '"oil tanker"~10'),
    ],
)
def test_full_width_is_folded(query: str, same: str) -> None:
    assert parse_query(query) == parse_query(same)
    assert operator_hints(query) == []


@pytest.mark.parametrize(
    ("query", "instead"),
    [
        ("tanker or coal", "OR"),
        ("tanker Or coal", "OR"),
        ("tanker and ship", "AND"),
        ("tanker not ship", "NOT"),
        ("(tanker OR ship) and coal", "AND"),
        ("tanker ODER Kohle", "OR"),
        ("tanker und Kohle", "AND"),
        ("tanker NICHT Kohle", "NOT"),
        ("tanker OU charbon", "OR"),
        ("pétrole ET charbon", "AND"),
        ("petrolero Y carbón", "AND"),
        ("petrolero O carbón", "OR"),
        ("petroliera E carbone", "AND"),
        ("tanker ИЛИ уголь", "OR"),
        ("танкер и уголь", "AND"),
        ("танкер не уголь", "NOT"),
        ("танкер АБО вугілля", "OR"),
        ("tanker VEYA kömür", "OR"),
        ("tankowiec LUB węgiel", "OR"),
        ("유조선 또는 석탄", "OR"),
        ("タンカー または 石炭", "OR"),
        ("油轮 或 煤炭", "OR"),
        ("ناقلة أو فحم", "OR"),
        ("tanker NEAR/5 ship", '"a b"~5'),
        ("tanker NEAR ship", '"a b"~10'),
        ("tanker w/3 ship", '"a b"~3'),
        ("tanker ANDNOT ship", "AND NOT"),
    ],
)
def test_a_word_that_was_meant_as_an_operator(query: str, instead: str) -> None:
    (hint,) = operator_hints(query)
    assert hint.instead.startswith(instead)
    assert query[hint.position :].startswith(hint.word) and hint.word in str(hint)


@pytest.mark.parametrize(
    "query",
    [
        "tanker OR coal AND NOT ship",
        '"tanker or coal" AND "war and peace"',
        "bank of russia",
        "or",
        "title:tanker OR (coal AND ship)",
        '"and" OR coal',
        "北朝鮮 OR 核",
        'tanker AND "NEAR/5"',
    ],
)
def test_other_words_are_no_operators(query: str) -> None:
    parse_query(query)
    assert operator_hints(query) == []
