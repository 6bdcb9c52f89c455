"""Cleaning is shared: sources take turns, and one whose pages are slow waits for the others and has a limit."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from flows.refine.page import PageTask
from flows.refine.pool import refine
from flows.refine.turns import Patience, Turns, in_turn
from newslake.outcomes import Outcome, Reason
from newslake.testing import Site
from tests.flows.command import ask, newslake
from tests.flows.later import later
from tests.flows.refine.test_pool import TOPICS, captured, page
from tests.flows.runs.test_set_aside import other_words, put, watchlist


@dataclass(frozen=True)
class Task:
    source: str
    number: int = 0
    seconds: float = 0.1


def run(tasks: list[Task], seconds: float | None = 60, workers: int = 2) -> list[tuple[str, int, bool]]:
    """Clean made-up tasks, and return them in the order in which they ended, with whether they were cleaned."""
    patience = Patience(seconds)

    def start(task: Task) -> Future[Any]:
        future: Future[Any] = Future()
        future.set_result(task)
        return future

    def ended() -> Iterator[tuple[str, int, bool]]:
        for task, future in in_turn(tasks, patience, workers, start):
            if future:
                patience.spend(task.source, task.seconds)
            yield task.source, task.number, future is not None

    return list(ended())


def test_a_source_of_slow_pages_comes_last_and_has_a_limit() -> None:
    evil = [Task("evil", number, 30) for number in range(200)]
    good = [Task("good", number) for number in range(60)]
    ended = run([*evil, *good])
    cleaned = [(source, number) for source, number, is_cleaned in ended if is_cleaned]
    assert sorted(number for source, number in cleaned if source == "good") == list(range(60))
    assert [number for source, number in cleaned if source == "evil"] == [0, 1]
    assert cleaned.index(("evil", 1)) > 50  # when no other source has a page left to start
    assert len(ended) == 260


def test_a_slow_source_without_a_limit_is_cleaned_whole() -> None:
    assert all(is_cleaned for *_, is_cleaned in run([Task("slow", number, 30) for number in range(9)], None, 1))


def test_slow_sources_never_use_the_last_worker() -> None:
    patience = Patience(None)
    for source in ("a", "b"):
        patience.spend(source, 30)
    turns = Turns([Task("a"), Task("a"), Task("b")], patience, workers=2)
    first = turns.take()
    assert first and turns.take() is None
    turns.ended(first)
    assert turns.take()


def hanging(folder: Path, number: int) -> PageTask:
    """A capture that nobody ever writes: reading it takes for ever."""
    pipe = folder / f"pipe-{number}.warc.gz"
    os.mkfifo(pipe)
    return PageTask(f"hangs {number}", "evil", f"https://evil.example/{number}", pipe, 0)


@pytest.mark.e2e
def test_pages_that_hang_do_not_take_more_than_the_limit(tmp_path: Path) -> None:
    good = captured(tmp_path / "captures", page("A ferry sailed."), page("The ferry came back."))
    evil = [hanging(tmp_path, number) for number in range(5)]
    heard: list[str] = []
    found = list(
        refine(
            [*evil, *good],
            TOPICS,
            workers=1,
            seconds_per_page=8,
            seconds_per_source=10,
            by_turns=True,
            on_page=lambda one: heard.append(one.key),
        )
    )
    assert [one.key for one in found] == [task.key for task in [*evil, *good]]
    assert [one.reason for one in found[:5]] == [Reason.CLEANING_TIMEOUT] * 2 + [Reason.CLEANING_BUDGET] * 3
    assert [one.outcome for one in found] == [Outcome.FAILED] * 5 + [None] * 2
    assert heard.index("hangs 1") > max(heard.index("0"), heard.index("1"))


def test_markup_that_no_parser_survives_is_not_parsed(tmp_path: Path) -> None:
    attributes = b"<html><body><p " + b" ".join(b"a%d=b" % number for number in range(300_000)) + b"></p></body></html>"
    (task,) = captured(tmp_path / "captures", attributes)
    (found,) = refine([replace(task, must_clean=True)], TOPICS, workers=0)
    assert (found.outcome, found.reason) == (Outcome.FAILED, Reason.TOO_COMPLEX)


def test_a_run_gives_each_source_the_time_of_the_watchlist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where every page is slow and there is hardly any time, a run cleans one page of each source; the rest comes later."""
    with Site() as site:
        for source in ("a", "b"):
            for number in range(4):
                put(site, f"/{source}/{number}", f"Oil comes to {source} {number}", other_words(f"{source}{number}"))
            site.feed(f"/{source}", *(f"/{source}/{number}" for number in range(4)))
        config = watchlist(tmp_path, f"{site.url}/a", f"{site.url}/b")
        text = config.read_text("utf-8")
        config.write_text(text.replace("[crawl]\n", "[crawl]\ncleaning_seconds = 0.000001\n"), "utf-8")
        with monkeypatch.context() as patched:
            patched.setattr("flows.refine.turns.SLOW_PAGE", 0.0)
            newslake("run", "--plain", "--config", config)
        ended = "SELECT source, outcome, reason, count(*) FROM fetches WHERE kind = 'page' GROUP BY ALL ORDER BY ALL"
        assert ask(config, ended) == [
            (source, *end) for source in ("source1", "source2") for end in (("failed", "cleaning-budget", 3), ("loaded", None, 1))
        ]
        config.write_text(text, "utf-8")
        later(config, 24)
        newslake("run", "--plain", "--config", config)
    assert ask(config, "SELECT source, count(*) FROM articles GROUP BY ALL ORDER BY ALL") == [("source1", 4), ("source2", 4)]
