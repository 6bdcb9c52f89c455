"""Start child processes that find these modules and end with their parent."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path


def environment(base: Mapping[str, str]) -> dict[str, str]:
    """Return `base` with a PYTHONPATH with which `python -m` finds these modules from any working directory."""
    roots = [str(Path(__file__).resolve().parents[1]), base.get("PYTHONPATH", "")]
    return {**base, "PYTHONPATH": os.pathsep.join(filter(None, roots))}


def wait_for_the_end() -> None:
    """Wait until standard input closes: the parent closes it to stop this process, the system when the parent dies.

    Reads the descriptor and not `sys.stdin`, whose lock a waiting thread would hold when the interpreter shuts down.
    """
    while os.read(0, 1024):
        pass
