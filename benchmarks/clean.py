"""Measures cleaning: our `clean`, plain trafilatura (both modes), newspaper4k and news-please on labelled pages.

    python benchmarks/clean.py [--corpus DIR] [--sets fundus,aeb] [--systems newslake,trafilatura] [--rounds N] [--pages N]
                               [--metric rouge] [--json FILE] [--worst N] [--rewrite docs/benchmarks.md]

Prints a Markdown table; `--json` writes `{set: {system: {body, rouge, title, own_title, authors, day, minute, cpu_ms, errors,
not_articles, pages}}}`. The measures are those of the corpus's own `measure.py`, and two more: `own_title` also accepts any other
headline of the page itself (`benchmarks/sites/headlines.py`), because some sets take og:title for the truth and others the h1;
`rouge`, with `--metric rouge`, is ROUGE-LSum of the text as in the evaluation of Fundus, and takes minutes. The figures
measure the reading: of a page that becomes no article they take what the system read all the same, if it tells; the outcomes are
a thing of their own, which `not_articles` counts. Each system reads each set in a fresh process, the peers in a virtual
environment of their own, made on first use from requirements-bench.lock; what a process loads once (word lists, patterns) does
not count from the second round on. The peers, who are slow, read once.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.collect import peers_python, rewrite  # noqa: E402
from benchmarks.peers.extractors import PEERS, SYSTEMS  # noqa: E402
from benchmarks.sites.headlines import own_headlines  # noqa: E402
from benchmarks.sites.pages import CORPUS  # noqa: E402

MEANS = ("body", "rouge", "title", "own_title", "authors", "day", "minute")
FIGURES = (*MEANS, "cpu_ms", "errors", "not_articles", "pages")


def measures(corpus: Path) -> ModuleType:
    """Import the corpus's own measures."""
    spec = importlib.util.spec_from_file_location("measure", corpus / "measure.py")
    if spec is None or spec.loader is None or not (corpus / "measure.py").is_file():
        raise SystemExit(f"no measure.py in {corpus}: name a corpus with --corpus DIR")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def labelled_sets(corpus: Path) -> list[str]:
    """Return the names of the sets that have a truth, the most exact first."""
    names = sorted(path.parent.name for path in (corpus / "articles").glob("*/truth.jsonl"))
    return sorted(names, key=lambda name: (not name.startswith("fundus"), name))


