"""Measurements of outlets that are made to harm."""
