"""Ids of runs: random UUIDs, and the names of their folders and captures."""

from __future__ import annotations

from uuid import UUID


def is_run_id(name: str) -> bool:
    """Whether a name is a run id as newslake writes it, and so belongs to newslake."""
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
