"""A search finds the articles that a topic with its query would, in every script."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID, uuid5

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from flows.search.search import Searcher
from flows.topics import Matcher, QueryError, parse_query
from warehouse.database.connect import open_writer
from warehouse.database.writer import Writer
from warehouse.location import Location
from warehouse.search.write import Text, index

WORDS = (
    *("oil", "Oil's", "oils", "US", "us", "U.S.", "UN", "un", "l'Iran", "Iran", "Łódź", "Lodz", "STRASSE", "Straße"),
    *("Россия", "России", "йод", "북한", "북한은", "남북한", "대북한은", "북·러", "러시아", "북러시아", "이란", "사랑이란"),
    *("유가", "이유가", "국제사회", "국제 사회", "朝鮮", "北朝鮮", "朝鮮人民", "北京", "京北", "石油", "ロシア", "น้ำมัน"),
    *("وايران", "إيران", "بالنفط", "النفط", "ＵＳ", "ﾛｼｱ", "co-op", "2026", "F-16", "don't", "Putin's"),
)
QUERIES = (
    *("oil", "oil*", "*il", "o?l", "US", "us", "UN", "Iran", "Lodz", "strasse", "росси*", "йод", "иод", "북한", "북", "한", "러"),
    *("북러", "러시아", "시아", "이란", "유가", "북?", "*시아", "국제사회", '"국제 사회"', "朝鮮", "北朝鮮", "朝", "鮮", "北京"),
    *("朝*民", "北?鮮", "ロシア", "น้ำมัน", "น้ำ", "إيران", "نفط", "putin", "co-op", "2026", "f-16", "16", '"oil US"'),
    *('"US oil"~3', "title:oil", "text:oil", "oil AND NOT US", "oil OR 북한", "(oil OR 朝鮮人) AND NOT title:us"),
    *("oil AND NOT 北朝鮮", "putin* OR *ран"),
)

pieces = st.sampled_from(WORDS) | st.text(
    st.sampled_from("aÉßøİıй'’.-·\u00ad\u200b\u0301 \n북러한남\u1107\u116e\u11a8北朝鮮ﾛｶﾞ・น้ำوال\u064eشـעם㌔ＵＳUSs1"), max_size=12
)
texts = st.lists(pieces, max_size=10).map(" ".join)
languages = st.sampled_from(["en", "fa", None])
words = st.sampled_from(QUERIES) | st.sampled_from(WORDS).map(lambda word: f'"{word}"') | pieces


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    folder = tmp_path_factory.mktemp("same")
    with open_writer(Location(catalog=str(folder / "news.duckdb")), "test") as writer:
        yield writer


def found_by(writer: Writer, corpus: list[tuple[str, str, str | None]], query: str) -> tuple[list[int], list[int]]:
    """The articles, by number, that a topic and a search select."""
    node = parse_query(query)
    matcher = Matcher([("t", node)])
    wanted = [number for number, article in enumerate(corpus) if matcher.match(*article)]
    ids = [uuid5(UUID(int=0), str(number)) for number in range(len(corpus))]
    con = writer.con
    con.execute("BEGIN")
    try:
        index(con, [Text(key, 1, "", *article) for key, article in zip(ids, corpus, strict=True)])
        docs, _ = Searcher(con).select(node)
        by_doc = dict(con.execute("SELECT doc, article_id FROM docs").fetchall())
    finally:
        con.execute("ROLLBACK")
    return wanted, sorted(ids.index(by_doc[doc]) for doc in docs.tolist())


@settings(max_examples=250, deadline=None)
@given(st.lists(st.tuples(texts, texts, languages), min_size=1, max_size=5), words)
@example([("", "북·러 남북한 북러시아", None)], "북")
@example([("", "朝鮮人民軍 北京", "zh")], "朝鮮軍")
@example([("US", "us U.S. US's", "en")], "US")
@example([("", "oil gas US", None)], 'oil AND NOT "gas oil"')
@example([("", "a" * 300, None)], "a" * 199 + "*")
def test_a_search_finds_what_a_topic_selects(writer: Writer, corpus: list[tuple[str, str, str | None]], query: str) -> None:
    try:
        parse_query(query)
    except QueryError:
        return
    wanted, found = found_by(writer, corpus, query)
    assert found == wanted, query


def test_every_word_is_found_by_the_queries_that_mean_it(writer: Writer) -> None:
    corpus = [("", word, language) for word in WORDS for language in ("en", "fa")]
    corpus += [(word, "", "en") for word in WORDS]
    asked = [*QUERIES, *(f'"{word}"' for word in WORDS), *(f"{word[:2]}*" for word in WORDS if word[:2].isalnum())]
    for query in asked:
        wanted, found = found_by(writer, corpus, query)
        assert found == wanted, query
