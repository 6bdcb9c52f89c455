"""Cleaning measured: our `clean` beside plain trafilatura on labelled pages.

    python benchmarks/clean.py [--corpus DIR] [--sets fundus,aeb] [--systems newslake,trafilatura] [--json FILE] [--worst N]

Prints a Markdown table; `--json` writes `{set: {system: {body, title, authors, day, minute, cpu_ms, errors, pages}}}`. The
measures are those of the corpus's own `measure.py`. A page that becomes no article counts as an empty one.
"""

from __future__ import annotations

import argparse
import gc
import importlib.util
import json
import logging
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from trafilatura import bare_extraction  # noqa: E402

from flows.clean import NotArticle, clean, reset_caches  # noqa: E402
from spiders.captures import Capture, Hints  # noqa: E402

# Beside the project: the pages belong to their publishers and are never part of it.
CORPUS = ROOT.parent / "shared" / "corpus"
SETS = ("fundus", "fundus_old", "n4k_articles", "aeb", "wcxb", "trafilatura_eval", "htmldate_eval")
FIGURES = ("body", "title", "authors", "day", "minute", "cpu_ms", "errors", "not_articles", "pages")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a system read from one page."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | str | None = None
    text: str | None = None
    note: str | None = None  # why there is nothing


def newslake(url: str, body: bytes) -> Reading:
    capture = Capture(url, datetime.now(UTC), 200, "text/html", body, Hints(), "", 0)
    page = clean(capture)
    if isinstance(page, NotArticle):
        return Reading(note=page.reason)
    return Reading(page.title, page.authors, page.published_at, page.text)


def trafilatura(url: str, body: bytes, *, fast: bool = False) -> Reading:
    page = bare_extraction(body, url=url, with_metadata=True, fast=fast)
    if page is None:
        return Reading(note="nothing")
    return Reading(page.title, tuple(a.strip() for a in (page.author or "").split(";") if a.strip()), page.date, page.text)


def trafilatura_fast(url: str, body: bytes) -> Reading:
    return trafilatura(url, body, fast=True)


SYSTEMS: dict[str, Callable[[str, bytes], Reading]] = {
    "newslake": newslake,
    "trafilatura": trafilatura,
    "trafilatura_fast": trafilatura_fast,
}


def measures(corpus: Path) -> ModuleType:
    """The corpus's own measures."""
    spec = importlib.util.spec_from_file_location("measure", corpus / "measure.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"no measure.py in {corpus}: name a corpus with --corpus DIR")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def measure(measure: ModuleType, name: str, system: str) -> tuple[dict[str, float | None], list[dict[str, Any]]]:
    """Figures of one system on one set, and a row a page."""
    rows: list[dict[str, Any]] = []
    seconds, errors, not_articles = 0.0, 0, 0
    for n, (truth, body) in enumerate(measure.pages(name)):
        started = time.process_time()
        try:
            got = SYSTEMS[system](truth.get("url") or "http://example.org/", body)
        except Exception as error:  # noqa: BLE001 - counted and shown
            errors += 1
            got = Reading(note=f"{type(error).__name__}: {error}")
        spent = time.process_time() - started
        seconds += spent
        not_articles += got.note is not None
        when = measure.true_time(truth)
        fragments = truth.get("must_have") or []
        row: dict[str, Any] = {"id": truth["id"], "note": got.note, "ms": spent * 1000}
        if truth.get("body"):
            row["body"] = measure.body_f1(got.text, truth["body"])
        elif fragments:
            row["body"] = fragment_f1(got.text or "", fragments, truth.get("must_not_have") or [])
        if truth.get("title"):
            row["title"] = measure.normalised(got.title) == measure.normalised(truth["title"])
            row["titles"] = [got.title, truth["title"]]
        if truth.get("authors"):
            row["authors"] = measure.authors_f1(list(got.authors), truth["authors"])
            row["names"] = [list(got.authors), truth["authors"]]
        if when:
            row["day"] = measure.same_day(got.published, when)
            row["times"] = [str(got.published), when]
            instant = measure.instant(when)
            if instant is not None and instant.tzinfo:
                row["minute"] = measure.same_minute(got.published, when)
        rows.append(row)
        if n % 100 == 99:
            reset_caches()
    figures: dict[str, float | None] = {}
    for key in ("body", "title", "authors", "day", "minute"):
        values = [float(row[key]) for row in rows if key in row]
        figures[key] = round(sum(values) / len(values), 4) if values else None
    figures |= {
        "cpu_ms": round(seconds * 1000 / max(1, len(rows)), 1),
        "errors": errors,
        "not_articles": not_articles,
        "pages": len(rows),
    }
    return figures, rows


def fragment_f1(text: str, wanted: list[str], unwanted: list[str]) -> float:
    """F1 over fragments that the text must and must not hold, for sets without a true body."""
    flat = " ".join(text.split())
    hits = sum(" ".join(part.split()) in flat for part in wanted)
    wrong = sum(" ".join(part.split()) in flat for part in unwanted)
    return 2 * hits / (2 * hits + wrong + len(wanted) - hits) if hits else 0.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--systems", default=",".join(SYSTEMS))
    parser.add_argument("--json", type=Path)
    parser.add_argument("--worst", type=int, default=0, help="show that many worst pages of each figure of newslake")
    args = parser.parse_args()
    logging.disable(logging.CRITICAL)
    module = measures(args.corpus)
    results: dict[str, dict[str, Any]] = {}
    print("| set | system | " + " | ".join(FIGURES) + " |\n|" + " --- |" * (len(FIGURES) + 2))
    for name in args.sets.split(","):
        for system in args.systems.split(","):
            gc.collect()
            figures, rows = measure(module, name, system)
            results.setdefault(name, {})[system] = figures
            print(
                f"| {name} | {system} | "
                + " | ".join("" if figures[key] is None else f"{figures[key]:g}" for key in FIGURES)
                + " |",
                flush=True,
            )
            if system == "newslake" and args.worst:
                show_worst(rows, args.worst)
    if args.json:
        args.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def show_worst(rows: list[dict[str, Any]], count: int) -> None:
    for key, said in (("body", None), ("title", "titles"), ("authors", "names"), ("day", "times"), ("minute", "times")):
        bad = sorted((row for row in rows if key in row and row[key] < 0.95), key=lambda row: float(row[key]))
        for row in bad[:count]:
            shown = f"{row[said][0]!r} for {row[said][1]!r}" if said else ""
            print(f"  {key} {float(row[key]):.2f} {row['id']} {row['note'] or ''} {shown}")
    for row in rows:
        if row["note"]:
            print(f"  nothing: {row['id']} {row['note']}")


if __name__ == "__main__":
    main()