def readings(system: str, name: str, corpus: Path, rounds: int, pages: int | None) -> list[dict[str, Any]]:
    """Run a system on the pages of a set in its own process and return what it read."""
    python = peers_python() if system in PEERS else Path(sys.executable)
    command = [str(python), str(ROOT / "benchmarks" / "peers" / "extractors.py"), system, name, "--corpus", str(corpus)]
    command += ["--rounds", str(1 if system in PEERS else rounds)]
    if pages:
        command += ["--pages", str(pages)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{system} on {name} ended with {done.returncode}; its complaint is above")
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def headlines(truths: list[dict[str, Any]], folder: Path) -> None:
    """Add to each truth that has a title the page's own headlines, as `own`."""
    for truth in truths:
        if truth.get("title"):
            truth["own"] = own_headlines(gzip.decompress((folder / truth["html"]).read_bytes()))


def add_rouge(rows: list[dict[str, Any]], truths: list[dict[str, Any]], got: list[dict[str, Any]]) -> None:
    """Add ROUGE-LSum to the rows of pages with a true body; the library is in the peers' environment."""
    chosen = [at for at, _ in enumerate(rows) if truths[at].get("body")]
    pairs = "\n".join(json.dumps([got[at]["text"], truths[at]["body"]]) for at in chosen)
    command = [str(peers_python()), str(ROOT / "benchmarks" / "peers" / "rouge.py")]
    scores = subprocess.run(command, input=pairs, stdout=subprocess.PIPE, text=True, check=True).stdout.split()
    for at, value in zip(chosen, scores, strict=True):
        rows[at]["rouge"] = float(value)


def judge(measure: ModuleType, truths: list[dict[str, Any]], got: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a row per page: the measures that its truth allows, and what they compared."""
    rows = []
    for truth, read in zip(truths, got, strict=False):
        row: dict[str, Any] = {"id": truth["id"], "note": read["note"], "error": read["error"], "ms": read["ms"]}
        fragments = truth.get("must_have") or []
        if truth.get("body"):
            row["body"] = measure.body_f1(read["text"], truth["body"])
            row["bodies"] = [kept_and_wanted(measure, read["text"], truth["body"]), "the truth"]
        elif fragments:
            row["body"] = fragment_f1(read["text"] or "", fragments, truth.get("must_not_have") or [])
        if truth.get("title"):
            title = measure.normalised(read["title"])
            row["title"] = title == measure.normalised(truth["title"])
            row["own_title"] = row["title"] or title in truth["own"]
            row["titles"] = [read["title"], truth["title"]]
        if truth.get("authors"):
            row["authors"] = measure.authors_f1(read["authors"], truth["authors"])
            row["names"] = [read["authors"], truth["authors"]]
        if when := measure.true_time(truth):
            row["day"] = measure.same_day(read["published"], when)
            row["times"] = [read["published"], when]
            instant = measure.instant(when)
            if instant is not None and instant.tzinfo:
                row["minute"] = measure.same_minute(read["published"], when)
        rows.append(row)
    return rows


def kept_and_wanted(measure: ModuleType, got: str | None, want: str) -> str:
    """Say what is wrong with a text: how much of the truth is there, and how much else."""
    a, b = Counter(measure.tokens(got)), Counter(measure.tokens(want))
    common = sum((a & b).values())
    return f"{common / max(1, sum(b.values())):.0%} of the truth, and {sum(a.values()) - common} other words"


def fragment_f1(text: str, wanted: list[str], unwanted: list[str]) -> float:
    """Compute F1 over fragments that the text must and must not hold, for sets without a true body."""
    flat = _flat(text)
    hits = sum(_flat(part) in flat for part in wanted)
    wrong = sum(_flat(part) in flat for part in unwanted)
    return 2 * hits / (2 * hits + wrong + len(wanted) - hits) if hits else 0.0


def _flat(text: str) -> str:
    """Normalise what systems write differently: one line, one Unicode form, no soft hyphens."""
    return " ".join(unicodedata.normalize("NFC", text).replace("\xad", "").split())


def figures(rows: list[dict[str, Any]]) -> dict[str, float | None]:
    means: dict[str, float | None] = {}
    for key in MEANS:
        values = [float(row[key]) for row in rows if key in row]
        means[key] = round(sum(values) / len(values), 4) if values else None
    return means | {
        "cpu_ms": round(sum(row["ms"] for row in rows) / max(1, len(rows)), 1),
        "errors": sum(row["error"] is not None for row in rows),
        "not_articles": sum(row["note"] is not None for row in rows),
        "pages": len(rows),
    }


def line(name: str, system: str, measured: dict[str, float | None], columns: list[str]) -> str:
    cells = ["" if (value := measured[key]) is None else f"{value:g}" for key in columns]
    return f"| {name} | {system} | {' | '.join(cells)} |"


def show_worst(rows: list[dict[str, Any]], count: int) -> None:
    for key, said in (("body", "bodies"), ("title", "titles"), ("authors", "names"), ("day", "times"), ("minute", "times")):
        bad = sorted((row for row in rows if key in row and row[key] < 0.95), key=lambda row: float(row[key]))
        for row in bad[:count]:
            shown = f"{row[said][0]!r} for {row[said][1]!r}" if said in row else ""
            print(f"  {key} {float(row[key]):.2f} {row['id']} {row['note'] or ''} {shown}")
    for row in rows:
        if row["note"] or row["error"]:
            print(f"  nothing: {row['id']} {row['note'] or row['error']}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--sets", help="names, with commas between; every labelled set by default")
    parser.add_argument("--systems", default=",".join(SYSTEMS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--pages", type=int, help="at most so many pages of each set")
    parser.add_argument("--metric", action="append", default=[], choices=["rouge"], help="measure this too; it takes minutes")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--worst", type=int, default=0, help="show that many worst pages of each figure of newslake")
    parser.add_argument("--rewrite", type=Path, help="the document whose table between <!-- clean --> marks is to be replaced")
    args = parser.parse_args()
    module = measures(args.corpus)
    results: dict[str, dict[str, Any]] = {}
    columns = [key for key in FIGURES if key != "rouge" or key in args.metric]
    table = [f"| set | system | {' | '.join(columns)} |", "|" + " --- |" * 2 + " ---: |" * len(columns)]
    print("\n".join(table))
    for name in args.sets.split(",") if args.sets else labelled_sets(args.corpus):
        truth_file = args.corpus / "articles" / name / "truth.jsonl"
        if not truth_file.is_file():
            raise SystemExit(f"no set {name!r}: {args.corpus} has {', '.join(labelled_sets(args.corpus))}")
        truths = [json.loads(row) for row in truth_file.read_text("utf-8").splitlines()][: args.pages]
        headlines(truths, truth_file.parent)
        for system in args.systems.split(","):
            read = readings(system, name, args.corpus, args.rounds, args.pages)
            rows = judge(module, truths, read)
            if "rouge" in args.metric:
                add_rouge(rows, truths, read)
            results.setdefault(name, {})[system] = measured = figures(rows)
            table.append(line(name, system, measured, columns))
            print(table[-1], flush=True)
            if system == "newslake" and args.worst:
                show_worst(rows, args.worst)
    if args.json:
        args.json.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    if args.rewrite:
        rewrite(args.rewrite, "clean", "\n".join(table))


if __name__ == "__main__":
    main()
