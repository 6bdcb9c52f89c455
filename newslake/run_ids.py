"""Recognise ids of runs: UUIDs, which also name their folders and captures."""

from __future__ import annotations

from uuid import UUID


def is_run_id(name: str) -> bool:
    """Return whether a name is a run id as newslake writes it, so that the file or folder belongs to newslake."""
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
