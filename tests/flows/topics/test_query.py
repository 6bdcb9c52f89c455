"""What a wrong query says, and what a right one becomes."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from flows.topics import QueryError, Topic, parse_query
from flows.topics.nodes import And, Field, Not, Or, Phrase, Term, Wildcard
from newslake.words.folding import Script

WRONG = [
    ("", 0, "empty"),
    ("  ", 0, "empty"),
    ("(oil OR coal", 0, "parenthesis opened at character 1 is never closed"),
    ("oil) OR coal", 3, "closing parenthesis at character 4 has no opening one"),
    ('oil AND "crude', 8, "quotation mark at character 9 is never closed"),
    ("oil OR “crude", 7, "quotation mark at character 8 is never closed"),
    ("()", 1, "empty"),
    ("oil AND", 7, "ends where another term is expected"),
    ("oil AND OR coal", 8, "OR at character 9 has no term before it"),
    ("oil && || coal", 7, "OR at character 8 has no term before it"),
    ("titel:oil", 0, "did you mean title:?"),
    ("oil AND body:coal", 8, "did you mean text:?"),
    ("language:ko", 0, "the fields are title:, text:, source: and sourcetag:"),
    ("NOT oil", 0, "only excludes articles"),
    ("-oil -coal", 0, "only excludes articles"),
    ("title:(NOT oil)", 0, "only excludes articles"),
    ("oil OR NOT coal", 0, "write AND NOT"),
    ("oil OR +coal", 7, "remove one of the two"),
    ("/oi[l]/", 0, "Regular expressions"),
    ("oil^2", 0, "Boosts"),
    ("oil~", 0, "Fuzzy"),
    ("oil AND date:[1 TO 2]", 8, "Unknown field date:"),
    ("oil AND [1 TO 2]", 8, "Ranges"),
    ("oil AND >5", 8, "Ranges"),
    ('"crude oil"~', 0, "number"),
    ('"crude oil"~1.5', None, "whole number"),
    ("*", 0, "stands alone"),
    ('"oil * coal"', 0, "stands alone"),
    ("o*", 0, "at least 2 letters"),
    ("K*팝", 0, "two scripts"),
    ('oil AND "…"', 8, "no letter or digit"),
    ("(" * 101 + "a" + ")" * 101, 100, "parentheses"),
    ("NOT " * 5000 + "a", None, "deep"),
    ("a" * 201, 0, "no article has one of more than 200"),
]


@pytest.mark.parametrize(("query", "position", "words"), WRONG, ids=[query[:20] for query, _, _ in WRONG])
def test_a_wrong_query_says_what_and_where(query: str, position: int | None, words: str) -> None:
    with pytest.raises(QueryError) as raised:
        parse_query(query)
    assert words in raised.value.happened
    assert "\n" not in raised.value.happened
    if position is not None:
        assert raised.value.position == position


def test_a_topic_says_the_same() -> None:
    with pytest.raises(ValidationError) as raised:
        Topic(name="oil", query="titel:oil")
    assert "did you mean title:?" in raised.value.errors()[0]["msg"]


@pytest.mark.parametrize("name", ["", "two words", "a/b"])
def test_a_topic_has_a_plain_name(name: str) -> None:
    with pytest.raises(ValidationError):
        Topic(name=name, query="oil")


def test_a_topic_takes_names_of_any_script_and_no_other_keys() -> None:
    assert Topic(name="북러-무역.1", query="oil").description is None
    with pytest.raises(ValidationError):
        Topic.model_validate({"name": "a", "query": "oil", "querry": "oil"})


def test_the_tree() -> None:
    def word(text: str) -> Term:
        return Term(text, Script.SPACED)

    assert parse_query("title:(Oil OR “crude Oil”~3) AND Росси* && !北朝鮮") == And(
        (
            Field("title", Or((word("oil"), Phrase((word("crude"), word("oil")), 3)))),
            Wildcard("росси*", Script.SPACED),
            Not(Term("北朝鮮", Script.UNSPACED)),
        )
    )
    assert parse_query("UN") == Term("un", Script.SPACED, capitals=True)
    assert parse_query("NOT NOT oil") == word("oil")
    assert parse_query("a OR b c") == Or((word("a"), And((word("b"), word("c")))))


PIECES = (
    "oil",
    "-film",
    "NOT gas",
    '"crude oil"~2',
    "title:(oil coal)",
    "(gas OR -oil sea)",
    "wom?n",
    "AND_OR",
    "text:-oil",
    "a/b",
)


@settings(max_examples=300, deadline=None)
@given(
    st.recursive(
        st.sampled_from(PIECES),
        lambda inner: st.builds(
            lambda parts, signs, before, after: (
                before + "".join(part + sign for part, sign in zip(parts, signs, strict=False)) + after
            ),
            st.lists(inner, min_size=2, max_size=4),
            st.lists(st.sampled_from(["{}", "{}", " OR ", " AND "]), min_size=4, max_size=4),
            st.sampled_from(["(", "title:(", "NOT (", "-("]),
            st.just("sea)"),
        ),
        max_leaves=8,
    )
)
@example("zzz{}yyy OR russia")
@example("russia OR zzz{}yyy")
@example("a OR b{}-c OR d")
@example('title:(a OR b{}c){}"x y"')
def test_a_space_means_the_same_as_and(pattern: str) -> None:
    def meaning(between: str) -> object:
        try:
            return parse_query(pattern.replace("{}", between))
        except QueryError as error:
            return error.happened.partition(" (character")[0].partition(" at character")[0]

    assert meaning(" ") == meaning(" AND ")


def test_a_plus_beside_or_is_refused_with_a_space_too() -> None:
    for query in ("oil OR coal +gas", "oil OR coal AND +gas"):
        with pytest.raises(QueryError, match="remove one of the two"):
            parse_query(query)
    assert parse_query("oil OR (coal +gas)") == parse_query("oil OR (coal AND gas)")
