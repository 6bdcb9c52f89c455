"""Restrict a connection for SQL of unknown origin: what it can reach, and how much memory and disk it may take."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import duckdb

from newslake.errors import UsageError
from warehouse.location import Location

MEGABYTE = 1 << 20
LEAST_MEMORY, MOST_MEMORY = 256 * MEGABYTE, 4096 * MEGABYTE
MOST_ASKED = 1000**5
LEAST_ASKED = 128 * 1000**2  # bytes with which DuckDB still answers ordinary queries
MOST_SPILL = 20_480 * MEGABYTE
# Where Linux says how much memory a container may use.
CGROUPS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
# File systems that a warehouse on this machine does not need; data in a bucket do.
NETWORK = ("HTTPFileSystem", "S3FileSystem", "HuggingFaceFileSystem")


@dataclass(frozen=True)
class Limits:
    """What a query may take.

    Args:
        memory: bytes of memory; the usual share of the machine's if None.
        spill: where results go that do not fit into memory, if the folder can be written; else the system's temporary folder.
    """

    memory: int | None = None
    spill: Path | None = None

    @property
    def memory_bytes(self) -> int:
        return self.memory or usual_memory()


def bytes_of(size: str) -> int:
    """Return the bytes of a size such as 500MB, 2 GB or 1.5GiB.

    Raises:
        UsageError: it is no size, or less than a query needs.
    """
    form = re.fullmatch(r"\s*(\d{1,12}(?:\.\d+)?)\s*([MGT])(i?)B?\s*", size, re.I)
    found = int(float(form[1]) * (1024 if form[3] else 1000) ** (" MGT".index(form[2].upper()) + 1)) if form else 0
    if not LEAST_ASKED <= found <= MOST_ASKED:
        raise UsageError(f"{size!r} is no size from 128MB to 1000TB", left="nothing was run", next="--memory 2GB")
    return found


def usual_memory() -> int:
    """Return how much memory a query may use by default: a quarter of what there is, at most 4 GB."""
    there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    for file in CGROUPS:
        try:
            there = min(there, int(Path(file).read_text("ascii")))
        except (OSError, ValueError):  # another system; "max"
            continue
    return max(LEAST_MEMORY, min(MOST_MEMORY, there // 4))


def limit(con: duckdb.DuckDBPyConnection, limits: Limits, folder: Path) -> None:
    """Limit the memory of a connection, and what it writes to `folder` once that is used up: half of the free space there."""
    spill = min(MOST_SPILL, shutil.disk_usage(folder).free // 2)
    con.execute(f"SET memory_limit = '{limits.memory_bytes}B'")
    con.execute("SET temp_directory = ?", [str(folder)])
    con.execute(f"SET max_temp_directory_size = '{max(spill, MEGABYTE)}B'")


def close(con: duckdb.DuckDBPyConnection, location: Location) -> None:
    """Restrict the connection to the files of the warehouse; SQL cannot undo this."""
    if location.is_lake:
        con.execute("SET allowed_directories = ?", [[f"{location.data.rstrip('/')}/"]])
    if not location.remote_data:
        con.execute(f"SET disabled_filesystems = '{','.join(NETWORK)}'")
    con.execute("SET allow_community_extensions = false")
    con.execute("SET enable_external_access = false")
    con.execute("SET python_enable_replacements = false")  # a name in FROM is never a variable of this program
    con.execute("SET allowed_configs = ['TimeZone']")
    con.execute("SET lock_configuration = true")
