"""Split a piece of a query into words, in the same way as an article, but with wildcards."""

from __future__ import annotations

import re

from flows.topics.nodes import Term, Wildcard
from newslake.words.folding import Script, Token, fold, fold_run, stem, tokens

_WILDCARDS = re.compile(r"([*?]+)")
_QUESTION = re.compile(r"\?+(?!\w)")
_MIN_LETTERS = 2  # of a pattern with wildcards; with fewer it would match nearly every word of a spaced script


class _Part:
    """One word of the query while it is assembled from adjacent literals and wildcards."""

    def __init__(self, token: Token | None, piece: str) -> None:
        self.token = token
        self.pieces = [piece]
        self.wild = token is None


def read_words(text: str, *, quoted: bool) -> tuple[Term | Wildcard, ...]:
    """Return the words of an unescaped piece of a query, at least one.

    In a quoted phrase a question mark at the end of a word is punctuation. A word of two or three capitals (UN, US, WHO) is an
    acronym, unless the whole phrase is in capitals.

    Raises:
        ValueError: there is nothing to search for, or a wildcard cannot be used. The message is for the user.
    """
    parts = _parts(_QUESTION.sub(" ", text) if quoted else text)
    if not parts:
        raise ValueError(f"{text.strip() or 'An empty phrase'} has no letter or digit to search for")
    shouted = len(parts) > 1 and all(part.token and not _has_lower(part.token.raw) for part in parts)
    return tuple(_word(part, shouted) for part in parts)


def _parts(text: str) -> list[_Part]:
    parts: list[_Part] = []
    split = _WILDCARDS.split(text)
    touching = False  # the last part ends in a wildcard directly before this position
    for literal, wildcard in zip(split[::2], [*split[1::2], ""], strict=True):
        found = [token for token in tokens(literal) if _folded(token)]
        for token in found:
            if touching and token.start == 0:
                part = parts[-1]
                if part.token and part.token.script is not token.script:
                    raise ValueError(f"The wildcard before {token.raw} joins two scripts; write two words")
                part.token = part.token or token
                part.pieces.append(_folded(token))
            else:
                parts.append(_Part(token, _folded(token)))
            touching = False
        if wildcard:
            if found and found[-1].end == len(literal):
                parts[-1].pieces.append(wildcard)
                parts[-1].wild = True
            else:
                parts.append(_Part(None, wildcard))
            touching = True
    return parts


def _word(part: _Part, shouted: bool) -> Term | Wildcard:
    pattern = re.sub(r"\*+", "*", "".join(part.pieces))
    if part.token is None:
        raise ValueError(f'The wildcard {pattern} stands alone; for words near each other write "a b"~10')
    script = part.token.script
    if script is Script.HANGUL:
        pattern = pattern.rstrip("*")  # particles may follow anyway
    elif script is Script.UNSPACED:
        pattern = pattern.strip("*")  # other characters may surround it anyway
    if not _WILDCARDS.search(pattern):
        text = stem(pattern) if script is Script.SPACED else pattern
        return Term(text, script, capitals=not shouted and not part.wild and _is_acronym(part.token))
    if script is Script.SPACED and len(_WILDCARDS.sub("", pattern)) < _MIN_LETTERS:
        raise ValueError(f"The wildcard in {pattern} needs at least {_MIN_LETTERS} letters next to it")
    return Wildcard(pattern, script)


def _folded(token: Token) -> str:
    return fold(token.raw) if token.script is Script.SPACED else fold_run(token.raw).text


def _has_lower(raw: str) -> bool:
    return raw != raw.upper()


def _is_acronym(token: Token) -> bool:
    letters = token.raw.replace(".", "")
    return token.script is Script.SPACED and 2 <= len(letters) <= 3 and letters.isalpha() and letters.isupper()
