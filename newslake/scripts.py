"""Name the characters of scripts that are written without spaces between words."""

from __future__ import annotations

__all__ = ["UNSPACED", "UNSPACED_LETTERS"]

# Each is the inside of a regular expression's character class. Thai, Lao, Burmese and Khmer:
_SOUTH_EAST_ASIAN = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
# Han characters that nearly all text uses (without the supplementary planes).
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Kana and Han, whole blocks, for counting and comparing words. Stored hashes of the warehouse depend on it: do not change it.
_EAST_ASIAN = f"\u3040-\u30ff{_HAN}"
UNSPACED = f"{_EAST_ASIAN}{_SOUTH_EAST_ASIAN}"
# Letters only, but also rare ones, for the terms of queries. The middle dot (U+30FB) is in the kana block, but joins the parts of
# a name, so it is not a letter. Half-width kana and rare Han characters must be found too.
_KANA_LETTERS = "\u3005-\u3007\u3021-\u3029\u3041-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
UNSPACED_LETTERS = f"{_SOUTH_EAST_ASIAN}{_KANA_LETTERS}{_HAN}\U00020000-\U0003ffff"
