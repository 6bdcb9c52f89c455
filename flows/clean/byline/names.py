"""Read the names in a byline: tell people from agencies and newsrooms, and drop roles, addresses and dates."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from flows.clean.byline.refused import Refused
from flows.clean.headline.outlet import is_address
from flows.clean.lexicon import any_of, load_lexicon
from flows.clean.structured import fold
from newslake.text import squeeze

__all__ = [
    "AUTHORS",
    "BEGINS",
    "EMAIL",
    "LABELLED",
    "LINKED",
    "SPLIT",
    "Byline",
    "Named",
    "is_agency",
    "is_full_name",
    "looks_like_names",
    "named_in",
    "reporter_in",
    "role_only",
    "sort_out",
    "split_names",
]

AUTHORS = load_lexicon(
    "authors",
    *("and", "with", "by", "by_label", "by_colon", "by_or_name", "by_joined"),
    *("line_begins", "particles", "places", "labels", "folders"),
    *("roles", "fields", "roles_behind", "fields_behind", "roles_before", "reporters", "credentials", "months", "trailing"),
    *("stamps", "stamps_before_date", "agencies", "agencies_within", "agency_initials", "staff", "staff_behind", "not_names"),
    *("sources", "pictures", "picture_agencies", "outlets", "sections"),
)
_LISTS = {name: AUTHORS.pattern(name) for name in AUTHORS.lists}

SPLIT = re.compile(rf"\s*[,;/|•·、，；\n]\s*(?:{_LISTS['and']}\s+)?|\s+{AUTHORS.pattern('and', 'with')}\s+|\s*&\s*|\s+[-–—]\s+")
_PLUS = rf"\s*(?:{_LISTS['and']}|[&/+,])\s*"
# What labels authors before a colon, also together with pictures: "Text och foto: Anna Lind".
LABELLED = (
    rf"(?:{_LISTS['by_label']}(?:{_PLUS}{_LISTS['pictures']})?|{_LISTS['pictures']}{_PLUS}{_LISTS['by_label']}|{_LISTS['by_colon']})"
    r"\s*[:：]\s*"
)
# Begins a line below the title that names the authors.
BEGINS = rf"{_LISTS['line_begins']}(?:\s*[:：]\s*|\s+)"
_BY = AUTHORS.compile(
    rf"^{LABELLED}|^{AUTHORS.pattern('by', 'by_label')}(?:\s*[:：]\s*|\s+)|^{_LISTS['by_joined']}\s*[:：/／]?\s*"
)
_FIRST_NAME = AUTHORS.compile(rf"{_LISTS['by_or_name']}\s+")
_ROLE = AUTHORS.compile(rf"\b(?:{_LISTS['fields']}\s+)*{_LISTS['roles']}\b.*$")
# "MND Staff", "9News Staff": a newsroom, not a person with a role.
_HOUSE_STAFF = re.compile(r"(?:the\s+)?[\w.&'’-]+(?:\s[\w.&'’-]+)?\s+staff(?:\s+(?:writers?|reporters?))?", re.I)
_TRAILING = AUTHORS.compile(rf"(?<=\w\w)\s+{_LISTS['trailing']}$")
_TRAILING_NUMBER = re.compile(r"(?<=\w\s)(\S+)\s+\d{1,2}$")
_CREDENTIAL = AUTHORS.compile(rf"(?-i:[A-Z]{{2,5}}|(?:[A-Z]\.){{2,5}}|[BMD]\.?Sc)|{AUTHORS.pattern('credentials', 'months')}")
_ROLE_BEHIND = AUTHORS.compile(rf"\s*{_LISTS['fields_behind']}?\s*{_LISTS['roles_behind']}(?:단)?$", 0)
_ROLE_BEFORE = AUTHORS.compile(rf"^{_LISTS['roles_before']}\s+")
_PLACE = AUTHORS.compile(rf"\s+{_LISTS['places']}\s+[A-ZÄÖÜ]\w+$", 0)
_AGENCY = AUTHORS.compile(rf"\b{_LISTS['agencies']}\b|{_LISTS['agencies_within']}")
_INITIALS = AUTHORS.compile(rf"{_LISTS['agency_initials']}(?!\w)")
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
# Where a date follows in words or figures, with or without a word that says what happened then.
_DATED = AUTHORS.compile(
    rf"(?<=\S)\s*[|,;:·•–—-]?\s*(?<!\w){_LISTS['stamps_before_date']}(?:\s*[:：]|\s+(?=\d))|"
    r"(?<=\w\w)[\s,|]+\d{1,2}(?:[./-]\s*(?:\d|[^\W\d_]{3})|\.?\s+[^\W\d_]{3,})"
)
LINKED = AUTHORS.compile(rf"^(?:{AUTHORS.pattern('and', 'with')})\s+")
# Labels of sources and of pictures.
_SOURCE = AUTHORS.compile(rf"^\W*{_LISTS['sources']}\s*[:：]\s*")
_PICTURE = AUTHORS.compile(rf"^\W*{_LISTS['pictures']}(?:\s*[:：=©/]|\s+{_LISTS['by']}\b)")
# The maker of the pictures and the agency, up to the next mark or label: "Tekst: Kari Moen Foto: Per Holm/NTB".
_PICTURE_WITHIN = AUTHORS.compile(
    rf"(?:^|(?<=\W)){_LISTS['pictures']}\s*[:：=©](?:(?!\s{_LISTS['by_label']}\s*[:：])[^,;|•·、，；\n])*"
)
_PICTURE_AGENCY = AUTHORS.compile(rf"(?:.*\bvia\s+)?{_LISTS['picture_agencies']}(?:\s*[/|]\s*.*)?")
# The names of outlets that publish news, and of sections.
_NEWS = AUTHORS.compile(rf"\b{_LISTS['outlets']}\b")
_SECTION = AUTHORS.compile(_LISTS["sections"])
# Parts of one name that look like the next one: "King, Jr.", "Ortega y Gasset", "Sousa e Silva".
_SUFFIX = re.compile(r"\s*,\s*(?=(?:Jr|Sr|II|III|IV)\b\.?(?:\s*(?:[,;/|&]|$)|\s+\w))")
_SECOND_SURNAME = re.compile(r"(?<=\w)\s(?=(?:y|e|i)\s[^\W\d_][\w'’-]*\s*(?:[,;/|&]|$))")
# Between the names of two people; "y", "e" and "i" also join the surnames of one.
_LAST_PERSON = re.compile(r"\s(?:and|und|et|och|og|ve|dan|и|та|&)\s")
_PEOPLE = re.compile(rf"\s*,\s*(?:and\s+)?|{_LAST_PERSON.pattern}")
# What a full stop belongs to at the end of a name: "King, Jr.", "Maria K.", "Tolland, S.J."
_ABBREVIATED = re.compile(r"\b(?:[JS]r|Sra|Dra|Esq|PhD|MD|[^\W\d_])$", re.I)
_KEPT_COMMA, _KEPT_SPACE = "\ue000", "\ue001"
_BRACKETS = re.compile(r"\s*[(（]([^()（）]{0,60})[)）]")
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


@dataclass(frozen=True, slots=True)
class Byline:
    """What one place says of the authors.

    `kind` is "person" or "organization" if the page's data say that it is one of them. `is_sure` says that it is in the data of
    the article itself: there an outlet may name itself as the author.
    """

    text: str
    kind: str = ""
    is_sure: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """The people and agencies in bylines, in order, and which of them are people; `staff` are newsrooms."""

    all: list[str]
    people: list[str]
    staff: list[str]


def split_names(said: str) -> list[str]:
    """Return the names in one byline, without "By", roles, addresses and dates."""
    return list(_split(said))


@lru_cache(maxsize=64)  # most bylines are read several times: by their names, and by the line that they stand in
def _split(said: str) -> tuple[str, ...]:
    text = _undated(_BRACKETS.sub(_agency_within, squeeze(EMAIL.sub(" ", entities.unescape(said)))))
    found: list[str] = []
    for part in SPLIT.split(_joined(_PICTURE_WITHIN.sub("", _without_by(text)).strip())):
        if _PICTURE.match(part):
            continue
        name = _bare(_without_by(_SOURCE.sub("", part)))
        korean = _KOREAN.search(name)
        name = korean[1] if korean else _without_role(name)
        if not is_agency(name) and not _STAFF.fullmatch(name):
            whole, name = name, _ROLE.sub("", name)
            if _HOUSE_STAFF.fullmatch(whole):
                name = whole
            if found and name != whole and len(name.split()) < 2:
                continue  # "Jane Doe, Defence Correspondent": "Defence" is left of the second part
        name = _PLACE.sub("", name.strip(" :-–—,|") if _ABBREVIATED.search(name.rstrip(".")) else name.strip(" .:-–—,|"))
        name = _TRAILING_NUMBER.sub(r"\1", _TRAILING.sub("", name)).replace(_KEPT_COMMA, ", ").replace(_KEPT_SPACE, " ")
        if found and _CREDENTIAL.fullmatch(name) and not is_agency(name):
            continue
        if name and not (_SOURCE.match(part) and not is_agency(name)):
            found.append(_cased(name))
    return tuple(found)


def _without_by(text: str) -> str:
    """Return a byline without "By". A word that is also a first name is one before a single other name: "Di Zhang"."""
    found = _FIRST_NAME.match(text)
    if found and text[0].isupper():
        rest = SPLIT.split(text[found.end() :], maxsplit=1)[0]
        if len(rest.split()) == 1 and not (_AGENCY.search(rest) or _STAFF.fullmatch(rest)):
            return text
    return _BY.sub("", text)


def _undated(text: str) -> str:
    """Return a byline as far as the date or the length of the article, which may follow it."""
    return _DATED.split(_STAMP.split(text, maxsplit=1)[0], maxsplit=1)[0]


def _agency_within(brackets: re.Match[str]) -> str:
    """Return an agency in brackets as another name, and nothing for all else: "Jane Doe (with AFP)", "Jane Doe (London)".

    Initials of the name before them are no agency: "Auswärtige Autoren (AA)".
    """
    said = brackets[1].strip()
    before = "".join(word[0] for word in brackets.string[: brackets.start()].split())
    names = [LINKED.sub("", part) for part in SPLIT.split(said) if part]
    is_other = names and not before.endswith(said) and all(len(one.split()) < _NAME_WORDS and is_agency(one) for one in names)
    return f", {', '.join(names)}" if is_other else ""


def _without_role(name: str) -> str:
    """Return a name without the roles that stand at its ends in Korean, Chinese, Japanese and Russian."""
    return _ROLE_BEFORE.sub("", _ROLE_BEHIND.sub("", name))


def _joined(text: str) -> str:
    """Return a byline in which what looks like a second name, but belongs to the first, is no place to split."""
    text = _SUFFIX.sub(_KEPT_COMMA, text).replace(" von und zu ", f" von{_KEPT_SPACE}und{_KEPT_SPACE}zu ")

    def space(found: re.Match[str]) -> str:
        behind = text[found.end() + 2 :]
        return " " if _AGENCY.match(behind) or is_agency(SPLIT.split(behind, maxsplit=1)[0]) else _KEPT_SPACE

    return _SECOND_SURNAME.sub(space, text)


def _bare(name: str) -> str:
    bare = name.strip(" .:-–—•·*'\"|“”()")
    return f"{bare}." if _ABBREVIATED.search(bare) and f"{bare}." in name else bare


def _whole_name(byline: Byline, refused: Refused) -> list[str]:
    """Return the one name of a person or an organisation, without "By", and with an agency behind a comma as another name.

    A person whose name is two whole names with "and" between is two people.
    """
    text = _undated(EMAIL.sub(" ", squeeze(entities.unescape(byline.text))))
    text = _without_by(_BRACKETS.sub(_agency_within, text))
    name, _, behind = text.partition(",")
    if _PICTURE.match(text) or _SOURCE.match(text):
        return split_names(text)
    several = [part.strip() for part in _PEOPLE.split(text)] if byline.kind == "person" and _LAST_PERSON.search(text) else []
    if len(several) > 1 and all(len(part.split()) > 1 and is_full_name(part) for part in several):
        return [_cased(part) for part in several]
    tails = [part.strip() for part in behind.split(",")] if behind and byline.kind == "person" else []
    agencies = [tail for tail in tails if is_agency(tail)]
    if tails and all(tail in agencies or role_only(tail) or refused.is_outlet(tail) for tail in tails):
        return [*_whole_name(Byline(name, byline.kind), refused), *agencies]
    korean = _KOREAN.search(text)
    name = korean[1] if korean else _without_role(_bare(squeeze(text)))
    if byline.kind == "person" and not SPLIT.search(name):
        return split_names(byline.text)
    return [_cased(name)] if name else []


def named_in(said: Sequence[str | Byline], refused: Refused) -> Named:
    """Return whom these bylines name, each once and in order.

    Args:
        refused: what is no author here: the outlet, its sections, places.
    """
    people: dict[str, str] = {}
    named: dict[str, str] = {}
    staff: dict[str, str] = {}
    for value in said[: _MAX * 3]:
        byline = value if isinstance(value, Byline) else Byline(value)
        if len(byline.text) > _LONGEST or (not byline.kind and refused.is_place(byline.text)):
            continue
        for name in _whole_name(byline, refused) if byline.kind else split_names(byline.text):
            folded = fold(name)
            most = _NAME_WORDS if not byline.kind else 2 * _NAME_WORDS
            if len(folded) < 2 or len(name) > _LONGEST_NAME or len(name.split()) > most or _JUNK.search(name):
                continue
            by_agency = is_agency(name) or (byline.kind == "organization" and _is_house(name, refused))
            is_staff = bool(_STAFF.search(name)) and not by_agency
            if _PICTURE_AGENCY.fullmatch(name) or _SECTION.fullmatch(name) or refused.is_refused(name, byline.kind):
                continue
            if not byline.is_sure and not by_agency and refused.is_outlet(name) and (_NEWS.search(name) or is_address(name)):
                continue
            is_staff = is_staff or (not by_agency and refused.is_outlet(name))
            if any(map(str.isdigit, name)) and not (by_agency or is_staff):
                continue
            (staff if is_staff else named).setdefault(folded, name)
            if not by_agency and not is_staff:
                people.setdefault(folded, name)
    return Named(list(named.values())[:_MAX], list(people.values())[:_MAX], list(staff.values())[:_MAX])


def _is_house(name: str, refused: Refused) -> bool:
    """Return whether an organisation is another publisher of news than the outlet, and no newsroom ("Sports Desk")."""
    left = _NEWS.sub("", name).strip()
    return left not in ("", name) and not _STAFF.search(left) and not refused.is_edition(name)


def sort_out(said: Sequence[str], names: list[str]) -> tuple[list[str], list[str]]:
    """Return the people in these bylines, then the agencies and newsrooms; `names` are what the outlet calls itself, folded."""
    found = named_in(said, Refused(names))
    return found.people, [*(name for name in found.all if name not in found.people), *found.staff]


def is_agency(name: str) -> bool:
    """Return whether a name is that of an agency: by its words, or by initials alone, in capitals or in small letters only.

    "ANA" and "PETRA" are agencies, "Ana" and "Petra" are women.
    """
    if _AGENCY.search(name):
        return True
    return len(name) < 12 and name in (name.upper(), name.lower()) and _INITIALS.fullmatch(name) is not None


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
