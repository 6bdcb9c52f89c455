"""Fill an empty warehouse with made articles at once, as years of loads and a maintenance would leave it.

The rows go directly into the tables: a load of a million articles takes an hour. What is derived from the texts later, such as
the index for search, is left to newslake.
"""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from benchmarks.corpora.made import LANGUAGES, OUTLETS, PART, TOPICS, Articles, texts, topic_words
from benchmarks.corpora.words import vocabulary
from warehouse.database.connect import open_writer
from warehouse.location import Location
from warehouse.maintain import tend

FILL = (Path(__file__).parent / "fill.sql").read_text("utf-8")
MENTIONS = (Path(__file__).parent / "mentions.sql").read_text("utf-8")
RUNS_A_YEAR = 8 * 365
PEOPLE = 4_000
FILES = 5  # parts that are inserted together: a file of each table


def watchlist() -> str:
    """Return a watchlist with the topics and sources of a made corpus, whose warehouse is in data/ beside it."""
    words = {language: topic_words(language) for language in LANGUAGES}
    lines = []
    for topic in TOPICS:
        query = " OR ".join(word for language in LANGUAGES for word in words[language][topic])
        lines += ["[[topic]]", f'name = "{topic}"', f"query = '{query}'", ""]
    for language, count in OUTLETS.items():
        for number in range(count):
            lines += ["[[source]]", f'name = "{language}{number:03}"', f'url = "https://{language}{number:03}.example/"', ""]
    return "\n".join(lines)


def fill(location: Location, count: int, seed: int = 1) -> None:
    """Write `count` made articles into an empty warehouse, created where needed, and maintain it."""
    runs = min(count, 3 * RUNS_A_YEAR)
    with open_writer(location, "fill") as writer:
        con = writer.con
        con.execute("SET preserve_insertion_order = true")
        con.register("people", people())
        for parts in _together(_ahead(texts(count, seed))):
            stage(con, parts)
            writer.transact(lambda con: _insert(con, runs, count))
    tend(location, datetime.now(UTC) + timedelta(days=2), 0)  # as if days later, so that no unneeded file stays


def add_names(location: Location) -> None:
    """Let the articles of a made corpus name people, organisations, places and vessels, unless they do already.

    The names go directly into the table, since made texts have none.
    """
    with open_writer(location, "fill") as writer:
        if not writer.con.execute("SELECT 1 FROM mentions LIMIT 1").fetchone():
            writer.transact(lambda con: con.execute(MENTIONS))


def _insert(con: duckdb.DuckDBPyConnection, runs: int, count: int) -> None:
    given = {"runs": runs, "count": count}
    for statement in con.extract_statements(FILL):
        con.execute(statement, {name: given[name] for name in statement.named_parameters})


def stage(con: duckdb.DuckDBPyConnection, parts: list[Articles]) -> None:
    """Put made articles into the temporary tables that fill.sql needs."""
    con.register("made_parts", pa.concat_tables([part.table for part in parts]))
    con.execute("CREATE OR REPLACE TEMP TABLE made AS FROM made_parts")
    con.unregister("made_parts")
    rows = [
        pa.table(
            {"origin": part.table["number"].combine_chunks().take(pa.array(those)), "topic": [topic] * len(those), "term": terms}
        )
        for part in parts
        for topic, (those, terms) in part.topics.items()
    ]
    con.register("hit_parts", pa.concat_tables(rows))
    con.execute("CREATE OR REPLACE TEMP TABLE hits AS FROM hit_parts")
    con.unregister("hit_parts")


def people() -> pa.Table:
    """Make the names of authors."""
    words = [word.capitalize() for word in vocabulary("en").pieces.slice(5_000, 2 * PEOPLE).to_pylist()]
    names = [f"{first} {last}" for first, last in zip(words[:PEOPLE], words[PEOPLE:], strict=True)]
    return pa.table({"person": np.arange(PEOPLE), "name": names})


def _ahead(parts: Iterable[Articles]) -> Iterable[Articles]:
    """Make the next part while one is written."""
    waiting = iter(parts)
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, waiting, None)
        while (part := coming.result()) is not None:
            coming = pool.submit(next, waiting, None)
            yield part


def _together(parts: Iterable[Articles]) -> Iterable[list[Articles]]:
    some: list[Articles] = []
    for part in parts:
        some.append(part)
        if len(some) == FILES or len(part.table) < PART:
            yield some
            some = []
    if some:
        yield some
