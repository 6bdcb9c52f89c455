"""Find the article in the data of a page by what its fields look like, whatever they are called and in whatever language. Pure.

The headline is the text that the page is called after, and the text of the article is the long one beside it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from flows.clean.drawn.blocks import NO_TEXT, blocks
from flows.clean.drawn.lines import is_text, lines
from flows.clean.words import fold
from newslake.dates import read
from newslake.embedded import Record, dicts, text_of
from newslake.text import squeeze

__all__ = ["Found", "found_by_form", "published_in"]

# Characters of a headline that may be only the beginning of the page's name, and the share of the name that it must be.
_SURE, _SHARE = 12, 0.4
_DEPTH, _MOST = 12, 3_000
# Characters of a value that may say what a block is; of a line of text.
_LONGEST_KIND, _LINE = 24, 20
_OTHER_KIND = re.compile(
    r"imagen|imagem|immagin|bild|foto|afbeelding|obraz|gorsel|resim|publicidad|publicidade|werbung|reklam|anzeige", re.I
)
# Lists that are not the text, by what they are called.
_OTHER_KEY = re.compile(
    r"com+ent|kommentar|yorum|reac+ion|relacion|relat|verwandt|recom|empfehl|ilgili|galer|media|imag|foto|bild|video|tag|autor|author|mas_?le|lees",
    re.I,
)
_ISO = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d\S*)?")
_MARKUP = re.compile(r"<(?:p|br|div|h\d)\b", re.I)
_ADDRESS = re.compile(r"\S+|(?:https?:)?//\S.*")
_END = re.compile(r"[.!?。！？…؟।۔]")


class Found(NamedTuple):
    """An object with its headline and its text."""

    record: Record
    headline: str
    text: str


def found_by_form(values: Iterable[Any], known: Collection[str]) -> Found | None:
    """Return the innermost object that has the page's headline and a long text; None without one, or with several.

    Args:
        known: what the page says that it is called, as `fold` returns it.
    """
    best: list[Found] = []
    for value in values:
        seen: set[int] = set()
        for record in reversed(list(dicts(value))):
            headline = _headline(record, known)
            if not headline or seen & {id(one) for one in record.values()}:
                continue
            if text := _text(record, headline):
                best.append(Found(record, headline, text))
                seen.add(id(record))
    return best[0] if len({one.text for one in best}) == 1 else None


def published_in(record: Record) -> str | None:
    """Return the earliest of the dates in an object that are written in ISO 8601: nothing changes before it is published."""
    written = [one for one in record.values() if isinstance(one, str) and _ISO.fullmatch(one.strip())]
    moments = [(found.when.replace(tzinfo=None), one) for one in written if (found := read(one.strip(), epoch=False))]
    return min(moments)[1] if 0 < len(moments) <= 3 else None


def _headline(record: Record, known: Collection[str]) -> str:
    """Return the value of an object that the page is called after, also one that is wrapped; "" without one."""
    for value in record.values():
        inside = [value, *(value.values() if isinstance(value, dict) else ())]
        for one in inside:
            said = one if isinstance(one, str) else text_of(one) if one is value else ""
            name = fold(said) if len(said) < 300 else ""
            if name and any(name == page or _begins(name, page) for page in known):
                return squeeze(said)
    return ""


def _begins(name: str, page: str) -> bool:
    """Return whether a name is that of the page without the outlet behind or before it."""
    is_edge = page.startswith(f"{name} ") or page.endswith(f" {name}")
    return is_edge and len(name) >= _SURE and len(name) >= _SHARE * len(page)


def _text(record: Record, headline: str) -> str:
    """Return the text of an object, a line for each block; "" if it has none that is long enough."""
    written = [one for one in record.values() if isinstance(one, str) and is_text(one) and _END.search(one)]
    if written:
        return "\n".join(lines(max(written, key=lambda one: (_MARKUP.search(one) is not None, len(one)))))
    several = [value for key, value in record.items() if isinstance(value, (list, dict)) and not _OTHER_KEY.search(str(key))]
    texts = []
    for value in several:
        for pieces in (blocks(value), list(_pieces(value))):
            text = "\n".join(line for piece in pieces for line in lines(piece) if line != headline)
            if is_text(text) and _END.search(text):
                texts.append(text)
                break
    return max(texts, key=len, default="")


def _pieces(value: Any, depth: int = 0) -> Iterator[str]:
    """Yield the pieces of text in a list of blocks: of each block its longest one."""
    if depth > _DEPTH:
        return
    if isinstance(value, str):
        if len(value) >= _LINE and not _ADDRESS.fullmatch(value):
            yield value
    elif isinstance(value, list):
        for one in value[:_MOST]:
            yield from _pieces(one, depth + 1)
    elif isinstance(value, dict):
        kinds = [one for one in value.values() if isinstance(one, str) and len(one) <= _LONGEST_KIND and " " not in one]
        if any(NO_TEXT.search(kind) or _OTHER_KIND.search(kind) for kind in kinds):
            return
        said = [one for one in value.values() if isinstance(one, str) and any(_pieces(one))]
        if said:
            yield max(said, key=len)
        else:
            for key, one in value.items():
                if isinstance(one, (list, dict)) and not _OTHER_KEY.search(str(key)):
                    yield from _pieces(one, depth + 1)
