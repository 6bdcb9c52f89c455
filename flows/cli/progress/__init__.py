"""Live progress on the error console, one module for each kind of work."""

from flows.cli.progress.backfill import BackfillProgress
from flows.cli.progress.collection import LiveProgress, live_progress

__all__ = ["BackfillProgress", "LiveProgress", "live_progress"]
