"""Results of a backfill on the disk: they come back exactly as they were, or not at all."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.archives.results import FORMAT, JOB, Done, begin, made_by, store, stored
from flows.archives.scan import Candidate, Segment
from flows.refine.page import Refined
from newslake import lossless
from newslake.article import CleanArticle
from newslake.outcomes import Outcome
from spiders.warc.model import Damaged
from warehouse.records import ArticleRecord, MatchRecord, TextHashes

SEGMENT = Segment(Path("/archives/crawl.warc.gz"), 0, 32)
# Unpaired surrogates come out of JSON in pages, and of file names that are not UTF-8; zones of old times count seconds.
TEXTS = st.text(st.characters(exclude_categories=()), max_size=12)
ZONES = st.integers(-86_399, 86_399).map(lambda seconds: timezone(timedelta(seconds=seconds)))
st.register_type_strategy(Path, TEXTS.map(Path))
st.register_type_strategy(str, TEXTS)
st.register_type_strategy(float, st.floats(allow_nan=False))
st.register_type_strategy(datetime, st.datetimes(timezones=ZONES))
# The fields of all classes that are kept, by the format that they belong to. After a change of any: raise FORMAT, and add a line.
FIELDS = {
    1: "441db2103bd301f7",
    2: "e78a0d269ed2a303",
    3: "2338781b2aea3f17",
    4: "0d6d1ef3f4c065f8",
    5: "328705d922161552",
    6: "663efb7707ecf960",
    7: "adb72d9c67f58a1c",
}


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture], deadline=None)
@given(done=st.from_type(Done))
def test_what_is_kept_comes_back_exactly(tmp_path: Path, done: Done) -> None:
    store(tmp_path, SEGMENT, done)
    again = stored(tmp_path, SEGMENT)
    assert again == done
    assert lossless.dump(Done, done) == lossless.dump(Done, again)


def test_a_change_of_fields_raises_the_format() -> None:
    fields = json.dumps(lossless.shape(Done), sort_keys=True, indent=1)
    assert FIELDS[FORMAT] == sha256(fields.encode()).hexdigest()[:16], fields


def example() -> Done:
    at = datetime(2026, 3, 4, 5, 6, 7, 8, UTC)
    page = Candidate("https://tide.example/1", "tide", None, "en", Path("/a.warc.gz"), 7, at, 99)
    cleaned = CleanArticle(
        page.url, "A title", "Its text. " * 300, "heading",
        authors=("A. Writer",), published_at=at.astimezone(timezone(timedelta(hours=9))), tags=("x", "y"),
    )  # fmt: skip
    article = ArticleRecord(
        UUID(int=7), cleaned, page.url, "tide", "tide.example", "hash", at,
        matches=(MatchRecord("ferries", ("ferry",), True, 0.1, "a ferry"),),
        hashes=TextHashes(bytes(range(256)) * 8, b"\0\xff"),
    )  # fmt: skip
    counted = Counter({("tide", Outcome.OFF_TOPIC): 3, ("(no source)", Outcome.REFUSED): 1})
    return Done(
        5,
        1234,
        counted,
        [(page, Refined("0", None, None, None, article))],
        [Damaged("/a.warc.gz", 3, "cut off")],
        Counter(revisit=2),
    )


def changed(said: dict[str, Any], change: str) -> dict[str, Any]:
    """A file as it might be of another version, or after somebody's hand."""
    candidate, refined = said["done"]["cleaned"][0]
    if change == "a field more":
        refined["article"]["mood"] = None
    elif change == "a field less":
        del refined["article"]["page"]["headings"]
    elif change == "another name":
        candidate["byte"] = candidate.pop("bytes")
    elif change == "another format":
        said["format"] = FORMAT + 1
    elif change == "another type":
        candidate["offset"] = "7"
    elif change == "an unknown end":
        refined["end"] = "lost"
    elif change == "an unknown outcome":
        said["done"]["counted"][0][0][1] = "lost"
    elif change == "another segment":
        said["segment"]["end"] = 64
    elif change == "no id":
        refined["article"]["article_id"] = "7"
    elif change == "no object":
        return said["done"]["cleaned"]  # type: ignore[no-any-return]
    return said


CHANGES = ["a field more", "a field less", "another name", "another format", "another type", "an unknown end"]
CHANGES += ["an unknown outcome", "another segment", "no id", "no object"]


@pytest.mark.parametrize("change", ["nothing", *CHANGES])
def test_a_file_that_is_not_exactly_such_a_result_is_none(tmp_path: Path, change: str) -> None:
    store(tmp_path, SEGMENT, example())
    (file,) = tmp_path.iterdir()
    file.write_text(json.dumps(changed(json.loads(file.read_bytes()), change)), "utf-8")
    assert stored(tmp_path, SEGMENT) == (example() if change == "nothing" else None)


@pytest.mark.parametrize("data", [b"", b"{", b"\x80\x05]\x94.", b"null", b"[" * 100_000, b"\xff\xfe"])
def test_noise_is_none(tmp_path: Path, data: bytes) -> None:
    store(tmp_path, SEGMENT, example())
    (file,) = tmp_path.iterdir()
    file.write_bytes(data)
    assert stored(tmp_path, SEGMENT) is None


def test_a_type_that_has_no_exact_json_is_refused_before_anything_is_written() -> None:
    with pytest.raises(TypeError, match="no exact JSON is known"):
        lossless.dump(complex, 1j)


@pytest.mark.parametrize("damage", ["2026-01-01T00:00:00", "soon", 7, None])
def test_work_with_an_unusable_beginning_starts_again(tmp_path: Path, damage: object) -> None:
    code = made_by()
    assert begin(tmp_path, "a.warc", code) == begin(tmp_path, "a.warc", code)
    job = json.loads((tmp_path / JOB).read_text("utf-8"))
    (tmp_path / JOB).write_text(json.dumps(job | {"began": damage}), "utf-8")
    (tmp_path / "7.json").write_text("{}", "utf-8")
    assert begin(tmp_path, "a.warc", code).tzinfo is not None
    assert not (tmp_path / "7.json").exists()


@pytest.mark.parametrize("content", ["[" * 5000, "", "[]", None])
def test_a_job_file_that_cannot_be_read_starts_again(tmp_path: Path, content: str | None) -> None:
    if content is None:
        (tmp_path / JOB).mkdir()
    else:
        (tmp_path / JOB).write_text(content, "utf-8")
    assert begin(tmp_path, "a.warc", made_by()).tzinfo is not None
    assert (tmp_path / JOB).is_file()
