"""Name the scripts that are written without spaces between words."""

from __future__ import annotations

__all__ = ["UNSPACED", "UNSPACED_LETTERS"]

# All of these are the inside of a character class. Thai, Lao, Burmese, Khmer:
_SOUTH_EAST_ASIAN = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
# Han, in the planes that nearly all text needs.
_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Kana and Han, whole blocks: what counting and comparing of texts use. The stored hashes of the warehouse depend on it.
_EAST_ASIAN = f"\u3040-\u30ff{_HAN}"
UNSPACED = f"{_EAST_ASIAN}{_SOUTH_EAST_ASIAN}"
# Letters alone, and the rare ones too: what a query's terms are made of. A middle dot (U+30FB), which the block of kana holds,
# joins the parts of a name there, so it must not be a letter; half-width kana and rare Han must be found.
_KANA_LETTERS = "\u3005-\u3007\u3021-\u3029\u3041-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f"
UNSPACED_LETTERS = f"{_SOUTH_EAST_ASIAN}{_KANA_LETTERS}{_HAN}\U00020000-\U0003ffff"
