"""Test how newslake reads your own pages. This package stands above all others, and none of them imports it."""

from newslake.testing.golden import GoldenPage, golden_pages

__all__ = ["GoldenPage", "golden_pages"]
