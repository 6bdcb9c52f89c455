"""What a process has used so far; needs nothing that is not Python's own, so that the peers can measure themselves with it."""

from __future__ import annotations

import resource
from pathlib import Path


def cpu() -> float:
    """Return the seconds of CPU of all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def peak_mb() -> int:
    """Return the most memory that the process ever had. Linux counts that of the parent in `ru_maxrss`, which this does not."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1]) // 1024
