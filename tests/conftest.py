"""What all tests share: options, tiers and the order in which they run.

Three tiers. `make check` runs those marked `pure`, which start no process, open no warehouse and serve no site. `make test` runs
all but those marked `e2e`: all of tests/e2e (kills, Prefect, `newslake serve`, whole corpora) and the second catalogs of some
fixtures. `make test-all` runs everything, and every test that takes `location` on each catalog.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import settings

# How long an example takes is for the benchmarks to say; on a busy machine any may take long.
settings.register_profile("newslake", deadline=None)
settings.load_profile("newslake")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--every-catalog",
        action="store_true",
        help="run every test that takes `location` on each of the three catalogs, not only those marked every_catalog",
    )


def pytest_configure(config: pytest.Config) -> None:
    # two workers that import trafilatura cost more than the few pages of a test; test_refine_pool.py has them
    os.environ["NEWSLAKE_WORKERS"] = "0"


# What a test module imports that makes it more than a check of functions.
_COSTLY = re.compile(
    r"^\s*(?:from|import) (?:subprocess|multiprocessing|benchmarks|newslake\.testing|warehouse\.database"
    r"|flows\.(?:demo|collect|serve|backfill|refine\.pool import .*worker_pool)"
    r"|tests\.(?:flows\.command|e2e|spiders\.crawling|warehouse))\b",
    re.MULTILINE,
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the pure tests, and put the files that ask for the most time first.

    One that is begun last keeps one worker at it while the other is idle. `make test` has pytest-xdist keep this order; its own
    begins with the files of the most tests.
    """
    asked: dict[Path, float] = defaultdict(float)
    pure: dict[Path, bool] = {}
    for item in items:
        if item.path not in pure:
            pure[item.path] = not _COSTLY.search(item.path.read_text("utf-8"))
        if item.nodeid.startswith("tests/e2e/"):
            item.add_marker("e2e")
        elif pure[item.path]:
            item.add_marker("pure")
        mark = item.get_closest_marker("timeout")
        asked[item.path] = max(asked[item.path], float(mark.args[0]) if mark else 0.0)
    items.sort(key=lambda item: asked[item.path], reverse=True)
