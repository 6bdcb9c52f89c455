"""The questions of docs/cookbook.md, each asked of a made corpus in a fresh process, for `query.py`.

    python benchmarks/corpora/cookbook.py WATCHLIST

Output: {"cookbook_slowest_s": seconds, "cookbook_slowest": question, "cookbook_s": {question: seconds}, "cookbook_rows": …}.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import newslake  # noqa: E402

COOKBOOK = ROOT / "docs" / "cookbook.md"
PART = re.compile(r"^#{2,3} +(?P<heading>.+)$|^```sql\n(?P<sql>.*?)^```$", re.MULTILINE | re.DOTALL)


def questions(text: str) -> Iterator[tuple[str, str]]:
    """Yield the SQL of a document with the heading above it; the second one below a heading is numbered."""
    heading, nth = "", 0
    for part in PART.finditer(text):
        if part["heading"]:
            heading, nth = part["heading"], 0
        else:
            nth += 1
            yield (heading if nth == 1 else f"{heading} ({nth})"), part["sql"]


def measure(watchlist: Path) -> dict[str, Any]:
    """Ask each question once, over one connection, which has answered another one before."""
    seconds: dict[str, float] = {}
    rows: dict[str, int] = {}
    with newslake.connect(watchlist) as con:
        con.sql("SELECT count(*) FROM articles").fetchall()
        for question, sql in questions(COOKBOOK.read_text("utf-8")):
            began = time.perf_counter()
            rows[question] = len(con.execute(sql).fetchall())
            seconds[question] = round(time.perf_counter() - began, 3)
    slowest = max(seconds, key=lambda question: seconds[question])
    return {
        "cookbook_slowest_s": seconds[slowest],
        "cookbook_slowest": slowest,
        "cookbook_s": seconds,
        "cookbook_rows": rows,
    }


def main() -> None:
    json.dump(measure(Path(sys.argv[1])), sys.stdout)


if __name__ == "__main__":
    main()
