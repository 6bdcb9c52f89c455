"""A wall clock that can be put forward, for a process and all that it starts.

Time passes for Python, DuckDB and SQLite alike, and no line of newslake knows of it. Durations (timeouts, delays) stay as they
are. Linux with glibc and a C compiler.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

FILE = "SOAK_CLOCK"  # the variable that names the clock's file, see clock.c


def compiler() -> str | None:
    return shutil.which("cc") if sys.platform == "linux" else None


def environment(folder: Path) -> dict[str, str]:
    """Return the environment variables for a process that is to use the clock in `folder`."""
    found = compiler()
    if found is None:
        sys.exit("a clock that can be put forward needs Linux and a C compiler (cc): apt-get install gcc")
    library, file = folder / "clock.so", folder / "clock"
    source = Path(__file__).with_suffix(".c")
    subprocess.run([found, "-shared", "-fPIC", "-O2", "-o", str(library), str(source), "-ldl", "-lpthread"], check=True)
    file.write_bytes(struct.pack("=q", 0))
    return {"LD_PRELOAD": " ".join(filter(None, [str(library), os.environ.get("LD_PRELOAD")])), FILE: str(file)}


def forward(seconds: int) -> None:
    """Put the clock forward, at once and for all processes that use it."""
    with Path(os.environ[FILE]).open("r+b") as file:  # in place, since they have it mapped
        (ahead,) = struct.unpack("=q", file.read(8))
        file.seek(0)
        file.write(struct.pack("=q", ahead + seconds))
