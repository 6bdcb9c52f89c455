"""Measures reading dates: our reader, dateparser, dateutil and htmldate's on strings whose truth is known.

    python benchmarks/dates.py [--corpus DIR] [--json FILE] [--wrong N] [--rewrite docs/benchmarks.md]

Two sets: `cases`, the strings of dateparser's own tests that have a year of four digits and one truth, and `written`,
moments that babel writes in 80 locales with Unicode CLDR's full, long and medium forms. Nothing but the string is given, no
language and no country. A string is right if the moment is the true one (a day, for htmldate, which knows days only), wrong
if it is another, and unread if nothing is returned. Each system reads in a fresh process, the peers in a virtual environment
of their own, made on first use from requirements-bench.lock. `--json` writes `{set: {system: {right, wrong, unread, strings,
cpu_us}}}`.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_time

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.collect import peers_python, rewrite  # noqa: E402
from benchmarks.peers.dates import PEERS, SYSTEMS  # noqa: E402
from benchmarks.sites.pages import CORPUS  # noqa: E402
from newslake.dates.cldr import LANGUAGES  # noqa: E402
from newslake.dates.tokens import plain_digits  # noqa: E402

# Systems that give the day alone.
DAYS_ONLY = frozenset({"htmldate"})
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_MOMENTS = 4


def cases(corpus: Path) -> dict[str, datetime]:
    """Return the strings of dateparser's tests that have a year of four digits and a single truth."""
    truths: dict[str, set[str]] = defaultdict(set)
    for line in (corpus / "dates" / "dateparser_cases.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        truths[row["date_string"]].add(row["expected"])
    return {
        text: datetime.fromisoformat(next(iter(known)))
        for text, known in truths.items()
        if len(known) == 1 and _YEAR.search(plain_digits(text))
    }


def written() -> dict[str, datetime]:
    """Return moments as babel writes them in all locales."""
    drawn = random.Random(17)
    found: dict[str, datetime] = {}
    for locale in sorted(locale for locales in LANGUAGES.values() for locale in locales):
        for _ in range(_MOMENTS):
            # no day is the number of a month, and no hour one of the morning: what is read wrongly shows
            day = date(drawn.randint(2012, 2026), drawn.randint(1, 12), drawn.randint(13, 28))
            moment = datetime.combine(day, time(drawn.randint(13, 23), 34, 56))
            for form in ("full", "long", "medium"):
                clock = format_time(moment.time(), "medium", locale=locale)
                found[f"{format_date(day, form, locale=locale)} {clock}"] = moment
    return found


def is_right(system: str, got: str, want: datetime) -> bool:
    """Return whether the moment is the true one, as local time or in UTC."""
    found = datetime.fromisoformat(got)
    if system in DAYS_ONLY:
        return found.date() == want.date()
    instant = found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found
    return want in (found.replace(tzinfo=None), instant)


def measured(system: str, strings: dict[str, datetime], shown: int) -> dict[str, Any]:
    """Run a system on strings in its own process and count."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "strings.jsonl"
        file.write_text("\n".join(json.dumps(text) for text in strings), "utf-8")
        python = peers_python() if system in PEERS else Path(sys.executable)
        command = [str(python), str(ROOT / "benchmarks" / "peers" / "dates.py"), system, str(file)]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{system} ended with {done.returncode}; its complaint is above")
    said = json.loads(done.stdout)
    read = list(zip(strings.items(), said["read"], strict=True))
    wrong = [(text, want, got) for (text, want), got in read if got is not None and not is_right(system, got, want)]
    for text, want, got in wrong[:shown]:
        print(f"  {system}: {text!r} is {want.isoformat()}, not {got}", file=sys.stderr)
    unread = sum(got is None for _, got in read)
    return {
        "right": len(read) - unread - len(wrong),
        "wrong": len(wrong),
        "unread": unread,
        "strings": len(read),
        "cpu_us": round(said["cpu_us"], 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--wrong", type=int, default=0, help="show that many strings that a system reads wrongly")
    parser.add_argument("--systems", default=",".join(SYSTEMS))
    parser.add_argument("--rewrite", type=Path, metavar="MARKDOWN")
    asked = parser.parse_args()
    results: dict[str, dict[str, Any]] = {}
    table = ["| set | system | right | wrong | unread | strings | CPU µs |", "| --- | --- | ---: | ---: | ---: | ---: | ---: |"]
    for name, strings in (("cases", cases(asked.corpus)), ("written", written())):
        for system in asked.systems.split(","):
            figures = results.setdefault(name, {})[system] = measured(system, strings, asked.wrong)
            table.append(f"| {name} | {system} | {' | '.join(str(figures[key]) for key in figures)} |")
    print("\n".join(table))
    if asked.json:
        asked.json.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    if asked.rewrite:
        rewrite(asked.rewrite, "dates", "\n".join(table))


if __name__ == "__main__":
    main()
