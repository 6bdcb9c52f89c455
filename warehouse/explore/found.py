"""Tell of articles that were found how many there are of each source, language, tag, topic, event, name, entry and day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np

from warehouse.memory import has_rows, rows_of
from warehouse.search.attributes import Attributes
from warehouse.search.plan import Only
from warehouse.search.rank import Mask, Numbers, mask_of
from warehouse.search.selected import Matched, matched
from warehouse.search.texts import ask, titles_of

MOST = 30  # values of a facet
MOST_EVENTS = 8  # each of which is shown by a headline
MANY = 300_000  # names of articles, which are counted in a tenth of a second


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the articles have a value; `facet`: source, language, tag, topic, event, name or entity (of a list).

    Attributes:
        label: what the value is shown as, where it is only an id.
    """

    facet: str
    value: str
    articles: int
    label: str = ""


class Chosen:
    """Articles that are counted. Made inside a transaction of the connection, and gone with it.

    Args:
        docs: the numbers of their indexed texts; None: all that are indexed.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, attributes: Attributes, docs: Numbers | None) -> None:
        self._con, self._attributes = con, attributes
        self._docs = attributes.docs if docs is None else docs
        self._mask: Mask | None = None if docs is None else mask_of(docs, len(attributes.dates))

    def counts(self, *, names: bool = True) -> list[Count]:
        """Return the most frequent values of each facet, with how many articles have them; `names`: also of names."""
        have = self._attributes
        facets = {"source": have.sources, "language": have.languages, "tag": have.tags, "topic": have.topics}
        facets |= {"entity": have.entities}
        counts = [Count(facet, *one) for facet, of in facets.items() for one in of.counts(self._mask)[:MOST]]
        return [*counts, *self._events(), *(self._names() if names else ())]

    @property
    def has_many_names(self) -> bool:
        """Whether there are so many names that to count some of them takes long."""
        return rows_of(self._con, "mentions") > MANY

    def _events(self) -> list[Count]:
        """Return the events that most of the articles report, at least two, each with the headline of its first report."""
        if not has_rows(self._con, "events"):
            return []
        events = self._attributes.events
        places = {value: place for place, value in enumerate(events.values)}
        most = [(event, n) for event, n in events.counts(self._mask)[:MOST_EVENTS] if n > 1]
        firsts = {event: self._earliest(events.docs[events.codes == places[event]]) for event, _ in most}
        titles = titles_of(self._con, np.array(list(firsts.values()), np.int64))
        return [Count("event", event, n, titles.get(firsts[event], "")) for event, n in most]

    def _earliest(self, docs: Numbers) -> int:
        return int(docs[np.lexsort((docs, self._attributes.dates[docs]))[0]])

    def _names(self) -> list[Count]:
        if self._mask is None:
            return self._attributes.memory.of(self._con, "names", lambda: self._names_of("mentions"))
        ask(self._con, self._docs)
        within = "SELECT article_id FROM docs SEMI JOIN asked_docs USING (doc)"
        return self._names_of(f"mentions SEMI JOIN ({within}) USING (article_id)")

    def _names_of(self, mentions: str) -> list[Count]:
        query = f"SELECT name, count(DISTINCT article_id) AS n FROM {mentions} GROUP BY name ORDER BY n DESC, name LIMIT {MOST}"
        return [Count("name", *row) for row in self._con.execute(query).fetchall()]

    def days(self) -> list[tuple[date, int]]:
        """Return the days of publication (UTC; of the first fetch, if that is unknown), with how many articles there are."""
        return self._attributes.days(self._docs)

    def total(self) -> int:
        """Return how many articles there are."""
        return len(self._docs)

    def newest(self, first: int, count: int, only: Only) -> list[Matched]:
        """Return so many articles from a place on, the latest first, as they are shown where they were chosen by `only`."""
        return matched(self._con, self._attributes.newest(self._docs, first + count)[first:], only)
