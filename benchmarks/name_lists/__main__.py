"""Measure how well the names of a list are found in sentences that write them in many ways, and how long it takes.

`python benchmarks/name_lists [--texts FOLDER] [--json FILE] [--rewrite FILE]`: precision and recall on the labelled set
beside this file, in both halves, beside an exact search without regard to case and rapidfuzz's token_set_ratio at the
threshold that is best for it on the whole set; then CPU milliseconds per article with lists of 200 and 10,000 made names.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, utils

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.collect import rewrite  # noqa: E402
from benchmarks.name_lists.labelled import Listed, Sentence, read  # noqa: E402
from benchmarks.name_lists.made import articles, entry  # noqa: E402
from newslake.names.lists import Entry, Kind, NameList  # noqa: E402

KINDS = {"person": Kind.PERSON, "company": Kind.ORGANISATION, "vessel": Kind.VESSEL}
Found = Callable[[str], set[Listed]]


def entries(names: Iterable[Listed], *, kinds: bool = True) -> list[Entry]:
    """Return the names as a list has them."""
    return [Entry(one.name, one.aliases, KINDS[one.kind] if kinds else Kind.ANY) for one in names]


def ours(names: Sequence[Listed], *, kinds: bool = True) -> Found:
    """Return what newslake finds."""
    compiled = NameList(entries(names, kinds=kinds))
    return lambda text: {names[hit.entry] for hit in compiled.find(text)}


def exact(names: Sequence[Listed]) -> Found:
    """Return what a search for the names and aliases as written finds, without regard to case."""
    folded = [(one, [each.casefold() for each in (one.name, *one.aliases)]) for one in names]
    return lambda text: {one for one, forms in folded if any(form in text.casefold() for form in forms)}


def fuzzy(names: Sequence[Listed], threshold: float) -> Found:
    """Return what rapidfuzz's token_set_ratio finds above a threshold."""
    forms = [(one, [utils.default_process(each) for each in (one.name, *one.aliases)]) for one in names]

    def find(text: str) -> set[Listed]:
        whole = utils.default_process(text)
        return {one for one, some in forms if any(form and fuzz.token_set_ratio(form, whole) >= threshold for form in some)}

    return find


def judged(find: Found, sentences: Sequence[Sentence], names: Sequence[Listed]) -> dict[str, float]:
    """Return precision, recall and their harmonic mean over all sentences and these names."""
    right = wrong = missed = 0
    for one in sentences:
        found, meant = find(one.text), one.means & set(names)
        right += len(found & meant)
        wrong += len(found - meant)
        missed += len(meant - found)
    precision = right / (right + wrong) if right else 0.0
    recall = right / (right + missed)
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return {"precision": round(precision, 3), "recall": round(recall, 3), "f1": round(f1, 3)}


def best_threshold(names: Sequence[Listed], sentences: Sequence[Sentence]) -> float:
    """Return the threshold with which rapidfuzz does best on the whole set."""
    return max((50, 55, 60, 65, 70, 75, 80, 85, 90, 95, 100), key=lambda each: judged(fuzzy(names, each), sentences, names)["f1"])


def cost(count: int, texts: Sequence[str]) -> dict[str, float]:
    """Return the CPU time of compiling a list of made names, and of finding them in an article that was not read before."""
    chance = random.Random(count)
    begin = time.process_time()
    compiled = NameList([entry(chance) for _ in range(count)])
    ready = time.process_time()
    compiled.find(texts[0])
    each = []
    for text in texts[1:]:
        start = time.process_time()
        compiled.find(text)
        each.append((time.process_time() - start) * 1000)
    return {
        "compile_s": round(ready - begin, 2),
        "ms_per_article": round(statistics.mean(each), 2),
        "ms_median": round(statistics.median(each), 2),
    }


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [f"| {' | '.join(head)} |", f"| --- |{' ---: |' * (len(head) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def main() -> None:
    """Measure, print a table, and write it where it is asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=Path, help="folder of articles as .txt, in place of made ones")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rewrite", type=Path, help="replace the table between its marks in this file")
    given = parser.parse_args()
    names, sentences = read()
    result: dict[str, Any] = {"names": len(names), "sentences": len(sentences), "quality": {}, "cost": {}}
    rows = []
    threshold = best_threshold(names, sentences)
    systems: dict[str, Callable[[Sequence[Listed]], Found]] = {
        "newslake": ours,
        "newslake, kinds not given": lambda some: ours(some, kinds=False),
        "search without regard to case": exact,
        f"token_set_ratio ≥ {threshold:g}": lambda some: fuzzy(some, threshold),
    }
    for system, made in systems.items():
        row = [system]
        for half, held in (("tuned", False), ("held out", True)):
            some = [one for one in names if one.held_out is held]
            figures = judged(made(some), [one for one in sentences if one.of.held_out is held], some)
            result["quality"].setdefault(system, {})[half] = figures
            row += [f"{figures['precision']:.3f}", f"{figures['recall']:.3f}"]
        rows.append(row)
    print(text := _table(("", "precision", "recall", "held out: precision", "recall"), rows))
    chance = random.Random(7)
    if given.texts:
        texts = [file.read_text("utf-8") for file in sorted(given.texts.glob("*.txt"))]
    else:
        texts = articles(chance, sentences, 120)
    lines = []
    for count in (200, 10_000):
        result["cost"][str(count)] = figures = cost(count, texts)
        lines.append([f"{count:,} names", f"{figures['ms_per_article']}", f"{figures['ms_median']}", f"{figures['compile_s']}"])
    print(more := _table(("", "CPU ms per article", "median", "s to compile"), lines))
    if given.json:
        given.json.write_text(json.dumps(result, indent=1, ensure_ascii=False), "utf-8")
    if given.rewrite:
        rewrite(given.rewrite, "name_lists", f"{text}\n\n{more}")


if __name__ == "__main__":
    main()
