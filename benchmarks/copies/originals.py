"""Real articles with their true texts, from the labelled pages, as originals of copies."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from benchmarks.copies.made import LEAST_WORDS
from benchmarks.sites.pages import SETS


def rows(file: Path) -> list[dict[str, Any]]:
    content = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    return [json.loads(row) for row in content.split(b"\n") if row.strip()]


def originals(corpus: Path, count: int) -> list[tuple[str, str]]:
    """Return titles and true texts of real articles, keeping one of those that share a tenth of their runs of five words."""
    found: list[tuple[str, str]] = []
    seen: set[int] = set()
    for name in SETS:
        file = corpus / "articles" / name / "truth.jsonl"
        for row in rows(file) if file.is_file() else ():
            body = row.get("body")
            if isinstance(body, str) and len(body.split()) >= LEAST_WORDS:
                words = body.lower().split()
                runs = {hash(tuple(words[place : place + 5])) for place in range(len(words) - 4)}
                if len(runs & seen) < len(runs) / 10:
                    found.append((row.get("title") or "", body))
                    seen |= runs
    return found[:count]
