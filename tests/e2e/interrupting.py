"""A `newslake run` in a process of its own that gets a signal in the middle of its work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

# SIGINT is ignored where the tests run in a shell's background, and a child would inherit that. And DuckDB imports pandas where
# it is installed, as the tests need it; a Ctrl-C in that second is lost, and has to be repeated.
INTERRUPTIBLE = [
    sys.executable,
    "-c",
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); sys.modules['pandas'] = None\n"
    "from flows.cli import main; main()",
]


def interrupted(config: Path, when: str, number: int = signal.SIGKILL) -> subprocess.Popen[str]:
    """A run that gets a signal as soon as its journal holds `when`; all of its processes, where it is killed."""
    process = subprocess.Popen(
        [*INTERRUPTIBLE, "run", "--plain", "--config", str(config)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    deadline = time.monotonic() + 60
    while not any(when in journal.read_text("utf-8") for journal in config.parent.glob("data/state/runs/*/crawl/journal.jsonl")):
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.005)
    if number == signal.SIGKILL:
        for child in psutil.Process(process.pid).children(recursive=True):
            child.kill()
    os.kill(process.pid, number)
    return process
