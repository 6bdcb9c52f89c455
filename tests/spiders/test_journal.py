"""The journal survives what a crash leaves behind, and says so where it cannot."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from newslake.errors import CaptureError
from newslake.outcomes import Origin, Outcome, Reason
from spiders.journal import NAME, Ended, Finished, Found, JournalWriter, read_journal

EVENTS = [
    Found(
        "ab" * 16,
        "https://x.example/북한?a=1",
        "https://x.example/북한",
        "x",
        "page",
        "feed https://x.example/rss",
        None,
        Origin.LISTING,
    ),
    Ended("ab" * 16, None, None, 200, 1234, 0.25, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), None, "crawl-00000.warc.gz", 0),
    Ended("cd" * 16, Outcome.FAILED, Reason.ERROR, detail="line\nbreak and \ud800 half a character"),
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
    (tmp_path / NAME).write_text('{"event":"ended","id":"00","outcome":"unchanged","reason":"not-due","colour":"blue"}\n')
    assert list(read_journal(tmp_path)) == [Ended("00", Outcome.UNCHANGED, Reason.NOT_DUE)]


OLD = """\
{"event": "found", "id": "00", "url": "u", "canonical": "u", "source": "x", "kind": "feed", "found_by": "watchlist"}
{"event": "found", "id": "01", "url": "v", "canonical": "v", "source": "x", "kind": "page", "found_by": "feed u"}
{"event": "ended", "id": "00", "end": "read", "status": 200, "detail": "0 entries, 0 new"}
{"event": "ended", "id": "01", "end": "captured", "status": 200, "file": "a.warc.gz", "offset": 7}
{"event": "ended", "id": "02", "end": "known", "detail": "visited before and not due"}
{"event": "ended", "id": "03", "end": "http-error", "status": 403, "detail": "bot wall: the site answers with a check"}
"""


def test_the_journal_of_an_older_newslake_is_read(tmp_path: Path) -> None:
    """Its one word for the end becomes an outcome; it has no reasons, and none are made from its sentences."""
    (tmp_path / NAME).write_text(OLD)
    listing, page, *ended = read_journal(tmp_path)
    assert isinstance(listing, Found) and listing.origin is Origin.WATCHLIST
    assert isinstance(page, Found) and page.origin is None
    assert [one.outcome for one in ended if isinstance(one, Ended)] == ["not-article", None, "unchanged", "http-error"]
    assert [one.reason for one in ended if isinstance(one, Ended)] == [None] * 4


@pytest.mark.parametrize(
    "line",
    [
        '{"event": "ended", "id": "00", "end": "teleported"}',
        '{"event": "ended", "id": "00", "outcome": "teleported"}',
        '{"event": "ended", "id": "00", "outcome": "failed", "reason": "teleported"}',
        '{"event": "found", "id": "00", "url": "u", "origin": "teleported"}',
    ],
)
def test_a_word_of_another_version_is_refused(tmp_path: Path, line: str) -> None:
    (tmp_path / NAME).write_text(line + "\n")
    with pytest.raises(CaptureError, match=r"unknown word, .*'teleported'"):
        list(read_journal(tmp_path))
