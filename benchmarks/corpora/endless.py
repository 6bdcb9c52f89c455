"""Load runs of a thousand new articles, one after another, until the process is ended.

    python benchmarks/corpora/endless.py WATCHLIST

Prints the seconds of each load.
"""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.corpora.loading import batches, seconds  # noqa: E402
from flows.watchlist import load_watchlist  # noqa: E402

ROUNDS = 10  # runs that are made at a time


def main() -> None:
    location = load_watchlist(Path(sys.argv[1])).warehouse
    for first in count(step=ROUNDS):
        for batch in batches(ROUNDS, first):
            print(round(seconds(location, batch)[0], 2), flush=True)


if __name__ == "__main__":
    main()
