"""Remember what a forget is about to remove, until it is done: a forget that is killed is finished by the next one."""

from __future__ import annotations

from pathlib import Path

from newslake.disk import write_whole

_FILE = "forgetting.json"


def is_pending(state: Path) -> bool:
    """Return whether a forget is under way, or was interrupted."""
    return (state / _FILE).exists()


def write_pending(state: Path, data: bytes) -> None:
    """Remember what is to be removed. Raises OSError."""
    write_whole(state / _FILE, data)


def read_pending(state: Path) -> bytes | None:
    """Return what is to be removed; None if no forget was interrupted."""
    try:
        return (state / _FILE).read_bytes()
    except FileNotFoundError:
        return None


def remove_pending(state: Path) -> None:
    """Forget what was to be removed, now that it is, and what a process left that was killed while it wrote that."""
    (state / _FILE).unlink(missing_ok=True)
    (state / f"{_FILE}.new").unlink(missing_ok=True)
