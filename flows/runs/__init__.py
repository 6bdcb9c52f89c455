"""A run under way: its folder, its account of URLs, its frontier, and runs that are set aside."""

__all__ = ["account", "captures", "folder", "frontier", "memory", "progress", "set_aside"]
