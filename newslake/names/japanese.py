"""Find names in Japanese: what stands before titles, and endings of places and organisations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from newslake.names.dense import known_places, ships, short_organisations
from newslake.names.model import Found, Kind
from newslake.names.words import listed

_UNITS = "都道府県市区町村"
_PLACE = re.compile(
    r"(?<![一-龥々ヶ])(?:[一-龥々ヶ]{1,4}|[ぁ-ん]{2,6}|[ぁ-ん]{0,6}[一-龥々]{1,4}|[一-龥々]{1,3}[ぁ-ん]{1,3})(?<!同)(?<!両)(?<!各)[都府県市区町村](?![一-龥々])"
)
_PREFECTURE = re.compile(rf"(?<![一-龥々])(?P<name>[一-龥]{{2,3}}[都道府県])(?:[一-龥々ぁ-んヶ]{{1,6}}?[{_UNITS}])?")
_WARD = re.compile(r"(?P<city>[一-龥]{2,3}[市都])(?P<ward>[一-龥々]{1,4}区)(?![一-龥々])")
_NOT = re.compile(
    r"^(?:地区|都市|同市|市区|全県|他県|県市|校区|学区|区市|下町|城下町|港町|農村|市町村|道府県|都道府県|都府県|政令市|市|県|区|町|村|近畿|首都|大都市|町村)$|[のはがをにでとやへもから]"
)
_KINDS_OF = ("同", "各", "両", "元", "他", "全国", "国内", "海外", "大手", "地元", "民間", "外国", "私立", "国立", "公立")
_NO_COMPANIES = ("同社", "会社", "各社", "両社", "他社", "与党", "野党", "神社")


def found_in_japanese(title: str, text: str) -> list[Found]:
    """Return the names that a text shows."""
    whole = f"{title}\n{text}"
    found: dict[tuple[Kind, str], Found] = {}
    for one in (
        *_persons(whole),
        *_organisations(whole),
        *_places(whole),
        *ships(whole, "japanese"),
        *short_organisations(whole),
    ):
        if one.kind is not Kind.PLACE or (Kind.PERSON, one.name) not in found:
            found.setdefault((one.kind, one.name), one).forms.update(one.forms)
    return list(found.values())


@cache
def _titled() -> re.Pattern[str]:
    titles = "|".join(sorted(listed("japanese", "titles"), key=len, reverse=True))
    between = "|".join(listed("japanese", "between"))
    return re.compile(
        rf"(?<![一-龥々ァ-ヶー・])(?P<name>[一-龥々]{{2,6}}?|[ァ-ヶー]{{2,12}}(?:・[ァ-ヶー]{{1,12}})*)(?:{between})?(?:{titles})(?![一-龥々])"
    )


def _persons(whole: str) -> Iterator[Found]:
    no_names = listed("japanese", "no_names")
    places = known_places("japanese")
    names = set()
    for match in _titled().finditer(whole):
        name = re.sub("^(?:元|前|同|故)", "", match["name"])
        is_no_name = name in no_names or name in places or name.endswith(tuple(word for word in no_names if len(word) > 1))
        if len(name) > 1 and not is_no_name and not name.startswith(("同", "両", "各")):
            names.add(name)
    for name in sorted(names, key=len, reverse=True):
        longer = [other for other in names if other != name and other.startswith(name)]
        if not longer:
            forms = {short for short in names if short != name and name.startswith(short)}
            yield Found(Kind.PERSON, name, forms)


@cache
def _organisation() -> re.Pattern[str]:
    ends = "|".join(sorted(listed("japanese", "organisation_ends"), key=len, reverse=True))
    return re.compile(
        rf"(?:株式会社(?P<after>[ァ-ヶー一-龥A-Za-z]{{2,12}})|(?<![一-龥々ァ-ヶーA-Za-z])(?P<before>[一-龥々ァ-ヶーA-Za-z]{{2,12}}?(?:{ends})))(?![一-龥々ァ-ヶー])"
    )


def _organisations(whole: str) -> Iterator[Found]:
    refused = listed("japanese", "no_organisations")
    for name in listed("japanese", "organisations"):
        if name in whole:
            yield Found(Kind.ORGANISATION, name)
    for match in _organisation().finditer(whole):
        name = match["after"] or match["before"]
        if name not in refused and not name.startswith(_KINDS_OF) and not name.endswith(_NO_COMPANIES):
            yield Found(Kind.ORGANISATION, name)


def _places(whole: str) -> Iterator[Found]:
    known = known_places("japanese")
    for match in re.finditer(r"[ァ-ヶー・]{2,}", whole):
        if match.group() in known:
            yield Found(Kind.PLACE, match.group())
    for name in _known_in_han(whole, known):
        yield Found(Kind.PLACE, name)
    for match in (*_PLACE.finditer(whole), *_PREFECTURE.finditer(whole), *_WARD.finditer(whole)):
        groups = match.groupdict()
        name = groups.get("name") or groups.get("ward") or match.group()
        if not _NOT.search(re.sub(r"[都道府県市区町村]$", "", name)) and not _NOT.match(name) and len(name) > 1:
            yield Found(Kind.PLACE, name)


def _known_in_han(whole: str, known: frozenset[str]) -> set[str]:
    """Return known places that begin a stretch of characters, or fill it: inside others they are often parts of other words."""
    found = set()
    for match in re.finditer(r"[一-龥々]+", whole):
        stretch = match.group()
        for size in range(min(len(stretch), 6), 1, -1):
            if stretch[:size] in known:
                if size == len(stretch) or (
                    len(stretch) - size <= 3 and not re.match(r"[都道府県市区町村氏社党大語人系]", stretch[size:])
                ):
                    found.add(stretch[:size])
                break
    return found
