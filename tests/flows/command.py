"""The command `newslake` as a user starts it: a process of its own, with a wide terminal and no colours."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

COMMAND = [sys.executable, "-m", "flows.cli"]
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "NEWSLAKE_"))} | {
    "COLUMNS": "220",
    "NO_COLOR": "1",
    "TERM": "dumb",
    "PYTHONPATH": str(Path(__file__).resolve().parents[2]),
}
Done = subprocess.CompletedProcess[str]


def newslake(*arguments: str | Path, stdin: str | None = None, cwd: Path | None = None, seconds: float = 120) -> Done:
    """Run a command to its end. No input of a user's may ever show them a traceback."""
    given = {"input": stdin} if stdin is not None else {"stdin": subprocess.DEVNULL}
    done = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=ENVIRONMENT,
        timeout=seconds,
        check=False,
        **given,  # type: ignore[call-overload]
    )
    assert "Traceback" not in done.stderr + done.stdout, done.stderr + done.stdout
    return done
