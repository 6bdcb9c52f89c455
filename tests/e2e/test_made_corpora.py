"""The made corpora of the benchmarks: their words are as frequent as in news, and their lakes are like those that loads leave."""

from __future__ import annotations

import statistics
from pathlib import Path

import pytest

from benchmarks.corpora.cookbook import measure
from benchmarks.corpora.lake import fill, watchlist
from benchmarks.corpora.loading import batches, copied
from benchmarks.corpora.made import LANGUAGES, texts
from benchmarks.corpora.questions import SPACED, WORD, questions
from flows.topics import Matcher, parse_query
from flows.watchlist import load_watchlist
from warehouse.database.connect import open_reader, open_writer
from warehouse.load.run import load
from warehouse.search.catch_up import catch_up

pytestmark = pytest.mark.e2e
COUNT = 1_000


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("made") / "watchlist.toml"
    file.write_text(watchlist(), "utf-8")
    location = load_watchlist(file).warehouse
    fill(location, COUNT)
    catch_up(location)
    return file


def test_words_are_as_frequent_as_in_news() -> None:
    (made,) = texts(COUNT)
    articles = [(WORD.findall(text.lower()), language) for _, text, language, *_ in made]
    words = [words for words, language in articles if language == "en"]
    assert 500 < statistics.median(map(len, words)) < 700
    assert 280 < statistics.median(len(set(each)) for each in words) < 400
    assert {language for _, language in articles} == set(LANGUAGES)
    one = len(set().union(*words[: len(words) // 4]))
    all_of_them = len(set().union(*words))
    assert 1.6 < all_of_them / one < 3.0, "four times the text has about twice the words, as Heaps' law says"


def test_the_same_seed_makes_the_same_articles() -> None:
    (one,), (other,), (different,) = (texts(20, seed) for seed in (4, 4, 5))
    assert one.table.equals(other.table)
    assert one.table["text"][0] != different.table["text"][0]


def test_a_lake_has_the_articles_with_their_topics_and_stories(place: Path) -> None:
    given = load_watchlist(place)
    matcher = Matcher([(topic.name, topic.query.tree) for topic in given.topics if topic.name == "narrow"])
    with open_reader(given.warehouse) as con:
        rows = con.execute("SELECT article_id, title, text, language FROM articles").fetchall()
        stored = {row[0] for row in con.execute("SELECT article_id FROM matches WHERE topic = 'narrow' AND current").fetchall()}
        ((copies,),) = con.execute("SELECT count(*) FROM copies SEMI JOIN articles USING (article_id)").fetchall()
        ((stories,),) = con.execute("SELECT count(*) FROM stories WHERE copies > 0").fetchall()
        ((sources,),) = con.execute("SELECT count(DISTINCT source) FROM articles").fetchall()
    assert len(rows) == len({row[0] for row in rows}) == COUNT
    assert stored <= {row[0] for row in rows if list(matcher.match(row[1], row[2], row[3]))}
    assert COUNT * 0.01 < len(stored) < COUNT * 0.15
    assert COUNT * 0.05 < copies < COUNT * 0.12
    assert 0 < stories <= copies
    assert sources > 100


def test_questions_are_answered_by_the_corpus() -> None:
    (made,) = texts(COUNT)
    every = [text.lower() for _, text, *_ in made]
    for kind, asked in questions(COUNT, 10).items():
        for question in asked:
            parse_query(question.query)
            if question.language in SPACED:
                assert any(all(said.lower() in text for said in question.said) for text in every), (kind, question)


def test_new_articles_load_into_a_copy_and_leave_the_lake_alone(place: Path) -> None:
    location = load_watchlist(place).warehouse
    (batch,) = batches(1)
    with copied(location) as copy:
        with open_writer(copy, "test") as writer:
            report = load(writer, batch)
        assert report.articles == COUNT + report.new_articles
        assert report.new_articles > 900
    with open_reader(location) as con:
        assert con.execute("SELECT count(*) FROM articles").fetchall() == [(COUNT,)]


def test_the_questions_of_the_cookbook_are_asked_of_a_made_lake(place: Path) -> None:
    figures = measure(place)
    assert len(figures["cookbook_s"]) >= 30
    assert figures["cookbook_slowest_s"] == figures["cookbook_s"][figures["cookbook_slowest"]]
    assert sum(rows > 0 for rows in figures["cookbook_rows"].values()) > 20
