"""Measures who and what newslake finds named in texts: precision and recall by kind and language, and the cost.

    python benchmarks/names/found.py [--corpus DIR] [--json FILE] [--wrong] [--rewrite docs/benchmarks.md]

benchmarks/names/labels.toml lists by hand everybody and everything that 62 real texts name in their titles and first 1,200
characters; the texts are in the corpus. One half was at hand while the rules were written, the other held out. A name is right
if it is that of a label, in any of its forms, and of its kind; Russian names may be in another case. What a label calls `any`
is neither right nor wrong. The peer, in the same run, takes each run of words with capitals for a name, and its kind from a
company form or the gazetteer; elsewhere it finds nothing. The cost is CPU time on all whole texts of the sets that were drawn
from. `--json` writes `{half: {system: {kind: {language: {right, wrong, hit, missed}}}}, "cost": {system: {texts, cpu_ms}}}`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import time
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.collect import rewrite  # noqa: E402
from benchmarks.sites.pages import CORPUS  # noqa: E402
from newslake.names import Kind, names  # noqa: E402
from newslake.names.words import known_places, listed  # noqa: E402

LABELS = Path(__file__).with_name("labels.toml")
READ = 1_200  # characters of each text that are labelled
HALVES = ("tuned", "held out")
LEAST_PART, MOST_OFF = 3, 3  # letters of a Russian word that its cases share, and in which they differ
_RUN = re.compile(r"[^\W\d_a-zа-яё][\w’'-]+(?: [^\W\d_a-zа-яё][\w’'-]+)*")

Found = list[tuple[str, str]]  # kind and name
Find = Callable[[str, str, str], Found]


class Text(NamedTuple):
    """A text of the corpus."""

    title: str
    text: str


def texts(corpus: Path) -> dict[str, Text]:
    """Return the texts of the sets that labels were drawn from, by set and id."""
    return {key: Text(title, re.sub(r"\n+", "\n", text).strip()) for key, title, text in _texts(corpus)}


def _texts(corpus: Path) -> Iterator[tuple[str, str, str]]:
    for name in ("fundus", "fundus_old", "n4k_articles", "aeb", "l3s_gn1", "readability"):
        for line in (corpus / "articles" / name / "truth.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            body = row.get("body") or ""
            yield f"articles/{name}#{row['id']}", row.get("title") or "", body if isinstance(body, str) else "\n".join(body)
    for line in (corpus / "dedup" / "tgnews_pairs" / "pairs.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        for side in "ab":
            yield f"dedup/tgnews_pairs#{row['id']}.{side}", row[side]["title"], row[side]["text"]
    with gzip.open(corpus / "dedup" / "news_events_5w1h" / "40er.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield f"dedup/news_events_5w1h/40er#{row['id']}", row["title"], row["text"]


def ours(title: str, text: str, language: str) -> Found:
    """Return what newslake finds."""
    return [(one.kind.value, one.name) for one in names(title, text, language)]


def runs_of_capitals(title: str, text: str, language: str) -> Found:
    """Return each run of words with capitals, as the simplest peer does."""
    found = {}
    for match in _RUN.finditer(f"{title}\n{text}"):
        last = match.group().split()[-1].lower()
        is_company = last in listed("capitals", "company_forms")
        kind = Kind.ORGANISATION if is_company else Kind.PLACE if match.group() in known_places() else Kind.PERSON
        if kind is not Kind.PERSON or " " in match.group():
            found[match.group()] = kind.value
    return [(kind, name) for name, kind in found.items()]


SYSTEMS: dict[str, Find] = {"newslake": ours, "runs of capitals": runs_of_capitals}


def is_same(name: str, label: str) -> bool:
    """Return whether a name is that of a label, whatever its marks and capitals, and in Russian its case."""
    name, label = _folded(name), _folded(label)
    if name == label or not re.search("[а-яё]", label):
        return name == label
    pairs = list(zip(name.split(), label.split(), strict=False))
    return len(name.split()) == len(label.split()) and all(_is_case_of(*pair) for pair in pairs)


def _folded(name: str) -> str:
    return re.sub(r"[«»\"“”\s.,’'-]+", " ", unicodedata.normalize("NFKC", name)).strip().casefold()


def _is_case_of(one: str, other: str) -> bool:
    shared = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other)))
    return one == other or (shared >= LEAST_PART and max(len(one), len(other)) - shared <= MOST_OFF)


def counted(label: dict[str, Any], found: Found) -> Iterator[tuple[str, str, str]]:
    """Yield how each name that was found is, and whether each label was: kind, name, and right, wrong, hit or missed."""
    hit = set()
    for kind, name in found:
        matching = {
            (each.value, one)
            for each in Kind
            for one in label.get(each.value, ())
            if any(is_same(name, form) for form in one.split("|"))
        }
        hit |= (right := {one for one in matching if one[0] == kind})
        if right:
            yield kind, name, "right"
        elif matching or not any(is_same(name, form) for one in label.get("any", ()) for form in one.split("|")):
            yield kind, name, "wrong"
    for each in Kind:
        for one in label.get(each.value, ()):
            yield each.value, one, "hit" if (each.value, one) in hit else "missed"


def measured(labels: Sequence[dict[str, Any]], known: dict[str, Text], *, shown: bool) -> dict[str, Any]:
    """Return the counts of each half, system, kind and language."""
    tree: Any = lambda: defaultdict(tree)  # noqa: E731
    results: Any = tree()
    for label in labels:
        text = known[label["key"]]
        for system, find in SYSTEMS.items():
            found = find(text.title, text.text[:READ], label["language"])
            for kind, name, how in counted(label, found):
                counts = results[label["half"]][system][kind].setdefault(label["language"], Counter())
                counts[how] += 1
                if shown and system == "newslake" and how in ("wrong", "missed"):
                    print(f"  {label['half']}, {label['language']}: {kind} {name!r} {how} in {label['key']}", file=sys.stderr)
    return dict(results)


def cost(known: dict[str, Text]) -> dict[str, dict[str, float]]:
    """Return the CPU time per whole text."""
    spent = {}
    for system, find in SYSTEMS.items():
        find("", "A beginning", "en")  # loads the words
        began = time.process_time()
        for text in known.values():
            find(text.title, text.text, "" if system == "newslake" else "en")
        spent[system] = {"texts": len(known), "cpu_ms": round((time.process_time() - began) * 1_000 / len(known), 2)}
    return spent


def table(results: dict[str, Any], spent: dict[str, dict[str, float]]) -> str:
    """Return the figures as Markdown."""
    lines = [
        "| half | system | kind or language | precision | recall | found | labelled |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for half in HALVES:
        for system in SYSTEMS:
            by_kind = results[half][system]
            rows = {kind: sum(by_kind[kind].values(), Counter()) for kind in map(str, Kind) if kind in by_kind}
            rows["all"] = sum(rows.values(), Counter())
            if system == "newslake":
                for language in sorted({language for kind in by_kind.values() for language in kind}):
                    rows[language] = sum((kind.get(language, Counter()) for kind in by_kind.values()), Counter())
            for name, counts in rows.items():
                found, there = counts["right"] + counts["wrong"], counts["hit"] + counts["missed"]
                precision = f"{counts['right'] / found:.2f}" if found else "–"
                recall = f"{counts['hit'] / there:.2f}" if there else "–"
                lines.append(f"| {half} | {system} | {name} | {precision} | {recall} | {found} | {there} |")
    lines += ["", "| system | whole texts | CPU ms a text |", "| --- | ---: | ---: |"]
    lines += [f"| {system} | {figures['texts']} | {figures['cpu_ms']} |" for system, figures in spent.items()]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--wrong", action="store_true", help="show what newslake finds wrongly and misses")
    parser.add_argument("--rewrite", type=Path, metavar="MARKDOWN")
    asked = parser.parse_args()
    labels = tomllib.loads(LABELS.read_text("utf-8"))["text"]
    known = texts(asked.corpus)
    results, spent = measured(labels, known, shown=asked.wrong), cost(known)
    made = table(results, spent)
    print(made)
    if asked.json:
        asked.json.write_text(json.dumps({**results, "cost": spent}, indent=1, ensure_ascii=False) + "\n", "utf-8")
    if asked.rewrite:
        rewrite(asked.rewrite, "names", made)


if __name__ == "__main__":
    main()
