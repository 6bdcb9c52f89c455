"""Two writers on a PostgreSQL catalog: the lock around deciding and committing is what keeps keys unique."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Barrier, BrokenBarrierError, Thread
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.warehouse.makers import START, article, fetch, run, words
from tests.warehouse.test_load import ask
from warehouse.database import lock
from warehouse.database.connect import open_writer
from warehouse.database.writer import Writer
from warehouse.load.run import load
from warehouse.location import Location
from warehouse.notes.read import Note
from warehouse.notes.write import add, change

ARTICLES = 30
# One row for each of these keys; MERGE and the decisions of a load keep it so, if nobody else commits in between.
KEYS = {"articles": "article_id", "urls": "url_id", "fingerprints": "article_id", "matches": "article_id"}


class Meeting:
    """A connection that waits at its first commit until the other writer is as far, or cannot come."""

    def __init__(self, con: Any, barrier: Barrier, patience: float) -> None:
        self._con, self._barrier, self._patience = con, barrier, patience

    def execute(self, query: str, *given: Any) -> Any:
        if query == "COMMIT":
            try:
                self._barrier.wait(timeout=self._patience)
            except BrokenBarrierError:
                self._barrier.abort()
        return self._con.execute(query, *given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._con, name)


def load_at_once(location: Location, patience: float) -> dict[str, int]:
    """Load the same articles as two runs at the same time; return how many rows too many each table has.

    The first to commit waits `patience` seconds for the other.
    """
    with open_writer(location, "the first"):  # a copied warehouse records its new place once
        barrier = Barrier(2)
    failed: list[Exception] = []

    def write(number: int) -> None:
        pages = (fetch(article(f"https://harbour.example/{n}", text=words(f"{n}x"))) for n in range(ARTICLES))
        try:
            with open_writer(location, f"run {number}") as writer:
                con: Any = Meeting(writer.con, barrier, patience)
                load(Writer(con, writer.window, writer.data), run(number, *pages))
        except Exception as error:  # noqa: BLE001 - told below, in the test's own thread
            failed.append(error)

    writers = [Thread(target=write, args=(number,)) for number in (1, 2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failed == []
    return {table: ask(location, f"SELECT count(*) - count(DISTINCT {key}) FROM {table}")[0][0] for table, key in KEYS.items()}


@pytest.mark.e2e
def test_the_lock_keeps_keys_unique(postgres_location: Location) -> None:
    assert load_at_once(postgres_location, patience=5) == dict.fromkeys(KEYS, 0)
    assert ask(postgres_location, "SELECT outcome, count(*) FROM fetches GROUP BY 1 ORDER BY 1") == [
        ("loaded", ARTICLES),
        ("unchanged", ARTICLES),
    ]


@pytest.mark.e2e
def test_without_the_lock_a_concurrent_load_duplicates_keys_silently(
    postgres_location: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should this fail, DuckLake has come to refuse such commits, and the lock may be reconsidered."""

    @contextmanager
    def unlocked(*_given: Any) -> Iterator[None]:
        yield

    monkeypatch.setattr(lock, "advisory_lock", unlocked)
    assert load_at_once(postgres_location, patience=60)["articles"] > 0


@pytest.mark.e2e
def test_of_notes_that_several_people_write_and_edit_at_once_none_is_lost(postgres_location: Location) -> None:
    on, shared, people, each = article("https://harbour.example/1"), UUID(int=1), 3, 4
    with open_writer(postgres_location, "test") as writer:
        load(writer, run(1, fetch(on)))
        add(writer, Note(shared, on.article_id, "all", START, None, None, "Tag me", []))
    failed: list[Exception] = []

    def write(person: int) -> None:
        try:
            for number in range(each):
                tag = f"{person}.{number}"
                with open_writer(postgres_location, "note") as writer:
                    add(writer, Note(uuid4(), on.article_id, f"person {person}", START, None, None, tag, []))
                    change(writer, [shared], lambda note, tag=tag: replace(note, tags=[*note.tags, tag]))
        except Exception as error:  # noqa: BLE001 - told below, in the test's own thread
            failed.append(error)

    writers = [Thread(target=write, args=(person,)) for person in range(people)]
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    assert failed == []
    written = [f"{person}.{number}" for person in range(people) for number in range(each)]
    assert [text for (text,) in ask(postgres_location, "SELECT text FROM notes WHERE author <> 'all' ORDER BY text")] == written
    assert sorted(ask(postgres_location, "SELECT tags FROM notes WHERE author = 'all'")[0][0]) == written
