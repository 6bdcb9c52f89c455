"""Who may know whom: the import rules of the house, read from the source and from a bare interpreter."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("newslake", "spiders", "warehouse", "flows")
FORBIDDEN = {
    "newslake": {"spiders", "warehouse", "flows"},
    "spiders": {"warehouse", "flows"},
    "warehouse": {"spiders", "flows"},
    "flows": set(),
}
# What outside tests are written with stands above all rooms, and none of them knows it.
FACADE = ROOT / "newslake" / "testing"
# So does `newslake.connect`. Programs shall find it under the name of the project, so `newslake/__init__.py` names its home; it
# loads that only when it is asked for, and tells type checkers of it. No room may ask for it.
NAMES_CONNECT = ROOT / "newslake" / "__init__.py"
# The pure middle: canonicalise, read lists of links, clean, match, fingerprint, rows.
PURE = (
    "newslake.decoding",
    "newslake.scripts",
    "newslake.dates",
    "newslake.dates.reader",
    "spiders",
    "spiders.urls",
    "spiders.urls.parts",
    "spiders.urls.canonical",
    "spiders.sources",
    "spiders.listings",
    "spiders.listings.model",
    "spiders.listings.feeds",
    "spiders.listings.sitemaps",
    "spiders.listings.sections",
    "spiders.listings.autodiscovery",
    "spiders.urls.tracking",
    "spiders.listings.values",
    "spiders.listings.decoding",
    "spiders.listings.html",
    "spiders.urls.article_shape",
    "spiders.warc",
    "spiders.warc.model",
    "spiders.warc.read",
    "spiders.warc.write",
    "newslake.revisits",
    "spiders.walls",
    "spiders.urls.traps",
    "spiders.listings.rediscovery",
    "flows.clean.decode",
    "flows.clean.extract",
    "flows.clean.lexicon",
    "flows.topics",
    "flows.refine.repeated_lines",
    "flows.reports.diff",
    "flows.watchlist.schedule",
    "flows.schedule.due",
    "flows.refine.uniform",
    "flows.reports.health",
    "warehouse.records",
    "warehouse.similarity.shingles",
    "warehouse.similarity.compare",
    "warehouse.load.revisions.edits",
    "warehouse.load.decide",
    "warehouse.similarity.stories",
    "warehouse.load.health",
)


def imported(file: Path) -> set[str]:
    """Top-level packages that a file imports anywhere, also inside functions."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


@pytest.mark.parametrize("room", ROOMS)
def test_rooms_know_only_who_they_stand_on(room: str) -> None:
    files = [file for file in (ROOT / room).rglob("*.py") if FACADE not in file.parents]
    assert files
    for file in files:
        known = imported(file) & FORBIDDEN[room]
        assert not known or (file, known) == (NAMES_CONNECT, {"flows"}), f"{file.relative_to(ROOT)} knows a room it must not know"


def test_newslake_alone_loads_no_other_room() -> None:
    assert loaded_with("newslake", "flows", "spiders", "warehouse", "duckdb", "pydantic") == []
    assert set(loaded_with("newslake; newslake.connect", "flows", "duckdb", "prefect", "scrapy")) == {"flows", "duckdb"}


def test_no_room_knows_the_facade() -> None:
    for file in (file for room in ROOMS for file in (ROOT / room).rglob("*.py") if FACADE not in file.parents):
        text = file.read_text("utf-8")
        if file != NAMES_CONNECT:
            assert "newslake.testing" not in text, f"{file.relative_to(ROOT)} knows what stands above it"
        assert not re.search(r"from newslake import .*\bconnect\b|= newslake\.connect\(", text), (
            f"{file.relative_to(ROOT)} connects"
        )


def loaded_with(module: str, *packages: str) -> list[str]:
    """Which of `packages` a bare interpreter has loaded once it has `module`."""
    code = f"import sys, {module}; print(*{set(packages)} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("module", PURE)
def test_the_pure_middle_needs_no_framework(module: str) -> None:
    assert loaded_with(module, "scrapy", "twisted", "prefect", "duckdb") == []


@pytest.mark.parametrize("module", ["spiders.crawl", "spiders.journal", "spiders.accounts"])
def test_the_parent_of_a_crawl_does_not_load_scrapy(module: str) -> None:
    assert loaded_with(module, "scrapy", "twisted") == []


def test_a_command_that_cleans_nothing_does_not_wait_for_what_cleans() -> None:
    assert loaded_with("flows.cli.app", "trafilatura", "htmldate", "scrapy", "prefect", "requests") == []


def test_what_is_loaded_is_seen() -> None:
    assert loaded_with("flows.clean.extract", "trafilatura", "scrapy") == ["trafilatura"]
