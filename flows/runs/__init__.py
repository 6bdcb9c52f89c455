"""Manage a run from start to load: its folder, its frontier, the outcome of each URL, and runs that are set aside."""

__all__ = ["account", "captures", "folder", "frontier", "memory", "progress", "set_aside"]
