"""The readers of dates that `benchmarks/dates.py` compares, each reading strings in a fresh process of its own.

    python benchmarks/peers/dates.py NAME FILE

FILE holds a JSON string a line. Prints a JSON object: `read`, what was read from each in ISO 8601, or null; and `cpu_us`, the
CPU that a string took in microseconds. What a process loads once is loaded before. Each string is read once, because some readers
remember what they read.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

Reader = Callable[[str], str | None]


def newslake() -> Reader:
    sys.path.insert(0, str(ROOT))
    from newslake.dates import read

    def reader(text: str) -> str | None:
        found = read(text, epoch=False)
        return found.when.isoformat() if found else None

    return reader


def dateparser() -> Reader:
    import dateparser as peer

    def reader(text: str) -> str | None:
        found = peer.parse(text)
        return found.isoformat() if found else None

    return reader


def dateutil() -> Reader:
    from dateutil import parser

    def reader(text: str) -> str | None:
        try:
            return parser.parse(text).isoformat()
        except (ValueError, OverflowError, TypeError):
            return None

    return reader


def htmldate() -> Reader:
    """Read with what htmldate applies to the text of elements; it knows days only."""
    from datetime import datetime

    from htmldate.extractors import try_date_expr

    def reader(text: str) -> str | None:
        return try_date_expr(text, "%Y-%m-%d", True, datetime(1900, 1, 1), datetime(2600, 1, 1))  # type: ignore[no-any-return,unused-ignore] # noqa: DTZ001

    return reader


SYSTEMS: dict[str, Callable[[], Reader]] = {
    "newslake": newslake,
    "dateparser": dateparser,
    "dateutil": dateutil,
    "htmldate": htmldate,
}
PEERS = ("dateparser", "dateutil", "htmldate")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=SYSTEMS)
    parser.add_argument("file", type=Path)
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    texts = [json.loads(line) for line in asked.file.read_text("utf-8").splitlines()]
    reader = SYSTEMS[asked.name]()
    reader("20 November 2026, 10:05")
    began = time.process_time()
    read = [reader(text) for text in texts]
    print(json.dumps({"read": read, "cpu_us": (time.process_time() - began) / max(1, len(texts)) * 1e6}))


if __name__ == "__main__":
    main()
