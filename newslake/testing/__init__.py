"""Test newslake's reading of your own pages: a façade above all packages, which nothing else imports."""

from newslake.testing.golden import GoldenPage, golden_pages

__all__ = ["GoldenPage", "golden_pages"]
