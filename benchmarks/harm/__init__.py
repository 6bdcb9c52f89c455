"""Measurements of a hostile web: formats that are broken or odd, and outlets that are made to harm."""
