"""Take the names of months, weekdays and halves of the day from Unicode CLDR, through babel: `python -m newslake.dates.cldr`.

Reading dates needs the names of all languages at once. Loading sixty locales takes babel half a second in each process, so the
names are taken once and kept in `names.json`; a test says when babel knows others.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

__all__ = ["LANGUAGES", "NAMES", "ZONES", "from_babel", "main"]

NAMES = Path(__file__).with_name("names.json")

# Languages of outlets, each with the locales whose names differ: written forms, regions, alphabets.
LANGUAGES: dict[str, tuple[str, ...]] = {
    "en": ("en", "en_GB", "en_AU", "en_CA"), "de": ("de", "de_AT"), "pt": ("pt", "pt_PT"), "es": ("es", "es_MX"),
    "ar": ("ar", "ar_LB", "ar_SA", "ar_DZ", "ar_MA", "ar_TN"), "sr": ("sr", "sr_Latn"), "zh": ("zh", "zh_Hant"),
    "no": ("nb", "nn"), "uz": ("uz", "uz_Cyrl"), "az": ("az",), "bs": ("bs", "bs_Cyrl"),
    **{code: (code,) for code in (
        "af", "be", "bg", "bn", "ca", "cs", "cy", "da", "el", "et", "eu", "fa", "fi", "fil", "fr", "ga", "gl", "gu", "he", "hi",
        "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "km", "kn", "ko", "ky", "lo", "lt", "lv", "mk", "ml", "mn", "mr",
        "ms", "my", "ne", "nl", "pa", "pl", "ps", "ro", "ru", "si", "sk", "sl", "sq", "sv", "sw", "ta", "te", "th", "tr",
        "uk", "ur", "vi",
    )},
}  # fmt: skip
# The zones of outlets that name theirs in words, with the names that CLDR gives them.
ZONES = {
    "UTC": "GMT", "Europe/Moscow": "Moscow", "Asia/Seoul": "Korea", "Asia/Tokyo": "Japan", "Asia/Shanghai": "China",
    "Europe/Berlin": "Europe_Central", "Europe/Athens": "Europe_Eastern", "Asia/Kolkata": "India",
    "America/New_York": "America_Eastern",
    "America/Los_Angeles": "America_Pacific", "Asia/Riyadh": "Arabian", "Asia/Jerusalem": "Israel", "Asia/Tehran": "Iran",
    "Asia/Jakarta": "Indonesia_Western", "Asia/Bangkok": "Indochina", "America/Sao_Paulo": "Brasilia",
}  # fmt: skip
_WIDTHS = ("wide", "abbreviated", "short")
_DAY = 24 * 60


def from_babel() -> dict[str, dict[str, Any]]:
    """Return per language: twelve lists of names of months, seven of weekdays from Monday on, and ranges of minutes by period."""
    from babel import Locale, localedata

    found: dict[str, dict[str, Any]] = {}
    for language, locales in sorted(LANGUAGES.items()):
        months: list[dict[str, None]] = [{} for _ in range(12)]
        weekdays: list[dict[str, None]] = [{} for _ in range(7)]
        periods: dict[str, set[tuple[int, int]]] = {}
        zones: dict[str, set[str]] = {}
        for name in locales:
            importlib.reload(localedata)  # else names of one locale appear in those that are loaded after it
            locale = Locale.parse(name)
            for forms in (locale.months, locale.days):
                names, first = (months, 1) if forms is locale.months else (weekdays, 0)
                for context in ("format", "stand-alone"):
                    for width in _WIDTHS:
                        for number, said in forms.get(context, {}).get(width, {}).items():
                            if any(map(str.isalpha, said)):
                                names[number - first][said] = None
            for zone, said in _zones(locale):
                zones.setdefault(zone, set()).add(said)
            for period, said in _periods(locale):
                periods.setdefault(said, set()).update(_ranges(locale, period))
        found[language] = {
            "months": [list(names) for names in months],
            "weekdays": [list(names) for names in weekdays],
            "zones": {zone: sorted(names) for zone, names in zones.items()},
            "periods": {said: sorted(ranges) for said, ranges in sorted(periods.items()) if ranges},
        }
    return found


def _periods(locale: Any) -> Iterable[tuple[str, str]]:
    for context in locale.day_periods.values():
        for width in ("wide", "abbreviated"):
            for period, said in context.get(width, {}).items():
                if any(map(str.isalpha, said)):
                    yield period, said


def _zones(locale: Any) -> Iterable[tuple[str, str]]:
    """Yield the names in words of standard and summer time, without those of one word, which name the place alone."""
    for zone, metazone in ZONES.items():
        for said in locale.meta_zones.get(metazone, {}).get("long", {}).values():
            if len(said.split()) > 1 or not said.isascii():
                yield zone, said
    if utc := locale.time_zones.get("Etc/UTC", {}).get("long", {}).get("standard"):
        yield "UTC", utc


def _ranges(locale: Any, period: str) -> list[tuple[int, int]]:
    """Return when a period of the day is, in minutes since midnight."""
    if period in ("am", "pm"):
        return [(0, _DAY // 2) if period == "am" else (_DAY // 2, _DAY)]
    ranges = []
    for rule in locale.day_period_rules.get(None, {}).get(period, []):
        if "at" in rule:
            ranges.append((rule["at"] // 60, rule["at"] // 60 + 60))
        elif "from" in rule and "before" in rule:
            begin, end = rule["from"] // 60, rule["before"] // 60
            ranges += [(begin, end)] if begin < end else [(begin, _DAY), (0, end)]
    return [(begin % _DAY, end) for begin, end in ranges]


def main() -> None:
    """Write `names.json`."""
    lines = [f"{json.dumps(code)}: {json.dumps(names, ensure_ascii=False)}" for code, names in from_babel().items()]
    NAMES.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main()
