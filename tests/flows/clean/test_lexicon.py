"""Word lists are data: what is wrong with one is reported by list, language and entry."""

from __future__ import annotations

import re
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.clean.body.boilerplate import BOILERPLATE, Debris, debris
from flows.clean.body.edges import EDGES
from flows.clean.byline.names import AUTHORS
from flows.clean.dates.words import DATES
from flows.clean.lexicon import Lexicon, any_of, load_lexicon, read_lexicon, read_tables
from newslake.errors import LexiconError

GOOD = '[by]\nen = ["by", "written by"]\nde = ["von"]\n'


def test_a_list_is_read_by_language() -> None:
    lexicon = read_lexicon("authors", GOOD, "by")
    assert lexicon.words("by") == ("by", "written by", "von")
    assert lexicon.words("by", "de") == ("von",)
    assert re.fullmatch(lexicon.pattern("by"), "written by")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (GOOD.replace("[by]", "[bye]"), "unknown list [bye]; its lists are by"),
        ("", "the list [by] is missing or empty"),
        (GOOD.replace("de =", "german ="), "[by] german: this is not a language"),
        (GOOD.replace('"von"', '""'), "[by] de: the entry '' is empty"),
        (GOOD.replace('"von"', '"von "'), "[by] de: the entry 'von ' begins or ends with a space"),
        (GOOD.replace('"von"', "7"), "[by] de: the entry 7 is not text"),
        (GOOD.replace('["von"]', '"von"'), "[by] de: a list of entries is needed"),
        (GOOD.replace('"von"', '"von", "von"'), "[by] de: the entry 'von' is there twice"),
        (GOOD.replace('"von"', '"von'), "it is not valid TOML"),
    ],
)
def test_a_mistake_is_named(text: str, problem: str) -> None:
    with pytest.raises(LexiconError) as caught:
        read_lexicon("authors", text, "by")
    assert "flows/clean/lexicon/authors.toml" in str(caught.value)
    assert problem in str(caught.value)


@pytest.mark.parametrize(
    ("entry", "problem"),
    [
        ("von (dem", "'von (dem' is not a regular expression"),
        ("(von)?", "'(von)?' matches the empty text"),
        ("von|vom", "'von|vom' has a | outside of parentheses"),
    ],
)
def test_an_entry_that_breaks_its_list_is_named(entry: str, problem: str) -> None:
    lexicon = read_lexicon("authors", GOOD.replace("von", entry), "by")
    with pytest.raises(LexiconError) as caught:
        lexicon.check()
    assert f"[by] de: the entry {problem}" in str(caught.value)


def test_a_pattern_that_an_entry_breaks_names_the_entry() -> None:
    lexicon = read_lexicon("authors", GOOD.replace("von", "von (dem"), "by")
    with pytest.raises(LexiconError, match=r"the entry 'von \(dem'"):
        lexicon.compile(lexicon.pattern("by"))


def test_a_table_takes_one_word_for_each_key() -> None:
    assert read_tables("clocks", '[countries]\nde = "Europe/Berlin"', "countries") == [{"de": "Europe/Berlin"}]
    with pytest.raises(LexiconError, match="the entry 7 is not text"):
        read_tables("clocks", "[countries]\nde = 7", "countries")


@pytest.mark.parametrize("lexicon", [AUTHORS, BOILERPLATE, DATES, EDGES], ids=lambda one: one.name)
def test_every_entry_that_is_shipped_can_be_used(lexicon: Lexicon) -> None:
    lexicon.check()


def test_the_lists_of_the_verdict_and_of_titles_can_be_used() -> None:
    load_lexicon(
        "verdict",
        *(
            "wall_titles",
            "wall_texts",
            "missing",
            "missing_texts",
            "consent_titles",
            "consent_says",
            "consent_words",
            "needs_script",
        ),
    ).check()
    load_lexicon("titles", "houses", "empty").check()


@given(st.lists(st.text("ab c", min_size=1, max_size=5).filter(lambda word: word == word.strip()), min_size=1), st.text("ab c"))
def test_shared_beginnings_change_nothing(words: list[str], text: str) -> None:
    longest = max((word for word in words if text.startswith(word)), key=len, default=None)
    found = re.match(any_of(words), text)
    assert (found[0] if found else None) == longest


@pytest.mark.parametrize("entries", list(permutations(["x?yes", "x", r"\d+", "xa{2}", "(ab|c)d"])))
def test_small_expressions_keep_their_meaning(entries: tuple[str, ...]) -> None:
    pattern = re.compile(any_of(entries))
    assert pattern.groups == 0
    assert all(pattern.fullmatch(text) for text in ("xyes", "yes", "x", "12", "xaa", "abd", "cd"))
    assert not any(pattern.fullmatch(text) for text in ("xa", "xxyes", "ab", ""))


@pytest.mark.parametrize("line", ["Lesen Sie auch: Der alte Hafen", "Teilen | Facebook", "© 2026 The Post"])
def test_lines_of_the_page_are_known_in_several_languages(line: str) -> None:
    assert debris(line) is Debris.CERTAIN
