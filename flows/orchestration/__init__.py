"""Prefect: its settings, its server, and keeping the server alive.

Nothing here imports Prefect itself, which takes seconds; `flows.orchestrate` does.
"""

__all__ = ["keeper", "process", "server", "settings"]
