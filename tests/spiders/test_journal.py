"""The journal survives what a crash leaves behind, and says so where it cannot."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from newslake.errors import CaptureError
from spiders.journal import NAME, Ended, Finished, Found, JournalWriter, read_journal

EVENTS = [
    Found("ab" * 16, "https://x.example/북한?a=1", "https://x.example/북한", "x", "page", "feed https://x.example/rss"),
    Ended("ab" * 16, "captured", 200, 1234, 0.25, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), None, "crawl-00000.warc.gz", 0),
    Ended("cd" * 16, "failed", detail="line\nbreak and \ud800 half a character"),
    Finished("finished", {"requests": 3}),
]


def test_what_was_written_is_read(tmp_path: Path) -> None:
    journal = JournalWriter(tmp_path)
    for event in EVENTS[:2]:
        journal.write(event)
        assert list(read_journal(tmp_path))[-1] == event  # at once, not when the journal is closed
    for event in EVENTS[2:]:
        journal.write(event)
    journal.close()
    found = list(read_journal(tmp_path))
    assert found[:2] == EVENTS[:2] and found[3] == EVENTS[3]
    assert isinstance(found[2], Ended) and (found[2].detail or "").startswith("line\nbreak")


def test_a_torn_last_line_never_happened(tmp_path: Path) -> None:
    journal = JournalWriter(tmp_path)
    for event in (EVENTS[0], EVENTS[1]):
        journal.write(event)
    journal.close()
    whole = (tmp_path / NAME).read_bytes()
    end_of_first = whole.index(b"\n") + 1
    for cut in range(end_of_first, len(whole)):
        (tmp_path / NAME).write_bytes(whole[:cut])
        assert list(read_journal(tmp_path)) == EVENTS[:1]


def test_damage_costs_the_lines_that_it_hit(tmp_path: Path) -> None:
    journal = JournalWriter(tmp_path)
    for event in (EVENTS[0], EVENTS[1]):
        journal.write(event)
    journal.close()
    lines = (tmp_path / NAME).read_bytes().splitlines(keepends=True)
    (tmp_path / NAME).write_bytes(lines[0][:30] + b"\n" + lines[1])
    assert list(read_journal(tmp_path)) == [EVENTS[1]]
    (tmp_path / NAME).write_bytes(lines[0] + bytes(70) + lines[1] + b"[1]\nnull\n\xff\n" + lines[0])
    assert list(read_journal(tmp_path)) == [EVENTS[0], EVENTS[1], EVENTS[0]]


def test_no_journal_is_told(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="no journal"):
        list(read_journal(tmp_path))


def test_fields_of_a_later_version_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text('{"event":"ended","id":"00","end":"known","colour":"blue"}\n')
    assert list(read_journal(tmp_path)) == [Ended("00", "known")]
