"""Which letters stand without spaces: two tables that differ on purpose, and only there."""

from __future__ import annotations

import re
import unicodedata

from newslake.scripts import UNSPACED, UNSPACED_LETTERS

COUNTED, SEARCHED = re.compile(f"[{UNSPACED}]"), re.compile(f"[{UNSPACED_LETTERS}]")
EVERY = [chr(code) for code in range(0x40000) if not 0xD800 <= code < 0xE000]


def test_what_is_counted_and_never_searched_is_no_letter_of_a_word() -> None:
    only_counted = [letter for letter in EVERY if COUNTED.match(letter) and not SEARCHED.match(letter)]
    assert "・" in only_counted
    assert not any(unicodedata.category(letter).startswith("L") for letter in only_counted)


def test_what_is_searched_and_not_counted_is_rare() -> None:
    only_searched = "".join(letter for letter in EVERY if SEARCHED.match(letter) and not COUNTED.match(letter))
    assert "ｱ" in only_searched and "𠀀" in only_searched
    assert not re.search(r"[\u0e00-\u0eff\u3041-\u30ff\u4e00-\u9fff]", only_searched)
