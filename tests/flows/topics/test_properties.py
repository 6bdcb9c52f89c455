"""What holds for every query and every text."""

from __future__ import annotations

import unicodedata
from itertools import product

from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.topics import QueryError, parse_query
from flows.topics.matcher import Matcher
from flows.topics.nodes import And, Field, Node, Not, Or, Phrase, Term, Wildcard
from newslake.words.folding import PLAIN, Script, fold, fold_run, tokens
from newslake.words.readings import forms_of, readings

WORDS = ("oil", "oils", "coal", "gas", "sea")
PATTERNS = ("oil*", "*l", "?as", "c*l")

terms = st.sampled_from([Term(word, Script.SPACED) for word in WORDS])
wildcards = st.sampled_from([Wildcard(pattern, Script.SPACED) for pattern in PATTERNS])
phrases = st.builds(Phrase, st.lists(terms, min_size=2, max_size=3).map(tuple), st.integers(0, 3))
nodes: st.SearchStrategy[Node] = st.recursive(
    terms | wildcards | phrases,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3).map(tuple)),
        st.builds(Field, st.sampled_from(["title", "text"]), inner),
    ),
    max_leaves=8,
)
articles = st.lists(st.sampled_from(WORDS), max_size=8)


def selects(node: Node, article: dict[str, list[str]], within: tuple[str, ...] = ("title", "text")) -> bool:
    """What a query means, word by word and without any haste."""
    fields = {name: article[name] for name in within}
    match node:
        case Term(text):
            return any(text in words for words in fields.values())
        case Wildcard("oil*"):
            return any(word.startswith("oil") for words in fields.values() for word in words)
        case Wildcard("*l"):
            return any(word.endswith("l") for words in fields.values() for word in words)
        case Wildcard("?as"):
            return any(word[1:] == "as" for words in fields.values() for word in words)
        case Wildcard():
            return any(word[0] == "c" and word[-1] == "l" for words in fields.values() for word in words)
        case Phrase(words, slop):
            return any(near([word.text for word in words if isinstance(word, Term)], slop, text) for text in fields.values())
        case Field(name, inner):
            return selects(inner, article, (name,))
        case Not(inner):
            return not selects(inner, article, within)
        case And(inner_nodes):
            return all(selects(each, article, within) for each in inner_nodes)
        case Or(inner_nodes):
            return any(selects(each, article, within) for each in inner_nodes)


def near(words: list[str], slop: int, text: list[str]) -> bool:
    places = [[i for i, word in enumerate(text) if word == wanted] for wanted in words]
    for chosen in product(*places):
        moved = [position - place for place, position in enumerate(chosen)]
        if len(set(chosen)) == len(chosen) and max(moved) - min(moved) <= slop:
            return True
    return False


@settings(max_examples=400, deadline=None)
@given(st.lists(nodes, min_size=1, max_size=4), articles, articles)
def test_matching_agrees_with_the_plain_meaning(queries: list[Node], title: list[str], text: list[str]) -> None:
    fields = {"title": title, "text": text}
    matcher = Matcher((str(number), node) for number, node in enumerate(queries))
    written = (" ".join(title), ", ".join(text))
    matches = matcher.match(*written)
    assert [match.topic for match in matches] == [str(number) for number, node in enumerate(queries) if selects(node, fields)]
    for match in matches:
        assert 0 <= match.score <= 1  # rounded: many alternatives at once come to 1
        for term in match.terms:
            assert term in written[0] or term in written[1]


scripts = st.text(
    st.one_of(
        st.sampled_from("aÉßøİıй'’.-·\u00ad\u200b\u0301*? \n북러한\u1107\u116e\u11a8北朝ﾛｶﾞ・น้ำوال\u064eشـעם㌔ＵＳUSs"),
        st.characters(codec="utf-8"),
    ),
    max_size=40,
)


@settings(max_examples=500, deadline=None)
@given(scripts)
@example("⒈ paraŀlel")  # characters that hold a dot, which is dropped
def test_tokens_map_back_to_the_text(text: str) -> None:
    behind = 0
    for token in tokens(text):
        assert behind <= token.start < token.end <= len(text)
        assert text[token.start : token.end] == token.raw
        behind = token.end
        if token.script is Script.SPACED:
            assert fold(fold(token.raw)) == fold(token.raw)
        else:
            run = fold_run(token.raw)
            assert len(run.text) == len(run.starts) == len(run.ends)
            assert list(run.starts) == sorted(run.starts)
            assert all(0 <= start < end <= len(token.raw) for start, end in zip(run.starts, run.ends, strict=True))


@settings(max_examples=500, deadline=None)
@given(scripts, scripts, scripts)
def test_a_word_of_a_text_is_found_in_it_as_written(before: str, word: str, after: str) -> None:
    phrase = '"' + "".join(" " if character in '"\\*?“”' else character for character in word) + '"'
    try:
        node = parse_query(phrase)
    except QueryError:
        return
    text = f"{before} , {word} , {after}"
    (match,) = Matcher([("t", node)]).match("", text)
    assert match.terms
    assert all(term in text for term in match.terms)


@given(st.text(st.characters(codec="utf-8"), max_size=4) | st.from_regex(PLAIN, fullmatch=True))
@example("Ёж")
@example("й")
@example("Straße")
def test_a_plain_word_has_one_reading_and_one_form_in_small_letters(word: str) -> None:
    if PLAIN.fullmatch(word):
        assert (readings(word), forms_of(word, clitics=True)) == ([(0, len(word))], {word.lower()})
        assert fold(word) == word.lower()


def test_every_combining_mark_is_part_of_its_word() -> None:
    marks = (chr(code) for code in range(0x300, 0x11000) if unicodedata.category(chr(code)) in ("Mn", "Mc", "Me"))
    apart = [mark for mark in marks if [token.raw for token in tokens(f"a{mark}")] != [f"a{mark}"]]
    assert apart == []
