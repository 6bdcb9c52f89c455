"""The wheel as a user installs it: in a bare environment, without the checkout, `newslake demo` collects and answers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("newslake", "spiders", "flows", "warehouse")
# Without what would let the checkout or another installation be imported.
BARE = {
    name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PREFECT_", "NEWSLAKE_", "VIRTUAL_ENV"))
}


def run(*command: str | Path, cwd: Path, seconds: float = 300) -> str:
    done = subprocess.run(
        list(map(str, command)), cwd=cwd, env=BARE, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds
    )
    assert done.returncode == 0, f"{command}: {done.stdout[-2000:]}{done.stderr[-4000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what git has, without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    run(sys.executable, "-m", "hatchling", "build", "--target", "wheel", cwd=folder)
    (built,) = (folder / "dist").glob("*.whl")
    return built


def test_the_wheel_holds_every_file_of_the_packages_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
    files = {
        file.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for file in (ROOT / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert held == files
    for kind in (".sql", ".toml", ".html"):
        assert any(name.endswith(kind) for name in held), kind


@pytest.mark.timeout(900)
def test_the_demo_runs_from_the_wheel_without_the_checkout(wheel: Path, tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    run(sys.executable, "-m", "venv", bare, cwd=tmp_path)
    pip = [bare / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    run(*pip, "--require-hashes", "-r", ROOT / "requirements.lock", cwd=tmp_path, seconds=600)
    run(*pip, wheel, cwd=tmp_path)
    where = run(bare / "bin" / "python", "-c", "import flows, newslake; print(flows.__path__, newslake.__file__)", cwd=tmp_path)
    assert str(ROOT) not in where and where.count(str(bare)) == 2
    shown = run(bare / "bin" / "newslake", "demo", "--prefect", "--folder", "demo", cwd=tmp_path)
    assert "Second collection" in shown and "SELECT title, sources, copies FROM stories" in shown
    rows = run(
        bare / "bin" / "newslake",
        "sql",
        "-c",
        "demo/watchlist.toml",
        "--format",
        "csv",
        "SELECT count(*) FROM articles",
        cwd=tmp_path,
    )
    assert int(rows.split()[-1]) > 20
