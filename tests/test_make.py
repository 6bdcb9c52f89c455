"""What `make` answers to a Python that newslake does not run on, and that all files promise the same versions."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def promised() -> list[str]:
    found = re.search(r"^PYTHONS := (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.M)
    assert found
    return found[1].split()


def make(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    """Run `make PYTHON=…` in a copy of what it reads, without a virtual environment."""
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    return subprocess.run(
        ["make", "-C", str(folder), f"PYTHON={python}"], capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("version", ["2.7", "3.10", "3.15"])
def test_make_names_the_versions_that_it_accepts(tmp_path: Path, version: str) -> None:
    other = tmp_path / "other"
    claim = f"import sys; sys.version_info = {(*map(int, version.split('.')), 0)}"
    other.write_text(f'#!/bin/sh\nexec {sys.executable} -c "{claim}\n$2"\n')
    other.chmod(0o755)
    done = make(tmp_path, str(other))
    assert done.returncode == 2
    assert f"newslake runs on Python {' '.join(promised())}, and {other} is {version}." in done.stderr
    assert "Next: make PYTHON=python3.12" in done.stderr
    assert "Traceback" not in done.stderr and not (tmp_path / ".venv").exists()


def test_make_says_that_there_is_no_such_python(tmp_path: Path) -> None:
    done = make(tmp_path, "python3.99")
    assert done.returncode == 2 and "There is no python3.99. Next: make PYTHON=python3.12" in done.stderr


def test_all_files_promise_the_same_versions() -> None:
    first, last = promised()[0], promised()[-1]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["requires-python"] == f">={first},<3.{int(last.removeprefix('3.')) + 1}"
    assert project["tool"]["mypy"]["python_version"] == first
    assert f"Python {first} to {last}" in (ROOT / "README.md").read_text("utf-8")
