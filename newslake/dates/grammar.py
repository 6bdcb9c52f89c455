"""Define the forms of dates, as patterns over tokens.

Each token of a text is one character: `d` a number of one or two digits, `t` of three, `y` of four, `n` a longer one, marks as
they are, `-` only where no space follows, `~` for other separators, `Q` the T of ISO 8601, `x` an unknown word, `?` any other
mark. `@M` stands for all words that can be a month, and so on for each of `newslake.dates.vocabulary.KINDS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

from newslake.dates.vocabulary import vocabulary

__all__ = ["Grammar", "grammar"]

_KIND = re.compile("@([A-Za-z])")
_WEEKDAY = r"(?:\(?@W\.?\)?[,.]?)"
# A year of four digits, or one that an era before it makes one: "令和8年", "民國115年", "Juche 115 (2026)".
_YEAR = r"(?:(?P<era>@E)\.?(?P<ye>[dty])(?:\((?P<y2>y)\))?|(?P<y>y)(?:\.?(?P<e>@e)\.?)?)"
_DATES = {
    # 2026-11-20, 2026. 11. 20.
    "numeric": rf"{_YEAR}(?P<mark>[-./])(?P<m>d)(?P=mark)(?P<d>d)\.?",
    # 2026年11月20日, 令和8年11月20日, 2026년 11월 20일, 2026 оны 11 сарын 20
    "units": rf"{_YEAR}-?@Y[,.]?(?:(?P<m>d)-?@C|(?P<mw>@M))[,.]?(?P<d>d)-?(?:@D|@s)?",
    # 2026 November 20, 2026. november 20., 2026 m. lapkričio 20 d., 2015-Nov-12, 2026(e)ko azaroaren 20a
    "year-month-day": rf"{_YEAR}(?:[-.]?@Y|\([^()]\)@Y)?[-,.]?@o?(?P<mw>@M)[-,.]?@o?(?P<d>d)(?:-?@s|@D|\.|\(@s\))*(?!@M)",
    # 2026. gada 20. novembris, 2026 წლის 20 ნოემბერი
    "year-day-month": rf"@o?{_YEAR}(?:[-.]?@Y)?[,.]*(?P<d>d)(?:-?@s|\.)*-?@o?(?P<mw>@M)(?![-,.']?@o?,?@o?y)",
    # 20 November 2026, 20. November 2026, 20 de noviembre del 2026, 20-Nov-2026, 20 พฤศจิกายน พ.ศ. 2569
    "day-month-year": rf"(?P<d>d)(?:-?@s|\.|@D)*[-,/]?(?:@o|')*(?P<mw>@M)[-.,~/']?(?:@o|,)*{_YEAR}(?:-?@Y)?\.?",
    # ngày 20 tháng 11 năm 2026, 20 tháng 11, 2026
    "day-unit-month": r"@D?(?P<d>d)[-,]?@C(?P<m>d)[,]?(?:@o|@Y|,)*(?P<y>y)",
    # November 20, 2026, November the 20th, 2026
    "month-day-year": rf"(?P<mw>@M)[-.,]?@o*(?P<d>d)(?:-?@s)?(?:[-.,/]|@D|@o)*{_YEAR}(?:-?@Y)?",
    # 20.11.2026, 20/11/2026, 11/20/2026
    "year-last": rf"(?P<a>d)\.?(?P<mark>[-./])(?P<b>d)(?P=mark){_YEAR}\.?(?:@Y\.?)?",
}
_SHORT_DATES = {
    # 20-Nov-26, 20 Nov '26
    "day-month-short-year": r"(?P<d>d)(?:-?@s|\.)*[-,]?(?:@o|')*(?P<mw>@M)[-.,~]?'?(?P<y>d)(?!\.?:|@H|@s)",
    # 20.11.26
    "numeric-short": r"(?P<a>d)(?P<mark>[./])(?P<b>d)(?P=mark)(?P<c>d)\.?(?:@Y\.?)?",
}
_CLOCK = (
    r"(?:\(?(?P<p1>@A)\.?\)?,?)?(?P<h>d)"
    r"(?:@H\.?(?:(?P<mi1>d)(?:@N\.?)?(?:(?P<s1>d)@S\.?)?)?"
    r"|:(?P<mi2>d)(?::(?P<s2>d)(?:[.,](?P<part>[dtyn])|:t)?)?"
    r"|\.(?P<mi3>d)(?:[.:](?P<s3>d))?)?"
    r"(?:@H\.?)?,?(?:\(?(?P<p2>@A)\.?\)?)?"
)
_OFFSET = r"(?P<sign{0}>[-+])(?P<zh{0}>[dyt])(?::(?P<zm{0}>d))?"
_ZONE = (
    rf",?[~]?\(?(?:(?P<u>@U)\.?(?:{_OFFSET.format(1)})?|{_OFFSET.format(2)}(?P<zn>@Z)?|(?P<z>@Z)\.?(?:{_OFFSET.format(3)})?)\)?"
    # a remark such as "(Korean Standard Time)" behind what it explains
    r"(?:\([^()]*\))?"
)
_TIME = rf"(?:(?:\(?(?P<z0>@Z|@U)\.?\)?,?)?{_CLOCK}(?:{_ZONE})?|(?P<o>@O)\.?)"
_BETWEEN = rf"(?:[,.~/]|-|@g|@o|Q|{_WEEKDAY}){{0,5}}?"
_BEFORE_DATE = rf"(?:[,.~]|-|@g|@o|@D|{_WEEKDAY}){{0,5}}?"
_BEGIN = rf"(?:@g|@o|@D|\(){{0,3}}{_WEEKDAY}?[~,.]?(?:@g|@o|@D){{0,2}}"
_END = rf"[,.)~]*(?:,?{_WEEKDAY})?[.)]*"
# Fri Nov 20 10:05:00 KST 2026
_OF_SHELLS = rf"{_WEEKDAY}?(?P<mw>@M)\.?(?P<d>d),?{_CLOCK}(?:{_ZONE})?(?P<y>y)"


@dataclass(frozen=True)
class Grammar:
    """The forms of dates. Patterns are compiled when they are needed first.

    Attributes:
        kinds: the character for each set of meanings that a word can have.
    """

    kinds: dict[frozenset[str], str]

    @cached_property
    def whole(self) -> tuple[re.Pattern[str], ...]:
        """Forms that a whole text must have."""
        forms = [*_timed(_DATES.values()), _OF_SHELLS, *_timed(_SHORT_DATES.values())]
        return tuple(self._compiled(rf"{_BEGIN}{form}{_END}") for form in forms)

    @cached_property
    def parts(self) -> tuple[re.Pattern[str], ...]:
        """Forms to look for in a text: a date with its time, and a date alone."""
        return tuple(map(self._compiled, [*_timed(_DATES.values()), _OF_SHELLS, *_DATES.values()]))

    @cached_property
    def short(self) -> tuple[re.Pattern[str], ...]:
        """The same with a year of two digits."""
        return tuple(map(self._compiled, [*_timed(_SHORT_DATES.values()), *_SHORT_DATES.values()]))

    def _compiled(self, form: str) -> re.Pattern[str]:
        return re.compile(_KIND.sub(lambda match: self._class_of(match[1]), form))

    def _class_of(self, kind: str) -> str:
        return f"[{''.join(letter for meant, letter in self.kinds.items() if kind in meant)}]"


@cache
def grammar() -> Grammar:
    """Return the forms; later calls return the same ones."""
    known = vocabulary()
    several = {frozenset(word.senses) for words in (known.words, known.abbreviations) for word in words.values()}
    several |= {one - {"s"} for one in several} | {frozenset("Z")}
    return Grammar({one: chr(0xE000 + n) for n, one in enumerate(sorted(several - {frozenset()}, key=sorted))})


def _timed(dates: Iterable[str]) -> list[str]:
    """Return forms with a time: behind the date, where it may be missing, or before it."""
    return [form for date in dates for form in (rf"{date}(?:{_BETWEEN}{_TIME})?", rf"{_TIME}{_BEFORE_DATE}{date}")]
