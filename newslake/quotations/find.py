"""Find what stands in quotation marks in a text, and keep what is said and not only named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from newslake.quotations.east_asian import LANGUAGES, east_asian_speaker, goes_on
from newslake.quotations.names import is_name
from newslake.quotations.speakers import Said, speaker_of

# Opening marks, each with what closes it. A mark that both opens and closes is told by the characters beside it.
PAIRS = {"“": "”", "„": "“”", "«": "»", "「": "」", "『": "』", "»": "«", '"': '"'}
_OPENING = re.compile(f"[{''.join(PAIRS)}]")
_ITS_MARKS = {mark: re.compile(f"[{mark}{closing}]") for mark, closing in PAIRS.items()}
REVERSED = {"de", "da"}  # languages that print »…«
# Without words that say who speaks, a short stretch is a title, a nickname or a doubt.
FEWEST_WORDS, FEWEST_CHARACTERS = 6, 15
NEAR = 250  # characters before and behind a stretch in which somebody may be named
LONGEST = 2_000  # characters; a longer stretch is marks that do not belong together
_BLOT = "\0"
# Single marks, but no apostrophes.
_SINGLE = re.compile(r"‘[^‘’“”\n]*’(?![a-zà-ÿ])|(?<![\w’'])'(?=[^\s'])[^'“”\n]*'(?![a-zà-ÿ])")
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]")
_KANA_OR_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7a3]")
_MARKS = re.compile(r"[，。！？、；]")  # a name of many Chinese characters has none
_ENDS = re.compile(r"(?<=[.!?…。！？])[\s”»」』\"]+(?=\S)|(?<=[。！？])")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A stretch of a text that is quoted.

    Attributes:
        position: offset of its first character in the text, from 1, as `substr` of SQL counts.
        speaker: who says it, as the text names them; None if the words beside it do not show it.
    """

    position: int
    text: str
    speaker: str | None = None


def quotations(text: str, language: str | None = None) -> list[Quotation]:
    """Return the quotations of a text in order.

    A stretch between quotation marks counts if the words beside it say that somebody says it, or if it is long enough to be a
    sentence: titles, names and words in doubt are quoted as well.

    Args:
        text: paragraphs, one per line.
        language: ISO 639 code; without it no speaker is found.
    """
    return list(_found(text, language))


def _found(text: str, language: str | None) -> Iterator[Quotation]:
    offset = 0
    lines = text.split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        stretches = list(_stretches(line, following, language))
        outside = _outside(line, stretches) if stretches else ""
        sentence = ""
        before_end = 0
        for start, end, is_open in stretches:
            words = line[start:end].strip()
            closed = len(line) if is_open else end + 1
            between = _bare(outside[before_end : start - 1])
            if not (language in LANGUAGES and goes_on(between, language or "")):
                # What follows the same words as the quotation before is said by the same speaker.
                sentence = _sentence_before(between[-NEAR:])
            after = _bare(outside[closed : closed + LONGEST])[:NEAR]
            before_end = closed
            if not words or len(words) > LONGEST:
                continue
            said = _speaker(sentence, words, after, language)
            if said.is_said or _is_long(words):
                at = offset + start + (len(line[start:end]) - len(line[start:end].lstrip()))
                speaker = said.speaker if said.speaker and is_name(said.speaker, language or "") else None
                yield Quotation(at + 1, words.rstrip(",，") if words[-1] in ",，" else words, speaker)
        offset += len(line) + 1


def _outside(line: str, stretches: list[tuple[int, int, bool]]) -> str:
    """Return a line with what is quoted in it blotted out, character for character: nobody is named there as the speaker."""
    parts, done = [], 0
    for start, end, _ in stretches:
        parts += [line[done:start], _BLOT * (end - start)]
        done = end
    outside = "".join([*parts, line[done:]])
    return _SINGLE.sub(lambda found: found[0][0] + _BLOT * (len(found[0]) - 2) + found[0][-1], outside)


def _bare(outside: str) -> str:
    return outside.replace(_BLOT, "")


def _stretches(line: str, following: str, language: str | None) -> Iterator[tuple[int, int, bool]]:
    """Yield where quoted stretches begin and end, without their marks, and whether the closing mark is missing.

    Nested marks belong to the outer stretch. A paragraph that does not close its mark goes on in the next one if that begins with
    the mark again.
    """
    done = 0
    for found in _OPENING.finditer(line):
        at, mark = found.start(), found.group()
        if at < done or not _opens(line, at, language):
            continue
        end = _closing(line, at)
        if end is not None:
            yield at + 1, end, False
            done = end + 1
        elif mark in "“«「" and following.lstrip()[:1] == mark:
            yield at + 1, len(line), True
            return


def _opens(line: str, at: int, language: str | None) -> bool:
    mark, before, after = line[at], line[at - 1 : at], line[at + 1 : at + 2]
    if mark == "»":
        return language in REVERSED and not before.strip().isalnum() and after.strip() != ""
    if mark == "“":  # in German it closes
        return not (before.isalnum() and not _EAST_ASIAN.match(before)) or after.isalnum()
    if mark == '"':
        return (not before.isalnum() or bool(_EAST_ASIAN.match(before))) and after.strip() != ""
    return True


def _closing(line: str, start: int) -> int | None:
    mark = line[start]
    depth = 0
    for found in _ITS_MARKS[mark].finditer(line, start + 1, start + LONGEST + 2):
        at = found.start()
        if line[at] in PAIRS[mark]:
            if mark == '"' and line[at - 1].isspace():
                return None
            if not depth:
                return at
            depth -= 1
        elif line[at] == mark and mark != '"':
            if mark == "“":  # an earlier mark was not closed
                return None
            depth += 1
    return None


def _sentence_before(text: str) -> str:
    """Return the words since the last end of a sentence."""
    ends = [found.end() for found in _ENDS.finditer(text)]
    return text[ends[-1] :] if ends and text[ends[-1] :].strip() else ("" if ends else text)


def _speaker(before: str, words: str, after: str, language: str | None) -> Said:
    if language in LANGUAGES:
        return east_asian_speaker(before, after, language)
    return speaker_of(before, words, after, language)


def _is_long(words: str) -> bool:
    if len(_EAST_ASIAN.findall(words)) * 2 > len(words):
        is_chinese = not _KANA_OR_HANGUL.search(words)
        return len(words) >= FEWEST_CHARACTERS and (not is_chinese or bool(_MARKS.search(words)))
    return len(words.split()) >= FEWEST_WORDS
