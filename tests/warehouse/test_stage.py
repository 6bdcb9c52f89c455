"""Rows in a temporary table: the same whether they are few, and given as parameters, or many, and given in Arrow."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import duckdb
import pytest

from warehouse.database.stage import CHUNK, FEW, stage

COLUMNS = {
    "id": "UUID",
    "title": "VARCHAR",
    "tags": "VARCHAR[]",
    "at": "TIMESTAMP WITH TIME ZONE",
    "number": "BIGINT",
    "numbers": "BIGINT[]",
    "small": "INTEGER",
    "share": "DOUBLE",
    "whether": "BOOLEAN",
    "data": "BLOB",
}
AT = datetime(2026, 11, 30, 12, 0, 0, 123456, UTC)
ROWS = [
    [UUID(int=1), "oil\0 \ud800 유가", ["a", "b\0"], AT, 2**62, [1, 2], -3, 0.5, True, b"\0\xff"],
    [UUID(int=2), "", [], AT, 0, [], 0, 0.0, False, b""],
    [None] * len(COLUMNS),
]
STORED = [
    (UUID(int=1), "oil ? 유가", ["a", "b"], AT, 2**62, [1, 2], -3, 0.5, True, b"\0\xff"),
    (UUID(int=2), "", [], AT, 0, [], 0, 0.0, False, b""),
    (None,) * len(COLUMNS),
]


@pytest.mark.parametrize("times", [0, 1, FEW // 3, FEW, 2 * CHUNK], ids=str)
def test_rows_are_stored_as_they_are(times: int) -> None:
    with duckdb.connect() as con:
        stage(con, "put", COLUMNS, (row for _ in range(times) for row in ROWS))
        assert con.execute("SELECT * FROM put").fetchall() == STORED * times
        described = con.execute("DESCRIBE put").fetchall()
        assert [(name, kind) for name, kind, *_ in described] == list(COLUMNS.items())


def test_rows_that_are_all_empty_keep_their_types() -> None:
    with duckdb.connect() as con:
        stage(con, "put", COLUMNS, [[None] * len(COLUMNS)])
        assert con.execute("SELECT * FROM put").fetchall() == [(None,) * len(COLUMNS)]


def test_a_time_without_a_zone_is_refused() -> None:
    with duckdb.connect() as con, pytest.raises(ValueError, match="has no time zone"):
        stage(con, "put", {"at": "TIMESTAMP WITH TIME ZONE"}, [[AT.replace(tzinfo=None)]])
