"""Answers of columns and rows: what they are, and how they are written, on whatever they are shown."""
