"""Give the hours that names of time zones are ahead of UTC, for feeds and for pages alike."""

from __future__ import annotations

__all__ = ["ABBREVIATIONS", "AMBIGUOUS", "PHRASES"]

# Abbreviations that mean one zone, as feeds and pages write them. EST in July is what it says.
ABBREVIATIONS: dict[str, float] = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "SAST": 2, "EET": 2,
    "EEST": 3, "MSK": 3, "TRT": 3, "PKT": 5, "ICT": 7, "WIB": 7, "HKT": 8, "SGT": 8, "PHT": 8, "AWST": 8, "JST": 9, "KST": 9,
    "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "BRT": -3, "EDT": -4, "EST": -5, "CDT": -5, "MDT": -6, "MST": -7,
    "PDT": -7, "PST": -8,
}  # fmt: skip
# Those that mean several zones, with the one that news pages mean. Feeds are written by machines anywhere: there they mean none.
AMBIGUOUS: dict[str, float] = {"IST": 5.5, "CST": -6}
# How pages name a zone in words, in lower case.
PHRASES: dict[str, float] = {
    "بتوقيت غرينتش": 0, "بتوقيت جرينتش": 0, "غرينتش": 0, "جرينتش": 0, "بتوقيت مكة المكرمة": 3, "بتوقيت مكة": 3, "بتوقيت موسكو": 3,
    "по гринвичу": 0, "по московскому времени": 3, "по москве": 3, "московского времени": 3, "мск": 3,
}  # fmt: skip
