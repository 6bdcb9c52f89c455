"""Golden folders: a page, what is known of it beforehand, and the record that must come of it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.clean import CleanArticle, clean
from spiders.warc.model import Capture, Hints

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/page.html"))
FETCHED = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


def as_json(page: object) -> dict[str, Any]:
    return json.loads(json.dumps(bare(asdict(page))))  # type: ignore[call-overload]


def bare(value: object) -> object:
    """`value` without what is empty, also where an article stands inside of what is none."""
    if isinstance(value, dict):
        return {name: bare(one) for name, one in value.items() if one is not None and one not in ((), "")}
    return value.isoformat() if isinstance(value, datetime) else value


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_golden(folder: Path) -> None:
    given = json.loads((folder / "given.json").read_text("utf-8"))
    text = (folder / "page.html").read_text("utf-8")
    capture = Capture(
        url=given["url"],
        fetched_at=FETCHED,
        status=200,
        content_type=given.get("content_type", "text/html"),
        body=text.encode(given.get("encoding", "utf-8")),
        hints=Hints.from_json(given.get("hints", {})),
        file="",
        offset=0,
    )
    page = clean(capture, timezone=given.get("timezone"), publication=given.get("publication"))
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    if "reason" not in expected:
        assert isinstance(page, CleanArticle), page
    assert as_json(page) == expected
