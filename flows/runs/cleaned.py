"""What a run has cleaned and loads next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from flows.learn.memory import Learned
from warehouse.records import FetchRecord, RepeatedLine


class Cleaned:
    """What a run loads: its fetches with their articles, the number of URLs it discovered, failed sources, repeated lines;
    how many URLs it left of each source that used up its time; and what it learned of layouts.

    Not a dataclass, because Prefect visits all fields of dataclasses, and would visit every article.
    """

    def __init__(
        self,
        fetches: Sequence[FetchRecord],
        discovered: int,
        failed_sources: dict[str, str],
        repeated: Sequence[RepeatedLine] = (),
        out_of_time: Mapping[str, int] = MappingProxyType({}),
        learned: Learned | None = None,
    ) -> None:
        self.fetches = fetches
        self.discovered = discovered
        self.failed_sources = failed_sources
        self.repeated = repeated
        self.out_of_time = out_of_time
        self.learned = learned or Learned()
