"""The formats of an answer, and what an answer is to those who print it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Protocol


class Answer(Protocol):
    """Columns and rows to be printed: those of a statement, or of another command."""

    @property
    def headers(self) -> list[str]: ...

    def rows(self, most: int | None = None) -> Iterator[tuple[Any, ...]]: ...


class Format(StrEnum):
    """How an answer is written."""

    TABLE = "table"
    BOX = "box"
    CSV = "csv"
    JSON = "json"
    JSONL = "jsonl"
    MARKDOWN = "markdown"
    HTML = "html"
    PARQUET = "parquet"
    XLSX = "xlsx"


# These are drawn for the width of a screen; all others are for files, too, and the last two for files only.
DRAWN = frozenset({Format.TABLE, Format.BOX})
FILES_ONLY = frozenset({Format.PARQUET, Format.XLSX})
ENDINGS = {
    ".csv": Format.CSV,
    ".json": Format.JSON,
    ".jsonl": Format.JSONL,
    ".md": Format.MARKDOWN,
    ".html": Format.HTML,
    ".parquet": Format.PARQUET,
    ".xlsx": Format.XLSX,
}
