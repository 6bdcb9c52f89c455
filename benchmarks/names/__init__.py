"""Measure the names that are found in texts."""
