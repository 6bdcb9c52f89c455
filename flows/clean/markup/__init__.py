"""Repair the markup of pages before and after it is parsed."""
