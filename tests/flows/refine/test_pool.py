"""Cleaning in worker processes: what a hostile page does costs that page alone; and without workers the results are the same."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.refine.page import PageTask
from flows.refine.pool import refine, refine_in, wanted_workers, worker_pool
from flows.topics import Topic
from newslake.errors import UsageError
from newslake.outcomes import Outcome
from spiders.warc.read import Hints
from spiders.warc.write import CaptureWriter, Exchange

TOPICS = [Topic(name="ferries", query="ferry")]
FILLING = "The harbour office counted the boats again and found that three of them had left before the tide turned. "


def page(sentence: str) -> bytes:
    return f"<html><body><article><h1>A report</h1><p>{sentence}</p><p>{FILLING * 4}</p></article></body></html>".encode()


def captured(folder: Path, *pages: bytes) -> list[PageTask]:
    """A task for each page, named by its number."""
    folder.mkdir(exist_ok=True)
    writer = CaptureWriter(folder)
    tasks = []
    for number, body in enumerate(pages):
        url, head = f"https://tide.example/{number}", [("Content-Type", "text/html")]
        at = datetime(2026, 3, 1, tzinfo=UTC)
        place = writer.write(Exchange(url, "GET", [], 200, head, body, at, None, Hints(), {}))
        tasks.append(PageTask(str(number), "tide", url, folder / place.file, place.offset, must_clean=True))
    writer.close()
    return tasks


def hanging(folder: Path) -> PageTask:
    """A capture that nobody ever writes: reading it takes for ever."""
    pipe = folder / "pipe.warc.gz"
    os.mkfifo(pipe)
    return PageTask("hangs", "tide", "https://tide.example/hangs", pipe, 0)


def test_a_page_that_hangs_is_ended_and_costs_itself_alone(tmp_path: Path) -> None:
    before, after = captured(tmp_path / "captures", page("A ferry sailed."), page("The ferry came back."))
    # one worker, so that the page after it needs the next one; long enough for that to start on a busy machine
    found = list(refine([before, hanging(tmp_path), after], TOPICS, workers=1, seconds_per_page=8))
    assert [(one.key, one.outcome) for one in found] == [("0", None), ("hangs", Outcome.FAILED), ("1", None)]
    assert found[1].detail == "cleaning took more than 8 seconds"


def test_a_page_that_takes_its_worker_down_costs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (task,) = captured(tmp_path / "captures", page("A ferry sailed."))
    with worker_pool(TOPICS, 1) as pool:
        real, calls = pool.schedule, iter([True, False])

        def schedule(function: object, **given: object) -> object:
            return real(os._exit, args=(7,)) if next(calls) else real(function, **given)

        monkeypatch.setattr(pool, "schedule", schedule)
        found = list(refine_in(pool, [task, task]))
    assert [one.outcome for one in found] == [Outcome.FAILED, None]
    assert found[0].detail == "the page took its worker down (exit code 7)"


def test_without_workers_the_results_are_the_same(tmp_path: Path) -> None:
    tasks = captured(tmp_path / "captures", page("A ferry sailed."), b"<p>nothing", page("A bus came."), b"\xff\xfe\0")
    tasks.append(PageTask("lost", "tide", "https://tide.example/lost", tmp_path / "lost.warc.gz", 0))
    apart = list(refine(tasks, TOPICS, workers=1))
    heard: list[str] = []
    here = list(refine(tasks, TOPICS, workers=0, on_page=lambda one: heard.append(one.key)))
    assert here == apart
    assert heard == [task.key for task in tasks]
    assert [one.outcome for one in here] == [None, Outcome.NOT_ARTICLE, Outcome.OFF_TOPIC, Outcome.NOT_ARTICLE, Outcome.FAILED]


def test_the_environment_sets_how_many_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    for value, workers in (("", 3), ("0", 0), ("12", 12)):
        monkeypatch.setenv("NEWSLAKE_WORKERS", value)
        assert wanted_workers(3) == workers
    monkeypatch.delenv("NEWSLAKE_WORKERS")
    assert wanted_workers(3) == 3
    for value in ("-1", "many", "²"):
        monkeypatch.setenv("NEWSLAKE_WORKERS", value)
        with pytest.raises(UsageError, match="NEWSLAKE_WORKERS is"):
            wanted_workers(3)


def test_it_is_done_here_where_the_environment_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEWSLAKE_WORKERS", "0")
    monkeypatch.setattr("flows.refine.pool.ProcessPool", None)
    assert [one.outcome for one in refine(captured(tmp_path, page("A ferry sailed.")), TOPICS)] == [None]
