"""Read the names in a byline: tell people from agencies and newsrooms, and drop roles, addresses and dates."""

from __future__ import annotations

import html as entities
import re

from flows.clean.lexicon import any_of, load_lexicon
from flows.clean.structured import fold
from newslake.text import squeeze

__all__ = ["AUTHORS", "EMAIL", "is_full_name", "looks_like_names", "reporter_in", "role_only", "sort_out", "split_names"]

AUTHORS = load_lexicon(
    "authors",
    *("and", "with", "by", "by_colon", "by_joined", "line_begins", "particles", "places", "labels", "folders"),
    *("roles", "fields", "roles_behind", "fields_behind", "roles_before", "reporters", "credentials", "months", "trailing"),
    *("stamps", "agencies", "agencies_within", "staff", "staff_behind", "not_names"),
)
_LISTS = {name: AUTHORS.pattern(name) for name in AUTHORS.lists}

_SPLIT = re.compile(rf"\s*[,;/|•·、，；\n]\s*(?:{_LISTS['and']}\s+)?|\s+{AUTHORS.pattern('and', 'with')}\s+|\s*&\s*|\s+[-–—]\s+")
_BY = AUTHORS.compile(rf"^{_LISTS['by']}\s*[:：]?\s+|^{_LISTS['by_colon']}\s*[:：]\s*|^{_LISTS['by_joined']}\s*[:：/／]?\s*")
_ROLE = AUTHORS.compile(rf"\b(?:{_LISTS['fields']}\s+)*{_LISTS['roles']}\b.*$")
# "MND Staff", "9News Staff": a newsroom, not a person with a role.
_HOUSE_STAFF = re.compile(r"(?:the\s+)?[\w.&'’-]+(?:\s[\w.&'’-]+)?\s+staff(?:\s+(?:writers?|reporters?))?", re.I)
_TRAILING = AUTHORS.compile(rf"(?<=\w\w)\s+{_LISTS['trailing']}$")
_CREDENTIAL = AUTHORS.compile(rf"(?-i:[A-Z]{{2,5}}|[BMD]\.?Sc)|{AUTHORS.pattern('credentials', 'months')}")
_ROLE_BEHIND = AUTHORS.compile(rf"\s*{_LISTS['fields_behind']}?\s*{_LISTS['roles_behind']}(?:단)?$", 0)
_ROLE_BEFORE = AUTHORS.compile(rf"^{_LISTS['roles_before']}\s+")
_PLACE = AUTHORS.compile(rf"\s+{_LISTS['places']}\s+[A-ZÄÖÜ]\w+$", 0)
_AGENCY = AUTHORS.compile(rf"\b{_LISTS['agencies']}\b|{_LISTS['agencies_within']}")
_STAFF = AUTHORS.compile(rf"\b{_LISTS['staff']}\b|{_LISTS['staff_behind']}$")
_JUNK = AUTHORS.compile(
    r"https?:|www\.|@|\b[\w-]+\.(?:com|org|net|co|de|fr|kr|jp|ru|uk)\b|[<>{}\[\]=_#]|\d{3,}|^\d+$|"
    rf"\b{_LISTS['not_names']}\b"
)
# Where the time or the length of the article follows the byline.
_STAMP = AUTHORS.compile(
    rf"(?<=\S)\s*(?:\d{{1,2}}[:.]\d\d\s*(?:[ap]m)?\b|\d{{1,2}}\s*min(?:ute)?s?\b|"
    rf"\b(?:{_LISTS['months']}|may)[a-z]*\.?\s+\d|\b{_LISTS['stamps']}\b|\b(?:19|20)\d\d\b)"
)
EMAIL = re.compile(r"[\w.+-]+@[\w.-]+\.\w+|\(\s*\)|https?://\S+|(?<!\w)@\w+")
_KOREAN = AUTHORS.compile(
    rf"(?:^|[\s=/|(\[])([가-힣]{{2,4}})\s?(?:\S{{1,4}}\s?)?{any_of(AUTHORS.words('reporters', 'ko'))}(?=$|[\s)\]=,·|(])", 0
)
# "記者林曉青", but not the words for press conference and press club.
_CHINESE = AUTHORS.compile(
    rf"(?:^|[\s／/|(（【]){any_of(AUTHORS.words('reporters', 'zh'))}\s?(?![会會协協节節])([\u4e00-\u9fff]{{2,4}})"
    r"(?=$|[\s／/|)）】、，])",
    0,
)
_PARTICLES = frozenset(AUTHORS.words("particles"))
_ELISION = re.compile(r"^(?:d|dell|all|l)['’](?=[^\W\d_])")
# Limits: words and characters of a name, names of an article, characters of a byline.
_NAME_WORDS, _LONGEST_NAME, _MAX, _LONGEST = 6, 60, 20, 400


