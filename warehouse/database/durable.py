"""Sync new data files to disk before a commit: DuckDB writes Parquet files without doing so."""

from __future__ import annotations

from pathlib import Path

from newslake.disk import sync

# The clock of a file system can lag behind by a tick.
SLACK = 2.0  # seconds


def sync_new_files(folder: Path, since: float) -> None:
    """Sync files created below `folder` since then (seconds since the epoch), then the folders that name them.

    Otherwise, after a power failure, a committed catalog could name files that are empty.
    """
    newest = since - SLACK
    for place in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        if place.stat().st_mtime < newest:  # a new file changes its folder
            continue
        for file in place.iterdir():
            if file.is_file() and file.stat().st_mtime >= newest:
                sync(file)
        sync(place)
