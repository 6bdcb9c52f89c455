"""Read the numbers of a text as values, however its language writes them: 4,300 and 4천300, 1.2bn and 12억, nine. Pure."""

from __future__ import annotations

import re
from functools import cache

from newslake.events.lexicon import lexicon

__all__ = ["numbers", "surprise"]

# East Asian units: a number may be a sum of several parts, each with its unit (3만1천872, 2億5000万).
_UNITS = {"천": 1e3, "만": 1e4, "억": 1e8, "조": 1e12, "千": 1e3, "万": 1e4, "萬": 1e4, "億": 1e8, "亿": 1e8, "兆": 1e12}
_UNITS |= {"백": 1e2, "百": 1e2, "十": 10.0, "십": 10.0}
_PLAIN = r"\d+(?:[.,  \u00a0\u202f']\d{3}(?!\d))+(?:[.,]\d+)?|\d+(?:[.,]\d+)?"
_EAST = "".join(_UNITS)
_PART = re.compile(rf"({_PLAIN})?([{_EAST}]*)")
# Two numbers joined by a dash or a colon: a result. Asian texts may name the other side first.
_RESULT = re.compile(r"(?<![\d.,:\-–—―:])(\d{1,3})\s?[-–—―:-]\s?(\d{1,3})(?![\d.,:\-–—―])")
_NUMBER = re.compile(rf"(?<!\d)(?<!\d[.,])(?:{_PLAIN})(?:[{_EAST}]+(?:\s?(?:{_PLAIN})[{_EAST}]+)*(?:\d+(?![\d,.]))?)?")
# A time that somebody ran, skated or swam: 2:05:41, 1.11,48, 2時間5分41秒.
_CLOCK = re.compile(r"(?<!\d)(\d{1,2})(?:[:.]|時間|시간\s?|分|분\s?)(\d{1,2})(?:[:.,]|分|분\s?|秒|초\s?)(\d{1,2})(?![\d.,]*\d)")
_LARGEST = 1e18  # beyond it digits are no quantity: an account, a key, a row of characters
_WORD = re.compile(r"[^\W\d_]+")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．，％", "0123456789.,%")
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
# What follows a number that tells no quantity of the event: days, months, years, hours and minutes of publication.
_AFTER = re.compile(
    r"\s?(?:월|일(?![가-힣]{0,1}[간반])|시(?!간)|분(?!의)|月|日(?!間)|時(?!間)|分|月|[ap]\.?m\b"
    r"|(?:январ|феврал|март|апрел|ма[яй]|июн|июл|август|сентябр|октябр|ноябр|декабр)"
    rf"|(?:{_MONTHS})\b|год|г\.)"
)
_YEAR = re.compile(r"\s?[년年]")
_BEFORE = re.compile(rf"(?:(?<!\d )\b(?:{_MONTHS})|[Ii]n|[Ss]ince|[Uu]ntil)\s$")


def numbers(text: str) -> frozenset[str]:
    """Return the numbers of a text, each as a key: its value, or for a result its two sides. Dates and years are left out."""
    text = text.translate(_FULL_WIDTH)
    found: set[str] = set()
    for clock in _CLOCK.finditer(text):
        found.add(":".join(str(int(part)) for part in clock.groups()))
    text = _CLOCK.sub(" ", text)
    for result in _RESULT.finditer(text):
        low, high = sorted((int(result[1]), int(result[2])))
        found.add(f"{low}:{high}")
    text = _RESULT.sub(" ", text)
    for match in _NUMBER.finditer(text):
        value = _value(match.group(), text[match.end() : match.end() + 16])
        if value > _LARGEST or _is_date(text, match, value):
            continue
        found.add(_key(value))
    words = lexicon().numbers
    for word in _WORD.finditer(text):
        named = words.get(word.group().lower())
        if named is not None:
            found.add(_key(named))
    return frozenset(found)


@cache
def surprise(key: str) -> float:
    """Return how much it says if two texts share a number: nothing for 1, more the more digits it has."""
    if ":" in key:
        return 2.0 if key.count(":") > 1 else 1.0
    value = float(key)
    if value <= 3:
        return 0.1
    digits = re.sub(r"\D", "", f"{value:.6g}" if value < 1e6 else f"{value:.6e}".partition("e")[0]).strip("0")
    if value <= 12:
        return 0.3
    if len(digits) == 1:
        return 0.5 if value <= 100 else 0.9
    if len(digits) == 2:
        return 1.0 if value <= 100 else 1.6
    return 2.0


def _key(value: float) -> str:
    return f"{value:.4g}" if value < 1e4 and value != int(value) else f"{round(value):d}"


def _is_date(text: str, match: re.Match[str], value: float) -> bool:
    if not value.is_integer() or value > 2100:
        return False
    if value >= 1900 and _YEAR.match(text, match.end()):
        return True
    if _AFTER.match(text, match.end()):
        return True
    before = text[max(0, match.start() - 14) : match.start()]
    if _BEFORE.search(before) and (1900 <= value <= 2100 or value <= 31):
        return True
    return 1990 <= value <= 2035 and match.group().isdigit()


def _value(written: str, after: str) -> float:
    """Return the value of a written number with the unit behind it."""
    total = 0.0
    for plain, units in _PART.findall(written):
        if not plain and not units:
            continue
        part = _plain(plain) if plain else 1.0
        for unit in units:
            part *= _UNITS[unit]
        total += part
    follows = _MULTIPLE.match(after)
    if follows:
        # a letter of another alphabet may count as one of these in any case: millıon
        total *= lexicon().multiples.get(follows[1].lower().rstrip("."), 1.0)
    return total


def _plain(written: str) -> float:
    """Return the value of digits with marks between them: groups of three, or a decimal comma or point."""
    compact = re.sub(r"[  \u00a0\u202f']", "", written)
    marks = re.findall(r"[.,]", compact)
    if not marks:
        return float(compact)
    last = marks[-1]
    head, _, tail = compact.rpartition(last)
    grouped = len(tail) == 3 and not (len(marks) == 1 and (head in ("0", "") or len(head) > 3))
    if len(marks) > 1 and len(set(marks)) == 1:
        return float(re.sub(r"[.,]", "", compact))
    if grouped and (last == "," or len(marks) == 1):
        return float(re.sub(r"[.,]", "", compact))
    return float(re.sub(r"[.,]", "", head) + "." + tail)


_MULTIPLE = re.compile(
    r"[\s\u00a0-]?(тыс(?:\.|яч[аиу]?)?|млн|миллион(?:а|ов)?|млрд|миллиард(?:а|ов)?|трлн|thousand|million|billion|trillion|mln|mn|bn|tn|[mk])(?![^\W\d_])",
    re.IGNORECASE,
)
