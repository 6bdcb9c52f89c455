"""Measures alerts of spikes: our detector and two simple ones on made topics in which spikes are planted.

    python benchmarks/alerts.py [--topics N] [--seed N] [--json FILE] [--rewrite docs/benchmarks.md]

Each topic is half a year of hourly counts with a weekly and daily rhythm, and scatter as wire copy makes it; some have holidays,
grow to the fourfold, or gain outlets at a stroke. Every three hours each detector sees the last 24 hours and the stretches of 24
hours before them, and tells of a spike once. An alert is right if it comes between the begin of a planted spike and a day after
its end; a second one for the same spike is wrong. `--json` writes `{system: {precision, recall, wrong_a_year, hours, by_size,
by_times, wrong_by_kind}}`, and `seed` and `topics`.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import accumulate
from pathlib import Path
from statistics import fmean, median, pstdev
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.collect import rewrite  # noqa: E402
from benchmarks.corpora.rhythms import HOURS, KNOWN_WEEKS, WEEK, WEEKS, Planted, Topic, topics  # noqa: E402
from flows.alerts.again import Told, is_news  # noqa: E402
from flows.alerts.spike import LEAST, REACH, spike_of  # noqa: E402

STEP = 3  # hours between two looks
AFTER = 24  # hours after a spike in which it is still seen

# Returns whether the articles of 24 hours are a spike after those of the stretches before, the latest first.
Detector = Callable[[int, Sequence[int]], bool]


def ours(articles: int, before: Sequence[int]) -> bool:
    return spike_of(articles, before) is not None


def week_z(articles: int, before: Sequence[int]) -> bool:
    """Three standard deviations above the mean of the last seven days."""
    return _above(articles, before[:7])


def all_z(articles: int, before: Sequence[int]) -> bool:
    """Three standard deviations above the mean of all that is known."""
    return _above(articles, before)


def _above(articles: int, before: Sequence[int]) -> bool:
    return articles >= LEAST and articles > fmean(before) + 3 * pstdev(before)


SYSTEMS: dict[str, Detector] = {"newslake": ours, "7-day mean + 3σ": week_z, "mean of all + 3σ": all_z}


def alerts_of(topic: Topic, detect: Detector) -> list[int]:
    """Return the hours at which a detector tells of a spike."""
    sums = [0, *accumulate(topic.hourly)]
    told: Told | None = None
    found = []
    for now in range(KNOWN_WEEKS * WEEK, len(topic.hourly) + 1, STEP):
        windows = [sums[end] - sums[end - HOURS] for end in range(now, max(HOURS, now - REACH * HOURS), -HOURS)]
        is_spike = detect(windows[0], windows[1:])
        news, told = is_news(windows[0] if is_spike else None, now * 3600.0, told)
        if news:
            found.append(now)
    return found


def judged(topic: Topic, alerts: Sequence[int]) -> tuple[dict[Planted, int], int]:
    """Return the hours after which each spike that was found was told, and the number of wrong alerts."""
    found: dict[Planted, int] = {}
    wrong = 0
    for at in alerts:
        spike = next((one for one in topic.planted if one.begin < at <= one.end + AFTER), None)
        if spike is None or spike in found:
            wrong += 1
        else:
            found[spike] = at - spike.begin
    return found, wrong


def measure(seed: int, count: int) -> dict[str, Any]:
    """Return the figures of each system."""
    made = topics(seed, count)
    figures: dict[str, Any] = {}
    years = count * (WEEKS - KNOWN_WEEKS) / 52
    for system, detect in SYSTEMS.items():
        right, wrong, hours = 0, 0, list[int]()
        planted, hit, wrong_by_kind = Counter[str](), Counter[str](), Counter[str]()
        for topic in made:
            found, mistakes = judged(topic, alerts_of(topic, detect))
            right, wrong = right + len(found), wrong + mistakes
            hours += found.values()
            wrong_by_kind[topic.kind] += mistakes
            for spike in topic.planted:
                for key in (topic.size, f"{spike.times:g}×"):
                    planted[key] += 1
                    hit[key] += spike in found
        shares = {key: round(hit[key] / planted[key], 3) for key in planted}
        spikes = sum(len(topic.planted) for topic in made)
        figures[system] = {
            "precision": round(right / max(1, right + wrong), 3),
            "recall": round(right / spikes, 3),
            "wrong_a_year": round(wrong / years, 2),
            "hours": median(hours) if hours else None,
            "by_size": {key: share for key, share in shares.items() if "×" not in key},
            "by_times": {key: shares[key] for key in sorted(shares) if "×" in key},
            "wrong_by_kind": dict(wrong_by_kind),
        }
    return figures


def as_table(figures: dict[str, Any]) -> str:
    """Return the figures as a table in Markdown."""
    times = next(iter(figures.values()))["by_times"]
    sizes = ("rare", "small", "middle", "large")
    head = ["", "precision", "recall", "wrong alerts a topic and year", "hours until told", *times, *sizes]
    lines = [f"| {' | '.join(head)} |", f"| --- |{' ---: |' * (len(head) - 1)}"]
    for system, of in figures.items():
        shares = [f"{of['by_times'][key]:.0%}" for key in times] + [f"{of['by_size'][key]:.0%}" for key in sizes]
        cells = [f"{of['precision']:.1%}", f"{of['recall']:.1%}", f"{of['wrong_a_year']:.2f}", f"{of['hours']:g}"]
        lines.append(f"| {system} | {' | '.join([*cells, *shares])} |")
    return "\n".join(lines)


def main() -> None:
    """Measure, print a table, and write what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--topics", type=int, default=480)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rewrite", type=Path)
    given = parser.parse_args()
    figures = measure(given.seed, given.topics)
    table = as_table(figures)
    print(table)
    if given.json:
        given.json.write_text(json.dumps(figures | {"seed": given.seed, "topics": given.topics}, indent=1, ensure_ascii=False))
    if given.rewrite:
        rewrite(given.rewrite, "alerts", table)


if __name__ == "__main__":
    main()
