"""Measures copies: which articles newslake groups into stories, how fast, and what a load costs in a large corpus.

    python benchmarks/dedup.py [--corpus DIR] [--originals N] [--sizes 10000,100000,1000000] [--json FILE]
                               [--rewrite docs/benchmarks.md]

Every set goes through a real load into a warehouse of its own, in batches of 1,000 articles in a drawn order, and what counts
are the stories that come out. Compared with it, each in a fresh process: datasketch's MinHashLSH with text-dedup's default
settings, rensa's own deduplicator and SimHash. Figures are over pairs of articles in one cluster, and ARI over clusters.
`articles_per_second` is wall time: for newslake that of fingerprinting (in two workers, as while cleaning), matching and
clustering within these loads. `load_1000_seconds` is the whole load of 1,000 articles into a corpus of each size, all with the
same number of articles a day.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.collect import peers_python, rewrite  # noqa: E402
from benchmarks.copies.made import Document, made_set  # noqa: E402
from benchmarks.copies.originals import originals, rows  # noqa: E402
from benchmarks.copies.takes import takes_set  # noqa: E402
from benchmarks.sites.pages import CORPUS  # noqa: E402

PEERS = ("datasketch", "rensa", "simhash")
ALL = 10_000  # originals, more than there are
SIZES = (10_000, 100_000, 1_000_000)


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Documents with their truth: pairs of ids that are copies (or, in an event set, of one event)."""

    name: str
    documents: list[Document]
    pairs: list[tuple[str, str]]
    is_event_set: bool = False


def documents(file: Path, cluster: str = "id") -> list[Document]:
    return [Document(row["id"], row.get("title") or "", row["text"] or "", str(row[cluster])) for row in rows(file)]


def overlaps(file: Path) -> list[tuple[str, str]]:
    """Return the pairs where half of the shorter text, in runs of five words, is in the longer one."""
    return [(row["a"], row["b"]) for row in rows(file) if max(row.get("jaccard5", 1), row.get("containment5", 1)) >= 0.5]


def same_cluster(found: list[Document]) -> list[tuple[str, str]]:
    members: dict[str, list[str]] = defaultdict(list)
    for document in found:
        members[document.cluster].append(document.id)
    return [(ids[0], other) for ids in members.values() for other in ids[1:]]


def labelled_sets(corpus: Path) -> list[LabelledSet]:
    """Read the labelled sets below `corpus`/dedup, by the format of their files."""
    folder = corpus / "dedup"
    found: list[LabelledSet] = []
    if (folder / "bbc").is_dir():
        found.append(LabelledSet("bbc", documents(folder / "bbc/docs.jsonl.gz"), overlaps(folder / "bbc/oracle.jsonl")))
    for file in sorted(folder.glob("minhash_planted/docs_*.jsonl.gz"), key=lambda file: len(file.name)):
        size = file.name.removeprefix("docs_").partition(".")[0]
        truth = overlaps(file.parent / f"pairs_{size}.jsonl")
        found.append(LabelledSet(f"minhash_planted_{size}", documents(file), truth))
    for file in sorted(folder.glob("news_events_5w1h/*.jsonl.gz")):
        name = file.name.partition(".")[0]
        truth = overlaps(file.parent / f"{name}_oracle.jsonl")
        found.append(LabelledSet(f"news_events_5w1h_{name}", documents(file), truth))
        events = documents(file, "event_id")
        found.append(LabelledSet(f"news_events_5w1h_{name}_events", events, same_cluster(events), is_event_set=True))
    if (folder / "scoop_items").is_dir():
        items = documents(folder / "scoop_items/items.jsonl", "story")
        found.append(LabelledSet("scoop_items", items, same_cluster(items), is_event_set=True))
    if (folder / "tgnews_pairs").is_dir():
        pairs = rows(folder / "tgnews_pairs/pairs.jsonl")
        sides = [
            Document(f"{row['id']}/{side}", row[side]["title"] or "", row[side]["text"] or "", row["id"])
            for row in pairs
            for side in "ab"
        ]
        same = [(f"{row['id']}/a", f"{row['id']}/b") for row in pairs if row["label"] == "same_story"]
        found.append(LabelledSet("tgnews_pairs", sides, same, is_event_set=True))
    return found


