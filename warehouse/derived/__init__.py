"""Derive facts from texts: with each load, and for what was loaded before they were derived."""
