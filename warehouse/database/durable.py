"""What a commit rests on reaches the disk before it: DuckDB writes Parquet files and leaves the rest to the system."""

from __future__ import annotations

from pathlib import Path

from newslake.disk import sync

# File systems stamp files with a clock that runs up to a tick behind.
SLACK = 2.0  # seconds


def sync_new_files(folder: Path, since: float) -> None:
    """Write what was made below `folder` since then (seconds of the epoch) to the disk, files first, then their names.

    After a power cut a catalog that was committed would otherwise name files that are empty.
    """
    newest = since - SLACK
    for place in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        if place.stat().st_mtime < newest:  # a new file changes its folder
            continue
        for file in place.iterdir():
            if file.is_file() and file.stat().st_mtime >= newest:
                sync(file)
        sync(place)
