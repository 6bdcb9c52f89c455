"""Compares two checkouts in one run, so that a slowdown shows on a machine whose speed varies.

    python benchmarks/guard.py BASE [NEW] [--rounds N] [--threshold SHARE] [--only WORD …] [--json FILE]

BASE and NEW are folders of checkouts, or revisions of git, which are checked out for the time of the run; NEW is this checkout
unless given. Both run in the environment of this Python. Each round takes every measure on both, one right after the other and
in turns the one or the other first, and compares their CPU time. The exit code is 1 if a measure is slower: by more than the
threshold in the median of the rounds, and in so many rounds that chance would do it at most once in twenty times.

Measured are commands on a warehouse of the sample site, its collection, the cleaning of its pages, loads of made articles, and
searches among them. No corpus is needed. Nine rounds take five minutes of an idle machine.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from math import comb
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.start.watched import MEASURES  # noqa: E402

WORK = ROOT / "benchmarks" / "start" / "watched.py"
CHANCE = 0.05
THRESHOLD = 0.1


@dataclass
class Side:
    """One of the two checkouts, and its process, which takes a measure when it is told to."""

    name: str
    folder: Path
    process: subprocess.Popen[str] | None = None
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def start(self, place: Path) -> None:
        """Start its process, whose modules come from the checkout, whatever is installed."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "NEWSLAKE_", "PYTHON"))}
        place.mkdir()
        self.process = subprocess.Popen(
            [sys.executable, "-P", str(WORK), str(self.folder)],
            cwd=place,
            env=kept | {"PYTHONPATH": str(self.folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def take(self, measure: str) -> float:
        """Return the seconds of CPU that a measure takes."""
        assert self.process and self.process.stdin and self.process.stdout
        self.process.stdin.write(measure + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"{self.name} failed at {measure!r}; its complaint is above")
        return float(answer)

    def stop(self) -> None:
        if self.process and self.process.stdin:
            self.process.stdin.close()
            self.process.wait()


@contextmanager
def checkout(given: str) -> Iterator[Path]:
    """Yield the folder of a checkout: a folder as it is, a revision in a folder of its own for as long as it is needed."""
    if Path(given).is_dir():
        yield Path(given).resolve()
        return
    with tempfile.TemporaryDirectory(prefix="newslake-guard-") as place:
        folder = Path(place, "checkout")
        made = subprocess.run(["git", "worktree", "add", "--quiet", "--detach", str(folder), given], cwd=ROOT, check=False)
        if made.returncode:
            sys.exit(f"{given} is neither a folder nor a revision of {ROOT}")
        try:
            yield folder
        finally:
            subprocess.run(["git", "worktree", "remove", "--force", str(folder)], cwd=ROOT, check=False)


def by_chance(slower: int, rounds: int) -> float:
    """Return how likely it is that of two equal sides one is slower in so many rounds or more: a sign test."""
    return sum(comb(rounds, number) for number in range(slower, rounds + 1)) / 2**rounds


def verdict(base: list[float], new: list[float], threshold: float) -> dict[str, Any]:
    """Compare what a measure took on both sides, round by round."""
    ratios = sorted(after / before for before, after in zip(base, new, strict=True))
    slower = sum(ratio > 1 for ratio in ratios)
    quarter = len(ratios) // 4
    ratio = statistics.median(ratios)
    return {
        "base_cpu_seconds": round(statistics.median(base), 4),
        "new_cpu_seconds": round(statistics.median(new), 4),
        "ratio": round(ratio, 3),
        "spread": [round(ratios[quarter], 3), round(ratios[-1 - quarter], 3)],
        "slower_in": slower,
        "chance": round(by_chance(slower, len(ratios)), 4),
        "is_slower": ratio > 1 + threshold and by_chance(slower, len(ratios)) <= CHANCE,
    }


def compare(base: Side, new: Side, measures: list[str], rounds: int) -> None:
    """Take all measures on both sides in turns; what the first round loads and compiles does not count."""
    with tempfile.TemporaryDirectory(prefix="newslake-guard-") as place, ExitStack() as stack:
        for side in (base, new):
            side.start(Path(place, side.name))
            stack.callback(side.stop)
        for number in range(rounds + 1):
            for measure in measures:
                for side in (base, new) if number % 2 else (new, base):
                    took = side.take(measure)
                    if number:
                        side.seconds.setdefault(measure, []).append(took)
            print(f"round {number} of {rounds}" if number else "warmed up", file=sys.stderr)


def table(figures: dict[str, Any]) -> str:
    lines = [
        "| measure | base, CPU s | new, CPU s | ratio | ratio, the middle half of the rounds | slower in | verdict |",
        "| --- " + "| ---: " * 5 + "| --- |",
    ]
    for name, one in figures["measures"].items():
        least, most = one["spread"]
        took = f"{one['base_cpu_seconds']:.3f} | {one['new_cpu_seconds']:.3f} | {one['ratio']:.2f} | {least:.2f} to {most:.2f}"
        told = "**slower**" if one["is_slower"] else "as before"
        lines.append(f"| {name} | {took} | {one['slower_in']} of {figures['rounds']} | {told} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", help="folder of a checkout, or a revision")
    parser.add_argument("new", nargs="?", default=str(ROOT), help="the same; this checkout by default")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threshold", type=float, default=THRESHOLD, help="share by which a measure may be slower (%(default)s)")
    parser.add_argument("--only", nargs="+", default=[], metavar="WORD", help="only measures with one of these words")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    arguments = parser.parse_args()
    measures = [name for name in MEASURES if not arguments.only or any(word in name for word in arguments.only)]
    if not measures:
        parser.error(f"no measure has one of the words {', '.join(arguments.only)}: there are {', '.join(MEASURES)}")
    if by_chance(arguments.rounds, arguments.rounds) > CHANCE:
        print("so few rounds tell no slowdown from noise: with --rounds 5 or more they do", file=sys.stderr)
    with checkout(arguments.base) as before, checkout(arguments.new) as after:
        base, new = Side("base", before), Side("new", after)
        compare(base, new, measures, arguments.rounds)
    found = {name: verdict(base.seconds[name], new.seconds[name], arguments.threshold) for name in measures}
    figures = {"rounds": arguments.rounds, "threshold": arguments.threshold, "measures": found}
    print(table(figures))
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    return int(any(one["is_slower"] for one in found.values()))


if __name__ == "__main__":
    sys.exit(main())
