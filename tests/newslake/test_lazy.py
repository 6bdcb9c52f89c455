"""Packages whose public names are loaded on first use."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module

import pytest

PACKAGES = (
    "spiders",
    "spiders.urls",
    "spiders.warc",
    "spiders.listings",
    "flows.clean",
    "flows.archives",
    "flows.reports",
    "flows.watchlist",
)


@pytest.mark.parametrize("package", PACKAGES)
def test_each_public_name_is_there(package: str) -> None:
    module = import_module(package)
    for name in module.__all__:
        assert getattr(module, name).__name__ == name
        assert name in vars(module), f"{name} is looked up again each time"


@pytest.mark.parametrize("package", PACKAGES)
def test_another_name_is_refused_as_python_does(package: str) -> None:
    with pytest.raises(AttributeError, match=rf"module '{package}' has no attribute 'nothing'"):
        import_module(package).nothing  # noqa: B018


@pytest.mark.parametrize("package", PACKAGES)
def test_importing_a_package_loads_none_of_its_libraries(package: str) -> None:
    slow = {"trafilatura", "luqum", "duckdb", "fastwarc", "warcio", "feedparser", "pebble", "pydantic", "httpx"}
    code = f"import sys, {package}; print(*{slow} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == [], done.stderr
