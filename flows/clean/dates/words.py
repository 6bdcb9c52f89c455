"""Load the words that stand beside dates, once for all modules that look for dates."""

from __future__ import annotations

from flows.clean.lexicon import load_lexicon

__all__ = ["DATES"]

DATES = load_lexicon("dates", "modified", "elsewhere", "small_print", "joined", "posted", "labels")
