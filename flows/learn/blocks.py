"""Tell the lines of an article from the others on its page, by what recurs on other pages and by the declared text. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

from flows.clean.outlet.layout import Block, Seen
from flows.learn.evidence import ASIDE, ENOUGH, Evidence

__all__ = ["Page", "asides", "containers", "judged"]

# Pages on which words must stand to recur, and pages from which on it tells something that they do not.
RECURS, MANY_PAGES = 2, 12
# Characters of a line of prose. The share of a page's prose that must be its own, for the page to be a witness of what is not;
# the share of the blocks at a place that must be foreign; the share of an article that its container holds.
PROSE, OWN, MOSTLY, NEARLY_ALL = 60, 0.2, 0.5, 0.97
# The last step of a place that is one line of a text, and never a container.
_IS_LINE = re.compile(r"(?:^|/)(?:p|li|h[1-6]|blockquote|dd|span|b|i|a)(?:[.#][^/]*)?$")


@dataclass(frozen=True, slots=True)
class Page:
    """A page, and the keys of its blocks that are not the article's."""

    seen: Seen
    foreign: Set[int]

    @property
    def is_witness(self) -> bool:
        """Whether enough of its prose is its own. Another version of an article that was seen before has little."""
        prose = [block for block in self.seen.blocks if block.size >= PROSE]
        return _size(block for block in prose if block.key not in self.foreign) >= OWN * _size(prose)


def judged(seen: Sequence[Seen], enough: int = ENOUGH) -> list[Page]:
    """Return the pages of an outlet with the blocks that are not the article's: those that its data deny, or that recur.

    Args:
        enough: pages without which nothing can be told by what recurs on them.
    """
    times = Counter(key for page in seen for key in {block.key for block in page.blocks})
    recurring = {key for key, pages in times.items() if pages >= RECURS} if len(seen) >= enough else set()

    def is_foreign(block: Block) -> bool:
        return block.key in recurring if block.is_own is None else not block.is_own

    return [Page(page, {block.key for block in page.blocks if is_foreign(block)}) for page in seen]


def asides(pages: Sequence[Page], used: Set[str]) -> dict[str, Evidence]:
    """Return for each place with words the pages on which they are mostly not the article's, and those on which they are.

    That words recur nowhere speaks against a place only where there are pages enough for them to recur, and not if it is used.

    Args:
        used: asides of the layout by which these pages were read.
    """
    found: dict[str, Evidence] = defaultdict(Evidence)
    for page in pages:
        at: dict[str, list[Block]] = defaultdict(list)
        for block in page.seen.blocks if page.is_witness else ():
            if block.is_read or block.size >= PROSE:
                at[block.place].append(block)
        for place, blocks in at.items():
            foreign = sum(block.key in page.foreign for block in blocks)
            if any(block.is_own for block in blocks):
                found[place].against += 1
            elif foreign >= MOSTLY * len(blocks):
                found[place].confirmed += 1
            elif len(pages) >= MANY_PAGES and place not in used:
                found[place].against += 1
    for evidence in found.values():
        evidence.pages = evidence.confirmed + evidence.against
    return dict(found)


def containers(pages: Sequence[Page], beside: Mapping[str, Evidence], used: Set[str], enough: int = ENOUGH) -> list[str]:
    """Return for each page the innermost place that holds nearly all of its article; "" if there is none.

    Args:
        beside: what `asides` returned for these pages.
    """
    others = used | {place for place, one in beside.items() if one.confirmed >= enough and one.confirmed >= ASIDE * one.pages}
    return [_container(page, others) for page in pages]


def _container(page: Page, others: Set[str]) -> str:
    ours = [block for block in page.seen.blocks if block.key not in page.foreign and block.place not in others]
    read = [block for block in ours if block.is_read]
    if _size(read) < MOSTLY * _size(block for block in page.seen.blocks if block.is_read):
        # what was read is mostly what stands on other pages too
        read = [block for block in ours if block.size >= PROSE]
    held: Counter[str] = Counter()
    for block in read:
        room = block.place
        if _IS_LINE.search(room):
            room = room.rpartition("/")[0]
        while room:
            held[room] += block.size
            room = room.rpartition("/")[0]
    enough = [room for room, size in held.items() if size >= NEARLY_ALL * _size(read)]
    return max(enough, key=len, default="")


def _size(blocks: Iterable[Block]) -> int:
    return sum(block.size for block in blocks)
