"""Connections to DuckDB: open them, lock the warehouse, keep its schema up to date and translate errors."""

__all__ = ["connect", "durable", "errors", "lock", "migrate", "stage", "statements", "writer"]
