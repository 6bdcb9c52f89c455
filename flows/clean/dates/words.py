"""Load the words that dates are written with, once for all modules that read dates."""

from __future__ import annotations

from flows.clean.lexicon import load_lexicon

__all__ = ["DATES"]

DATES = load_lexicon(
    "dates",
    *("months", "morning", "afternoon", "morning_behind", "afternoon_behind", "hour_behind", "between"),
    *("modified", "small_print", "joined", "posted", "labels"),
)
