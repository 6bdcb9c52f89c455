"""Take the readings of Chinese characters from the Unicode Han Database: `python -m newslake.names.lists.unihan FOLDER`.

FOLDER holds Unihan_Readings.txt and Unihan_Variants.txt of the Unicode Character Database. Written is han.tsv: the character, the
simplified form by which it is compared, its Mandarin readings in pinyin without tones, and its Korean readings in Hangul.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

_HEAD = (
    "# Made by newslake.names.lists.unihan from the Unicode Han Database 14.0.0, © Unicode, Inc., under the Unicode License"
    " (https://www.unicode.org/license.txt): character, simplified form, pinyin, Hangul.\n"
)
_BLOCK = range(0x4E00, 0xA000)
# Where a family name is read otherwise than the word.
_FAMILIES = {
    "曾": "zeng",
    "单": "shan",
    "單": "shan",
    "朴": "piao",
    "仇": "qiu",
    "区": "ou",
    "區": "ou",
    "解": "xie",
    "查": "zha",
}


def table(readings: str, variants: str) -> str:
    """Return han.tsv."""
    fields: dict[int, dict[str, str]] = defaultdict(dict)
    for line in (readings + "\n" + variants).splitlines():
        if line.startswith("U+"):
            name, field, value = line.split("\t")
            fields[int(name[2:], 16)][field] = value
    rows = []
    for code in _BLOCK:
        known, character = fields[code], chr(code)
        if "kHangul" not in known and "kHanyuPinlu" not in known and "kSimplifiedVariant" not in known:
            continue
        simple = known.get("kSimplifiedVariant", "").split(" ")
        # A character that is its own simplified form, too, stays as it is (乾, 著).
        plain = character if not simple[0] or f"U+{code:04X}" in simple else chr(int(simple[0][2:], 16))
        spoken = [_plain(each) for each in known.get("kMandarin", "").split()[:1]]
        spoken += [_FAMILIES[character]] if character in _FAMILIES else []
        korean = [each.split(":")[0] for each in known.get("kHangul", "").split()]
        rows.append(f"{character}\t{plain}\t{' '.join(dict.fromkeys(spoken))}\t{' '.join(korean)}\n")
    return _HEAD + "".join(rows)


def _plain(pinyin: str) -> str:
    letters = unicodedata.normalize("NFD", pinyin).replace("u\u0308", "v")
    return re.sub("[^a-z]", "", letters)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    made = table(*((folder / name).read_text("utf-8") for name in ("Unihan_Readings.txt", "Unihan_Variants.txt")))
    Path(__file__).with_name("han.tsv").write_text(made, "utf-8")
