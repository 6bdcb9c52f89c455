"""The search index follows the articles: new texts, edits, texts cleaned again, forgotten ones, and corpora from before it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.search.plan import plan
from flows.search.search import Searcher
from flows.topics import parse_query
from tests.warehouse.makers import article, fetch, hours, run
from tests.warehouse.test_load import A, B, ask, load
from tests.warehouse.test_reclean import recleaned
from warehouse.database.connect import open_reader, open_writer
from warehouse.database.writer import Writer
from warehouse.export import Wanted, export
from warehouse.forget import choose, forget_rows
from warehouse.load.run import load as load_batch
from warehouse.location import Location
from warehouse.maintain import tend
from warehouse.memory import Memory
from warehouse.search import catch_up
from warehouse.search.catch_up import missing
from warehouse.search.lookup import Index
from warehouse.search.plan import EVERYTHING
from warehouse.search.rank import best_first
from warehouse.search.write import Text, index

FIRST, OTHER = "A tanker left Rason with crude oil. " * 3, "Ports of the strait were closed for a storm. " * 3


def found(location: Location, query: str) -> list[str]:
    """The addresses that a search finds, best first."""
    with open_reader(location) as con:
        return [hit.url for hit in Searcher(con).search(parse_query(query)).hits]


def loaded(location: Location) -> None:
    load(location, run(1, fetch(article(A, text=FIRST)), fetch(article(B, "strait", OTHER, title="Storm"))))


@pytest.mark.every_catalog
def test_a_load_an_edit_and_forgetting_show_at_once(location: Location) -> None:
    loaded(location)
    assert found(location, "tanker AND crude") == [A]
    assert found(location, "title:storm") == [B]
    assert found(location, "title:ports") == []
    load(location, run(2, fetch(article(A, text=FIRST.replace("crude", "refined"), seen_at=hours(2)))))
    assert found(location, "crude") == []
    assert found(location, "refined") == [A]
    with open_writer(location, "test") as writer:
        forget_rows(writer, choose(writer.con, [article(A).article_id]), "test", datetime.now(UTC))
    assert found(location, "tanker") == []
    assert ask(location, "SELECT count(*) FROM postings WHERE term IN ('crude', 'refined', 'tanker')") == [(0,)]
    assert ask(location, "SELECT count(*) FROM passages WHERE contains(text, 'tanker')") == [(0,)]


def test_what_a_reclean_rewrites_is_found_by_its_new_words(location: Location) -> None:
    loaded(location)
    load(location, recleaned(2, article(A, text="Only coal remains of this text."), new=()))
    assert (found(location, "crude"), found(location, "coal")) == ([], [A])


def test_a_dry_run_indexes_nothing(location: Location) -> None:
    with open_writer(location, "test") as writer:
        load_batch(writer, run(1, fetch(article(A, text=FIRST))), dry_run=True)
    assert ask(location, "SELECT count(*) FROM postings") == [(0,)]


@pytest.mark.every_catalog
def test_a_corpus_from_before_the_index_is_indexed_in_steps(location: Location, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [article(f"https://harbour.example/{n}", text=f"number{n} " + FIRST) for n in range(5)]
    load(location, run(1, *map(fetch, made)))
    with open_writer(location, "test") as writer:
        for table in ("docs", "postings", "passages"):
            writer.con.execute(f"DELETE FROM {table}")
    assert found(location, "tanker") == []
    monkeypatch.setattr(catch_up, "TEXTS", 2)

    def stop(left: int) -> None:
        if left < 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        catch_up.catch_up(location, stop)
    with open_reader(location) as con:
        assert missing(con) == 3
    told: list[int] = []
    assert catch_up.catch_up(location, told.append) == 3
    assert told == [3, 1]
    assert sorted(found(location, "tanker")) == [one.page.url for one in made]
    assert catch_up.catch_up(location, told.append) == 0


@pytest.mark.every_catalog
def test_maintenance_removes_what_edits_leave_in_the_index(location: Location) -> None:
    loaded(location)
    load(location, run(2, fetch(article(A, text="Refined products only, says the harbour office.", seen_at=hours(2)))))
    assert ask(location, "SELECT count(*) FROM postings WHERE term = 'crude'") == [(1,)]
    tend(location, datetime.now(UTC), 7)
    assert ask(location, "SELECT count(*) FROM postings WHERE term = 'crude'") == [(0,)]
    assert found(location, "refined") == [A]
    assert found(location, "storm") == [B]


def test_an_exported_part_of_the_corpus_holds_no_words_of_the_rest(location: Location, tmp_path: Path) -> None:
    load(location, run(1, fetch(article(A, text=FIRST)), fetch(article(B, "strait", OTHER, title="Storm", matches=()))))
    file = tmp_path / "trade.duckdb"
    with open_reader(location) as con:
        export(con, file, Wanted(topics=("trade",)))
    part = Location(catalog=str(file))
    assert found(part, "tanker") == [A]
    assert ask(part, "SELECT count(*) FROM postings WHERE term = 'storm'") == [(0,)]
    assert ask(part, "SELECT count(*) FROM passages WHERE contains(text, 'storm')") == [(0,)]


def bm25(corpus: list[list[str]], words: list[str], asked: list[str]) -> float:
    """The sum over the words of a query, as the papers have it."""
    average = sum(map(len, corpus)) / len(corpus)
    counts = Counter(words)
    score = 0.0
    for word in asked:
        having = sum(word in other for other in corpus)
        idf = math.log(1 + (len(corpus) - having + 0.5) / (having + 0.5))
        score += idf * counts[word] * 2.2 / (counts[word] + 1.2 * (0.25 + 0.75 * len(words) / average))
    return score


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Writer]:
    with open_writer(Location(catalog=str(tmp_path_factory.mktemp("bm25") / "news.duckdb")), "test") as writer:
        yield writer


WORDS = ("oil", "coal", "gas", "ship", "port")
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=30)


@settings(max_examples=25, deadline=None)
@given(st.lists(texts, min_size=1, max_size=8), st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True))
def test_scores_are_those_of_bm25(writer: Writer, corpus: list[list[str]], asked: list[str]) -> None:
    con = writer.con
    con.execute("BEGIN")
    try:
        ids = [uuid5(UUID(int=0), str(number)) for number in range(len(corpus))]
        index(con, [Text(key, 1, "", "", " ".join(words), "en") for key, words in zip(ids, corpus, strict=True)])
        selected = Index(con, Memory()).search(plan(parse_query(" OR ".join(asked))), EVERYTHING)
    finally:
        con.execute("ROLLBACK")
    scored = {number: bm25(corpus, words, asked) for number, words in enumerate(corpus)}
    wanted = {number: score for number, score in scored.items() if score}
    got = dict(zip(selected.docs.tolist(), selected.scores.tolist(), strict=True))
    assert got == pytest.approx(wanted, rel=1e-4)
    pieces = list(best_first(selected, 2))
    ranked = [(score, doc) for piece in pieces for score, doc in zip(piece.scores.tolist(), piece.docs.tolist(), strict=True)]
    assert ranked == sorted(ranked, reverse=True)
    assert sorted(doc for _, doc in ranked) == selected.docs.tolist()
