"""Find words of a query that were probably meant as operators: `or`, `ODER`, `ИЛИ`, `NEAR/5`. Pure.

Only AND, OR and NOT in capitals are operators; anything else is a word that every article must have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.topics.lucene import plain_query

# In any case: such a word alone is hardly ever what an article is chosen by. Grouped by script.
_WORDS = {
    "AND": (
        "and und et og och oraz und ve e és şi și dhe kaj và "
        "и та також і також και "
        "그리고 및 와 과 および 及び かつ 且つ と 和 与 與 及 且 並且 并且 و ו וגם और এবং และ"
    ),
    "OR": (
        "or oder ou eller lub albo veya veyahut o u ili sau vagy nebo alebo või tai hoặc atau "
        "или либо або чи ή "
        "또는 혹은 あるいは 或いは または 又は 或 或者 或是 أو یا או या অথবা หรือ"
    ),
    "NOT": (
        "not nicht sauf excepto exceto não inte ikke nie değil bukan fără nem "
        "не кроме крім без όχι "
        "아닌 제외 以外 非 不含 除了 ليس بدون לא नहीं ไม่"
    ),
}
# Words that mean something else in another language, or are single letters: only in capitals.
_CAPITALS = {
    "AND": "E EN Y I ET JA DAN",
    "OR": "O U OF TAI",
    "NOT": "NO NON NE PAS SIN SEM SENZA NIET GEEN BEZ EXCEPT WITHOUT EXCLUDING",
}
_ONLY_CAPITALS = {word.casefold() for words in _CAPITALS.values() for word in words.split()}
_OTHERS = {
    "ANDNOT": "AND NOT",
    "BUTNOT": "AND NOT",
    "XOR": "(a OR b) AND NOT (a AND b)",
}
_MEANT = {word: sign for sign, words in _WORDS.items() for word in words.split() if word not in _ONLY_CAPITALS} | {
    word: sign for sign, words in _CAPITALS.items() for word in words.split()
}
# A quoted phrase, an escaped character, or a piece between spaces and parentheses.
_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"|(?:\\.|[^\s()"\\])+', re.DOTALL)
_NEAR = re.compile(r"(?:NEAR|ADJ|WITHIN|W|N|ONEAR|PRE)(?:/(\d+)|(?<=NEAR)|(?<=ADJ)(\d*))", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hint:
    """A word that was probably meant as an operator: as written, its offset in the query, and what to write."""

    word: str
    position: int
    instead: str

    def __str__(self) -> str:
        return (
            f"{self.word} (character {self.position + 1}) is looked for as a word."
            f' If an operator was meant, write {self.instead}; if the word is meant, "{self.word}"'
        )


def operator_hints(query: str) -> list[Hint]:
    """Return the words of a query that were probably meant as operators, in order. The query must be valid."""
    plain, origin = plain_query(query)
    pieces = list(_PIECE.finditer(plain))
    if len(pieces) < 2:
        return []
    hints = []
    for piece in pieces:
        word = piece[0]
        at = origin[piece.start()]
        written = query[at : origin[piece.end() - 1] + 1]
        if word in ("AND", "OR", "NOT"):
            continue
        if (near := _NEAR.fullmatch(word)) and (word.isupper() or "/" in word):
            hints.append(Hint(written, at, f'"a b"~{near[1] or near[2] or 10} for words near each other'))
        elif instead := _MEANT.get(word) or _OTHERS.get(word) or _MEANT.get(word.casefold()):
            hints.append(Hint(written, at, instead))
    return hints
