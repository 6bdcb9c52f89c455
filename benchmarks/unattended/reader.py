"""A process that asks the warehouse again and again during the soak, to be in the way of files and locks.

python -m benchmarks.unattended.reader WATCHLIST      reads until its standard input closes, and prints what it saw as JSON
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from benchmarks.unattended.kills import WRONG
from flows.watchlist import load_watchlist
from newslake.errors import NewslakeError, WarehouseMissing
from warehouse.database.connect import open_reader

ROOT = Path(__file__).resolve().parents[2]
READ_EVERY = 2.0  # seconds
OUTCOMES = "a run's outcomes are not its URLs"
CONSISTENT = {
    "articles twice": "SELECT count(*) <> count(DISTINCT article_id) FROM articles",
    "articles without their revision": "SELECT count(*) FROM articles ANTI JOIN revisions USING (article_id, revision)",
    "matches of no article": "SELECT count(*) FROM matches ANTI JOIN articles USING (article_id)",
    OUTCOMES: f"SELECT count(*) FROM ({WRONG[OUTCOMES]})",
}


@dataclass
class Reader:
    """What the process reported when it ended."""

    reads: int = 0
    errors: list[str] = field(default_factory=list)


@contextmanager
def reading(config: Path) -> Iterator[Reader]:
    """Run the process during the block, for the warehouse of a watchlist; what it saw is there after the block."""
    reader = Reader()
    command = [sys.executable, "-m", "benchmarks.unattended.reader", str(config)]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield reader
    finally:
        said, _ = process.communicate(timeout=120)
        try:
            answer = json.loads(said)
            reader.reads, reader.errors = answer["reads"], answer["errors"]
        except ValueError:
            reader.errors = [f"the reader ended with {process.returncode}"]


def main(config: Path) -> None:
    warehouse = load_watchlist(config).warehouse
    os.nice(5)  # it is not to be in the way of the clock of the runs
    reads, errors = 0, []
    while not select.select([sys.stdin], [], [], READ_EVERY)[0]:
        try:
            with open_reader(warehouse) as con:
                for words, query in CONSISTENT.items():
                    reads += 1
                    if con.execute(query).fetchall() not in ([(0,)], [(False,)]):
                        errors.append(words)
        except WarehouseMissing:
            continue
        except (NewslakeError, duckdb.Error) as error:
            errors.append(f"{type(error).__name__}: {error}")
    print(json.dumps({"reads": reads, "errors": errors}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
