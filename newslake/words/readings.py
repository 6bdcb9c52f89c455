"""Tell as which words a written word may be read: Putin in Putin’s, Iran in l'Iran, 북한 in 대북한은. Pure."""

from __future__ import annotations

import re

from newslake.words.folding import APOSTROPHES, Run, fold, stem, without_proclitics

# In Korean a term begins a word, and particles follow it (북한 in 북한은). Inside a word, only a term of three or more syllables
# is unambiguous (러시아 in 북러시아): 이란 (Iran) also ends 사랑이란, and 유가 (the price of oil) ends 이유가. These prefixes may
# precede a shorter term: 남북한, 대북한, 친북한, 반북한, 재수출, 탈북한.
SAFE_SYLLABLES = 3
PREFIXES = frozenset("남대친반재탈")

# English contractions by what follows the apostrophe: what precedes it is not a word of its own.
_APOSTROPHE = re.compile(f"[{APOSTROPHES}]")
_CONTRACTIONS = frozenset(("t", "re", "ve", "ll", "d", "m"))
_ELISIONS = frozenset(("l", "d", "j", "m", "t", "s", "n", "c", "qu", "lorsqu", "puisqu", "jusqu", "quelqu"))  # French, Catalan
_ELISIONS |= frozenset(("un", "all", "dall", "dell", "nell", "sull", "coll", "quell", "quest", "bell", "sant"))  # Italian
_ELISIONS |= frozenset(("gl", "degl", "dagl"))

# Languages in the Arabic script that do not write the proclitics و ف ب ل ك ال as part of the next word.
_WITHOUT_CLITICS = frozenset(("fa", "ur", "ps", "ckb", "ku", "ug", "sd", "pa"))


def has_clitics(language: str | None) -> bool:
    """Return whether Arabic words of a text in this language (ISO 639 code, if known) may begin with proclitics."""
    return (language or "").lower().replace("_", "-").split("-")[0] not in _WITHOUT_CLITICS


def readings(raw: str) -> list[tuple[int, int]]:
    """Return the parts of a written word that may be the word itself: all, Putin in Putin’s and Putin'in, Iran in l'Iran."""
    marks = [found.start() for found in _APOSTROPHE.finditer(raw)]
    whole = (0, len(raw))
    if not marks:
        return [whole]
    begin, end = 0, len(raw)
    if raw[: marks[0]].lower() in _ELISIONS:
        begin = marks[0] + 1
    before, after = raw[begin : marks[-1]], raw[marks[-1] + 1 :].lower()
    enough = 2 if before.isupper() or after == "s" else 3
    if after not in _CONTRACTIONS and len(before) >= enough:
        end = marks[-1]
    # With one part removed, or both: l'Iran's may be l'Iran, Iran's or Iran.
    return list(dict.fromkeys([whole, (0, end), (begin, len(raw)), (begin, end)]))


def forms_of(part: str, *, clitics: bool) -> set[str]:
    """Return the folded forms of a reading. `clitics`: also without و ف ب ل ك ال, for Arabic words."""
    folded = fold(part)
    forms = {folded, stem(folded)}
    if clitics and "\u0621" <= folded[:1] <= "\u064a":
        forms |= without_proclitics(folded)
    return forms


def beginnings(run: Run) -> set[int]:
    """Return where words begin in a run of Hangul: 북·러 is 북러, and also 북 and 러."""
    return {i for i, start in enumerate(run.starts) if start == 0 or (i and run.ends[i - 1] < start)}
