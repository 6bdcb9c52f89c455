"""Define what alerts tell as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flows.alerts.again import Told
from flows.alerts.spike import Spike
from warehouse.brief.news import News
from warehouse.reading.listed import ListedRow


@dataclass(frozen=True, slots=True)
class Peak:
    """A spike with what is behind it: words and outlets, each with its number of articles now and usually in 24 hours."""

    topic: str
    spike: Spike
    words: Sequence[tuple[str, int, float]]
    outlets: Sequence[tuple[str, int, float]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What an alert found at a look.

    Attributes:
        news: what it tells, each with the topics of the alert that it is on.
        late: new articles that were published days before, such as those of an archive, which are only counted.
        peaks: spikes to tell.
        entries: of an alert of lists of names: the entries that each of `news` brings.
        told: the spikes that go on, by topic, which are not told again.
    """

    news: Sequence[tuple[News, Sequence[str]]] = ()
    late: int = 0
    peaks: Sequence[Peak] = ()
    entries: Sequence[Sequence[ListedRow]] = ()
    told: Mapping[str, Told] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not (self.news or self.late or self.peaks)
