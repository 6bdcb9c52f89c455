"""Find names in Chinese: surnames between titles and verbs, foreign names with a middle dot, endings of organisations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from newslake.names.dense import known_places, ships, short_organisations
from newslake.names.model import Found, Kind
from newslake.names.words import listed, lists

_FOREIGN = re.compile(
    r"(?P<name>[一-龥]{1,6}(?:[·・•‧?][一-龥]{1,6}?){1,3})"
    r"(?=说|說|表示|称|稱|指出|强调|强調|认为|宣布|研究|先生|女士|等|的|在|和|与|与|是|将|曾|已|对|则|也|还|星|卫星|[^一-龥·・•‧?]|$)"
)
_WITH_LATIN = re.compile(r"(?P<name>[一-龥]{1,5}[·・•‧?]?[一-龥]{1,6})\s?[（(](?P<latin>[A-Z][a-z]+ [A-Z][a-z]+)[）)]")
_BREAKS = "，。、；：！？“”‘’（）()《》\\s_—在对對据據就把被当當而但因为為与和及向是由了的来從从到将至"
_PLACE_UNITS = re.compile(r"(?<![一-龥])(?P<name>[一-龥]{2,4}[省市县縣区區镇鎮鄉乡村州])(?![一-龥])")


def found_in_chinese(title: str, text: str) -> list[Found]:
    """Return the names that a text shows."""
    whole = f"{title}\n{text}"
    found: dict[tuple[Kind, str], Found] = {}
    for one in (*_persons(whole), *_organisations(whole), *_places(whole), *ships(whole, "chinese"), *short_organisations(whole)):
        found.setdefault((one.kind, one.name), one).forms.update(one.forms)
    return list(found.values())


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    words = lists("chinese")
    surname = f"(?:{'|'.join(words['doubled'])}|[{''.join(words['surnames'])}])"
    before, after, says = (
        "|".join(sorted(words[name], key=len, reverse=True)) for name in ("titles_before", "titles_after", "says")
    )
    ends = rf"(?={says}|[，。、（(：:）)\s]|$)"
    return (
        re.compile(rf"(?:{before})[/／:： ]?(?P<name>{surname}[一-龥]{{1,2}}?){ends}"),
        re.compile(rf"(?<![一-龥])?(?P<name>{surname}[一-龥]{{1,2}}?)(?:{after})"),
        re.compile(rf"(?:^|[，。：；“”\s的])(?P<name>{surname}[一-龥]{{1,2}}?)(?={says})", re.M),
    )


def _persons(whole: str) -> Iterator[Found]:
    no_names, places = listed("chinese", "no_names"), known_places("chinese")
    titled, addressed, speaking = _patterns()
    sure = {match["name"] for pattern in (titled, addressed) for match in pattern.finditer(whole)}
    spoken = [match["name"] for match in speaking.finditer(whole)]
    sure |= {name for name in spoken if len(name) > 2 or whole.count(name) > 1}
    for name in sorted(sure):
        is_part = any(name != other and other.startswith(name) and len(other) > len(name) for other in sure)
        if name not in no_names and name not in places and not is_part and not name.startswith(tuple(word for word in no_names)):
            yield Found(Kind.PERSON, name)
    latin = {match["name"]: match["latin"] for match in _WITH_LATIN.finditer(whole)}
    for match in _FOREIGN.finditer(whole):
        name = _from_title(match["name"])
        family = re.split(r"[·・•‧?]", name)[-1]
        forms = {family} if len(family) > 1 and whole.count(family) > whole.count(name) else set()
        known = next((latin[one] for one in latin if one.endswith(name)), None)
        yield Found(Kind.PERSON, name, forms | ({known} if known else set()))


def _from_title(name: str) -> str:
    """Return a foreign name without the title that stands before it."""
    first = re.split(r"[·・•‧?]", name)[0]
    for title in (*listed("chinese", "titles_before"), *listed("chinese", "titles_after"), *known_places("chinese")):
        if first.startswith(title) and len(first) > len(title):
            name = name.removeprefix(title)
            break
    for title in sorted(listed("chinese", "titles_before"), key=len, reverse=True):
        if title in first and not first.endswith(title):
            return name.partition(title)[2] or name
    return name


@cache
def _organisation() -> re.Pattern[str]:
    ends = "|".join(sorted(listed("chinese", "organisation_ends"), key=len, reverse=True))
    return re.compile(rf"(?P<name>[^{_BREAKS}\W\dA-Za-z]{{2,14}}?(?:{ends}))(?![一-龥]?(?:{ends}))")


def _organisations(whole: str) -> Iterator[Found]:
    refused, places = listed("chinese", "no_organisations"), known_places("chinese")
    for name in listed("chinese", "organisations"):
        if name in whole:
            yield Found(Kind.ORGANISATION, name)
    for match in _organisation().finditer(whole):
        name = _without_country(match["name"])
        begins = any(name.startswith(place) for place in places if len(place) < len(name))
        if (
            name not in refused
            and (begins or name.endswith(("大学", "大學", "青年网", "人民网", "集团")))
            and not name.startswith(("该", "这", "那", "某", "一", "两", "多", "各", "本", "其", "留学"))
        ):
            yield Found(Kind.ORGANISATION, name)


def _without_country(name: str) -> str:
    """Return an organisation without the country before the place that it is called after."""
    for size in (2, 3, 4):
        if name[:size] in known_places("chinese") and any(name[size : size + more] in known_places("chinese") for more in (2, 3)):
            return name[size:]
    return name


def _places(whole: str) -> Iterator[Found]:
    known = known_places("chinese")
    longest = max(map(len, known))
    found = set()
    for match in re.finditer(r"[一-龥]+", whole):
        stretch, at = match.group(), 0
        while at < len(stretch):
            size = next((size for size in range(min(longest, len(stretch) - at), 1, -1) if stretch[at : at + size] in known), 0)
            if size:
                found.add(stretch[at : at + size])
            at += size or 1
    for name in found:
        yield Found(Kind.PLACE, name)
    for match in _PLACE_UNITS.finditer(whole):
        yield Found(Kind.PLACE, match["name"])
