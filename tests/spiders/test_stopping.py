"""A crawl that is stopped, or whose parent dies, closes its books and goes away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from newslake.testing import Site
from spiders.crawl import CrawlJob, crawl
from spiders.journal import Ended, Finished, Found, read_journal
from spiders.settings import CrawlSettings
from spiders.sources import Source
from spiders.warc.model import Capture
from spiders.warc.read import iter_captures
from tests.spiders.crawling import run_crawl

PARENT = """
import json, signal, sys
from spiders.crawl import CrawlJob, crawl
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in a shell's background
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # ignored where nohup runs the tests
print(json.dumps(crawl(CrawlJob.from_json(json.load(open(sys.argv[1])))).reason), flush=True)
"""


@pytest.fixture
def endless() -> Iterator[Site]:
    """A site whose crawl takes a minute."""
    with Site() as site:
        paths = [f"/p{n}" for n in range(120)]
        for path in paths:
            site.page(path)
        site.feed("/feed", *paths)
        yield site


def job(folder: Path, site: Site) -> CrawlJob:
    settings = CrawlSettings(delay=0.5, allow_private=True, concurrency=4)
    return CrawlJob(folder / "run", folder / "cache", [Source(name="s", feeds=[f"{site.url}/feed"])], settings)


def wait_for(what: object, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not what():  # type: ignore[operator]
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.05)


def closed_books(folder: Path) -> list[Ended]:
    """The ends of a stopped crawl, after checking that each URL has one."""
    events = list(read_journal(folder))
    assert isinstance(events[-1], Finished) and events[-1].reason == "stopped"
    found = sorted(event.id for event in events if isinstance(event, Found))
    ended = [event for event in events if isinstance(event, Ended)]
    assert found == sorted(event.id for event in ended) and len(found) == 121
    not_fetched = [event for event in ended if event.detail == "not fetched: the crawl was stopped"]
    assert not_fetched and all(event.outcome == "failed" for event in not_fetched)
    captured = [event.offset for event in ended if event.outcome is None]
    warc = [one.offset for file in folder.glob("*.warc.gz") for one in iter_captures(file) if isinstance(one, Capture)]
    assert captured and set(captured) <= set(warc)
    return ended


def test_a_crawl_stops_when_asked(tmp_path: Path, endless: Site) -> None:
    stop = threading.Event()
    threading.Thread(target=lambda: (wait_for(lambda: len(endless.asked) > 4), stop.set()), daemon=True).start()
    events: list[Found | Ended] = []
    report = crawl(job(tmp_path, endless), events.append, stop)
    assert report.reason == "stopped" and report.seconds < 30
    assert len(closed_books(tmp_path / "run")) == sum(isinstance(event, Ended) for event in events)
    sent = len(endless.asked)
    time.sleep(1)
    assert len(endless.asked) == sent


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_signal_to_the_parent_stops_the_child(tmp_path: Path, endless: Site, number: signal.Signals) -> None:
    (tmp_path / "job.json").write_text(json.dumps(job(tmp_path, endless).as_json()))
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(tmp_path / "job.json")], stdout=subprocess.PIPE)
    assert parent.stdout
    wait_for(lambda: len(endless.asked) > 4)
    os.kill(parent.pid, number)
    if number == signal.SIGKILL:
        assert parent.wait(20) == -signal.SIGKILL
        wait_for(lambda: b'"event": "finished"' in (tmp_path / "run" / "journal.jsonl").read_bytes())
    else:
        assert parent.wait(30) == 0
        assert json.loads(parent.stdout.read()) == "stopped"
    parent.stdout.close()
    closed_books(tmp_path / "run")
    sent = len(endless.asked)
    time.sleep(1)
    assert len(endless.asked) == sent


def test_a_child_that_dies_is_told_with_its_last_words(tmp_path: Path, endless: Site) -> None:
    def kill_child(event: Found | Ended) -> None:
        if isinstance(event, Ended) and event.outcome is None:
            for children in Path("/proc/self/task").glob("*/children"):
                for pid in children.read_text().split():
                    if b"spiders.process" in Path(f"/proc/{pid}/cmdline").read_bytes():
                        os.kill(int(pid), signal.SIGKILL)

    report = crawl(job(tmp_path, endless), kill_child)
    assert report.reason == "died" and "exit code -9" in (report.detail or "")
    events = list(read_journal(tmp_path / "run"))
    assert any(isinstance(event, Ended) and event.outcome is None for event in events)
    assert not isinstance(events[-1], Finished)


def test_a_listener_that_fails_stops_the_crawl(tmp_path: Path, endless: Site) -> None:
    def listen(event: Found | Ended) -> None:
        raise RuntimeError("the screen is gone")

    with pytest.raises(RuntimeError, match="the screen is gone"):
        crawl(job(tmp_path, endless), listen)
    closed_or_early = list(read_journal(tmp_path / "run"))
    assert isinstance(closed_or_early[-1], Finished)


def test_a_full_disk_ends_the_crawl_with_its_reason(tmp_path: Path, endless: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    # Files of the child cannot grow over this size, which is what a full disk looks like to it.
    limit = "import resource, signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    (tmp_path / "sitecustomize.py").write_text(limit + "resource.setrlimit(resource.RLIMIT_FSIZE, (60000, 60000))\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")  # or Python would leave modules behind that are cut off
    settings = CrawlSettings(delay=0, allow_private=True)
    source = Source(name="s", feeds=[f"{endless.url}/feed"])
    report = crawl(CrawlJob(tmp_path / "run", tmp_path / "cache", [source], settings))
    assert report.reason == "died"
    assert "cannot be written" in (report.detail or "") and "File too large" in (report.detail or "")
    assert list(read_journal(tmp_path / "run"))  # nothing torn in it


def test_a_crawl_works_from_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('shadowed')")
    monkeypatch.chdir(tmp_path)
    with Site() as site:
        site.page("/a")
        site.feed("/feed", "/a")
        crawled = run_crawl(Path("relative"), Source(name="s", feeds=[f"{site.url}/feed"]))
    assert crawled.outcomes() == {"/feed": "listing", "/a": "captured"}
