"""List names of time zones with their offsets in hours ahead of UTC, for feeds and pages."""

from __future__ import annotations

__all__ = ["ABBREVIATIONS", "AMBIGUOUS", "PHRASES"]

# Abbreviations with one meaning, as feeds and pages write them. EST means UTC-5 in July too.
ABBREVIATIONS: dict[str, float] = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "SAST": 2, "EET": 2,
    "EEST": 3, "MSK": 3, "TRT": 3, "PKT": 5, "ICT": 7, "WIB": 7, "HKT": 8, "SGT": 8, "PHT": 8, "AWST": 8, "JST": 9, "KST": 9,
    "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "BRT": -3, "EDT": -4, "EST": -5, "CDT": -5, "MDT": -6, "MST": -7,
    "PDT": -7, "PST": -8,
}  # fmt: skip
# Abbreviations of several zones, with the one that news pages mean. In feeds, which machines anywhere write, they are ignored.
AMBIGUOUS: dict[str, float] = {"IST": 5.5, "CST": -6}
# Names of zones in words on pages, in lower case.
PHRASES: dict[str, float] = {
    "بتوقيت غرينتش": 0, "بتوقيت جرينتش": 0, "غرينتش": 0, "جرينتش": 0, "بتوقيت مكة المكرمة": 3, "بتوقيت مكة": 3, "بتوقيت موسكو": 3,
    "по гринвичу": 0, "по московскому времени": 3, "по москве": 3, "московского времени": 3, "мск": 3,
}  # fmt: skip
