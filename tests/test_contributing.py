"""CONTRIBUTING.md leads to files that exist, and describes every folder and file of the code."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
WRITTEN = TEXT.partition("<!-- files -->")[0]
TOP = ("newslake", "spiders", "flows", "warehouse", "benchmarks", "tests", "docs")
# A path in backquotes or in the picture; those with a capital stand for a name to choose, such as `benchmarks/NAME.py`.
PATHS = sorted(set(re.findall(rf"(?<![\w/])(?:{'|'.join(TOP)})/[a-z0-9_./-]*", WRITTEN)) - {f"{top}/" for top in TOP})
MAP = re.findall(r"^\| .+ \| `([a-z/_]+/)` \| (.+) \|$", WRITTEN, re.M)


@pytest.fixture(scope="module")
def generator() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "docs" / "generate_contributing.py"))


@pytest.mark.parametrize("path", PATHS)
def test_a_path_leads_to_something(path: str) -> None:
    place = ROOT / path.rstrip(".")
    assert place.is_dir() if path.endswith("/") else place.exists(), f"there is no {path}"


def test_what_stands_beside_the_packages_is_there() -> None:
    table = WRITTEN.partition("### Beside the packages")[2].partition("\n## ")[0]
    names = re.findall(r"^\| `([^`]+)`", table, re.M)
    assert len(names) > 5
    assert [name for name in names if not (ROOT / name).exists()] == []


def test_the_map_answers_in_two_steps() -> None:
    assert len(MAP) >= 20
    for folder, answer in MAP:
        files = re.findall(r"`([a-z_/]+\.[a-z]+)`", answer)
        assert files, answer
        assert files[0].rpartition("/")[0] + "/" == folder or not files[0].startswith(folder), answer


def test_the_list_of_files_is_up_to_date(generator: dict[str, Any]) -> None:
    assert generator["contributing"]() == TEXT, "run: python docs/generate_contributing.py"


def test_every_folder_of_the_code_is_described(generator: dict[str, Any]) -> None:
    assert [folder.name for folder in generator["packages"]() if not generator["described"](folder)] == [], (
        "say it in its __init__.py"
    )
    for folder in {file.parent for top in TOP[:5] for file in (ROOT / top).rglob("*.py")}:
        assert f"#### `{folder.relative_to(ROOT).as_posix()}/`\n" in TEXT


def test_every_file_of_the_code_says_what_it_is_for(generator: dict[str, Any]) -> None:
    files = [file for top in TOP[:5] for file in (ROOT / top).rglob("*") if file.suffix in {".py", ".sql"}]
    assert len(files) > 150
    silent = [str(file.relative_to(ROOT)) for file in files if file.name != "__init__.py" and not generator["purpose"](file)]
    assert silent == []
