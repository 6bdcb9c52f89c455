"""Processes of our own that end with their parent: how they find these modules, and how they learn that it is gone."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def environment(base: Mapping[str, str]) -> dict[str, str]:
    """The environment in which `python -m` finds these modules, wherever it is started."""
    roots = [str(Path(__file__).resolve().parents[1]), base.get("PYTHONPATH", "")]
    return {**base, "PYTHONPATH": os.pathsep.join(filter(None, roots))}


def wait_for_the_end() -> None:
    """Wait until standard input closes, which the parent does to stop this process, and the system when the parent dies.

    Not through `sys.stdin`, whose lock a waiting thread would hold against the interpreter's end.
    """
    while os.read(0, 1024):
        pass
