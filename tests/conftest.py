"""What all tests share."""

from __future__ import annotations

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that ask for the most time first: one that is begun last keeps one worker at it while the other is idle.

    `make test` has pytest-xdist keep this order; its own begins with the files of the most tests.
    """
    asked: dict[Path, float] = defaultdict(float)
    for item in items:
        mark = item.get_closest_marker("timeout")
        asked[item.path] = max(asked[item.path], float(mark.args[0]) if mark else 0.0)
    items.sort(key=lambda item: asked[item.path], reverse=True)