def components(ids: Sequence[str], pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Return the cluster of each id, named by one of its members."""
    parent = {each: each for each in ids}

    def root(each: str) -> str:
        while parent[each] != each:
            parent[each] = each = parent[parent[each]]
        return each

    for one, other in pairs:
        parent[root(one)] = root(other)
    return {each: root(each) for each in ids}


def scores(truth: dict[str, str], found: dict[str, str]) -> dict[str, float]:
    """Compute precision, recall and F1 over the pairs of ids in one cluster, and the adjusted Rand index."""

    def pairs(clusters: Iterable[Any]) -> int:
        return sum(comb(size, 2) for size in Counter(clusters).values())

    both = pairs((truth[each], found[each]) for each in truth)
    wanted, got, every = pairs(truth.values()), pairs(found[each] for each in truth), comb(len(truth), 2)
    expected = wanted * got / every if every else 0.0
    half = (wanted + got) / 2
    return {
        "precision": round(both / got, 4) if got else 1.0,
        "recall": round(both / wanted, 4) if wanted else 1.0,
        "f1": round(2 * both / (wanted + got), 4) if wanted + got else 1.0,
        "ari": round((both - expected) / (half - expected), 4) if half != expected else 1.0,
    }


def of_newslake(found: list[Document], seed: int = 1) -> tuple[dict[str, str], dict[str, float]]:
    """Load the documents and return the clusters of `stories`, with time and memory."""
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder, "documents.json")
        shuffled = random.Random(seed).sample(found, len(found))
        given.write_text(json.dumps([[each.id, each.title, each.text] for each in shuffled]), "utf-8")
        command = [sys.executable, str(ROOT / "benchmarks" / "copies" / "loads.py"), "stories", str(given), folder]
        answer = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return answer.pop("clusters"), answer


def of_peer(name: str, found: list[Document]) -> tuple[dict[str, str], dict[str, float]]:
    command = [str(peers_python()), str(ROOT / "benchmarks" / "peers" / "copies.py"), name]
    given = json.dumps([each.text for each in found]).encode()
    answer = json.loads(subprocess.run(command, input=given, stdout=subprocess.PIPE, check=True).stdout)
    ids = [each.id for each in found]
    pairs = [(ids[one], ids[other]) for one, other in answer["pairs"]]
    figures = {"articles_per_second": round(len(found) / answer["seconds"], 1), "peak_mb": round(answer["peak_mb"], 1)}
    return components(ids, pairs), figures


def compare(labelled: LabelledSet) -> tuple[dict[str, dict[str, float]], dict[str, str]]:
    """Return the figures of every system on a set, and newslake's clusters."""
    truth = components([each.id for each in labelled.documents], labelled.pairs)
    measured: dict[str, dict[str, float]] = {}
    ours, figures = of_newslake(labelled.documents)
    measured["newslake"] = scores(truth, ours) | figures
    for name in PEERS:
        clusters, figures = of_peer(name, labelled.documents)
        measured[name] = scores(truth, clusters) | figures
    return measured, ours


def recall_by_kind(found: list[Document], clusters: dict[str, str]) -> dict[str, float]:
    """Return for each kind of copy the share that is in one story with its original."""
    kinds: dict[str, list[bool]] = defaultdict(list)
    for document in found:
        original = f"{document.cluster}/original"
        kind = document.id.rpartition("/")[2]
        if original in clusters and kind != "original":
            kinds[kind].append(clusters[document.id] == clusters[original])
    return {kind: round(sum(hits) / len(hits), 4) for kind, hits in kinds.items()}


def load_times(sizes: Sequence[int], corpus: Path) -> dict[str, dict[str, float]]:
    """Measure seconds and peak memory of loading 1,000 articles into a corpus of each size, each in a fresh process."""
    measured = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            loads = [sys.executable, str(ROOT / "benchmarks" / "copies" / "loads.py")]
            subprocess.run([*loads, "fill", str(corpus), folder, str(size)], check=True)
            command = [*loads, "growth", str(corpus), folder]
            measured[str(size)] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
        print(f"1,000 articles into {size:,}: {measured[str(size)]}", flush=True)
    return measured


def line(name: str, system: str, measured: dict[str, float]) -> str:
    keys = ("precision", "recall", "f1", "ari", "articles_per_second", "peak_mb")
    return f"| {name} | {system} | {' | '.join(f'{measured[key]:g}' for key in keys)} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--originals", type=int, default=500, help="real articles that the generated set is made of")
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="corpora to load into; empty: none")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rewrite", type=Path, help="the document whose table between <!-- dedup --> marks is to be replaced")
    args = parser.parse_args()
    made = made_set(originals(args.corpus, args.originals))
    generated = LabelledSet("generated", made, same_cluster(made))
    heads = ("precision", "recall", "F1", "ARI", "articles/s", "MB")
    table = [f"| set | system | {' | '.join(heads)} |", "|" + " --- |" * 2 + " ---: |" * len(heads)]
    print("\n".join(table))
    results: dict[str, Any] = {"sets": {}, "event_sets": {}}
    takes = takes_set(originals(args.corpus, ALL))
    first_takes = LabelledSet("first_takes", takes, same_cluster(takes))
    for labelled in (generated, first_takes, *labelled_sets(args.corpus)):
        measured, clusters = compare(labelled)
        for system, figures in measured.items():
            table.append(line(labelled.name, system, figures))
            print(table[-1], flush=True)
        if labelled is generated:
            results["generated"] = measured["newslake"] | {"peers": {name: measured[name] for name in PEERS}}
            results["generated"]["recall_by_kind"] = recall_by_kind(made, clusters)
            print(f"recall by kind: {results['generated']['recall_by_kind']}", flush=True)
            results["articles_per_second"] = measured["newslake"]["articles_per_second"]
            results["peak_mb"] = measured["newslake"]["peak_mb"]
        else:
            results["event_sets" if labelled.is_event_set else "sets"][labelled.name] = measured
    sizes = [int(size) for size in args.sizes.split(",") if size]
    grown = load_times(sizes, args.corpus)
    results["load_1000_seconds"] = {size: measured["seconds"] for size, measured in grown.items()}
    results["load_1000_peak_mb"] = {size: measured["peak_mb"] for size, measured in grown.items()}
    for size, told_size in grown.items():
        table.append(f"\n1,000 articles into {int(size):,}: {told_size['seconds']:g} s, {told_size['peak_mb']:g} MB")
    if args.json:
        args.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if args.rewrite:
        rewrite(args.rewrite, "dedup", "\n".join(table))


if __name__ == "__main__":
    main()
