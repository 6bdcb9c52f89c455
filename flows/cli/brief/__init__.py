"""Commands that tell what is new: briefs and alerts."""