def split_names(said: str) -> list[str]:
    """Return the names in one byline, without "By", roles, addresses and dates."""
    text = squeeze(EMAIL.sub(" ", entities.unescape(said)))
    text = _STAMP.split(re.sub(r"\s*\((?:[^()]{0,60})\)", "", text), maxsplit=1)[0]
    found: list[str] = []
    for part in _SPLIT.split(_BY.sub("", text)):
        name = _BY.sub("", part).strip(" .:-–—•·*'\"|“”()")
        korean = _KOREAN.search(name)
        name = korean[1] if korean else _ROLE_BEFORE.sub("", _ROLE_BEHIND.sub("", name))
        if not _AGENCY.search(name) and not _STAFF.fullmatch(name):
            whole, name = name, _ROLE.sub("", name)
            if _HOUSE_STAFF.fullmatch(whole):
                name = whole
            if found and name != whole and len(name.split()) < 2:
                continue  # "Jane Doe, Defence Correspondent": "Defence" is left of the second part
        name = _PLACE.sub("", name.strip(" .:-–—,|"))
        name = _TRAILING.sub("", name)
        if found and _CREDENTIAL.fullmatch(name) and not _AGENCY.search(name):
            continue
        if name:
            found.append(_cased(name))
    return found


def sort_out(said: list[str], names: list[str]) -> tuple[list[str], list[str]]:
    """Return the people in these bylines, then the agencies, each once; `names` are what the outlet calls itself, folded."""
    people: dict[str, str] = {}
    agencies: dict[str, str] = {}
    for value in said[: _MAX * 3]:
        if len(value) > _LONGEST:
            continue
        for name in split_names(value):
            folded = fold(name)
            if len(folded) < 2 or len(name) > _LONGEST_NAME or len(name.split()) > _NAME_WORDS or _JUNK.search(name):
                continue
            is_house = folded in names or folded.replace(" ", "") in {n.replace(" ", "") for n in names}
            is_agency = is_house or bool(_AGENCY.search(name) or _STAFF.search(name))
            (agencies if is_agency else people).setdefault(folded, name)
    return list(people.values())[:_MAX], list(agencies.values())[:_MAX]


def reporter_in(line: str) -> list[str]:
    """Return the reporters that a short Chinese or Korean line names."""
    return list(_CHINESE.findall(line)) or list(_KOREAN.findall(line))


def role_only(part: str) -> bool:
    """Return whether a part of a byline says what somebody does and names nobody."""
    return _ROLE.fullmatch(part) is not None


def is_full_name(name: str) -> bool:
    """Return whether this looks like a full name: two or more capitalised words, or a few Chinese or Korean characters."""
    if re.fullmatch(r"[\u3400-\u9fff\uac00-\ud7af]{2,5}", name):
        return True
    return len(name.split()) > 1 and len(name) < 40 and looks_like_names(name)


def looks_like_names(text: str) -> bool:
    """Return whether every name begins as names do: with a capital, or in a script that has none."""
    words = [word for word in text.split() if word.lower() not in _PARTICLES]
    return 0 < len(words) <= 12 and all(not _ELISION.sub("", word)[:1].islower() for word in words)


def _cased(name: str) -> str:
    """Return `JANE DOE` as `Jane Doe`, and leave short words in capitals alone: initials, agencies."""
    if name.isupper() and len(name) > 5 and " " in name:
        return " ".join(w.title() if len(w) > 2 else w for w in name.split())
    return name
