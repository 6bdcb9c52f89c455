"""The statements in `warehouse/sql`, by name."""

from __future__ import annotations

from importlib.resources import files


def statement(name: str) -> str:
    return (files("warehouse") / "sql" / f"{name}.sql").read_text("utf-8")
