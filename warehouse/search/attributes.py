"""Read by what indexed texts are restricted, counted and sorted: columns of the index, held until the warehouse changes.

A column of a million texts is read in a tenth of a second, and then counted and compared in a few milliseconds, while DuckDB
would read it again for each search.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import duckdb
import numpy as np

from warehouse.database.statements import in_columns, statement
from warehouse.memory import Memory
from warehouse.search.rank import Mask, Numbers, mask_of

EPOCH = date(1970, 1, 1)
DAY = 86_400_000_000  # microseconds


@dataclass(frozen=True, slots=True)
class Attribute:
    """What texts have of one kind: sources, topics.

    Attributes:
        values: each value once.
        docs, codes: the number of a text and the place of one of its values; a text may have several, or none.
    """

    values: list[str]
    docs: Numbers
    codes: Numbers

    def counts(self, chosen: Mask | None) -> list[tuple[str, int]]:
        """Return the values with how many of the chosen texts (None: of all) have them, the most frequent first."""
        codes = self.codes if chosen is None else self.codes[chosen[self.docs]]
        counts = zip(self.values, np.bincount(codes, minlength=len(self.values)).tolist(), strict=True)
        return sorted((one for one in counts if one[1]), key=lambda one: (-one[1], one[0]))

    def having(self, wanted: Iterable[str], size: int) -> Mask:
        """Return which of so many texts have one of the values."""
        names = set(wanted)
        places = [place for place, value in enumerate(self.values) if value in names]
        return mask_of(self.docs[np.isin(self.codes, places)], size)


class Attributes:
    """The attributes of all indexed texts, each read when it is first needed."""

    def __init__(self, con: duckdb.DuckDBPyConnection, memory: Memory) -> None:
        self._con, self.memory = con, memory

    @property
    def docs(self) -> Numbers:
        """Return the numbers of all texts."""
        return self._dated[0]

    @property
    def dates(self) -> Numbers:
        """Return by number when texts were published (first fetched, if that is unknown), in microseconds since 1970."""
        return self._dated[1]

    @property
    def sources(self) -> Attribute:
        return self.memory.of(self._con, "sources", lambda: self._of("source"))

    @property
    def languages(self) -> Attribute:
        return self.memory.of(self._con, "languages", lambda: self._of("language"))

    @property
    def topics(self) -> Attribute:
        """Return the topics of which texts have a current match."""
        return self.memory.of(self._con, "topics", lambda: self._of("topics"))

    @property
    def entities(self) -> Attribute:
        """Return the entries of the user's lists of names that texts have."""
        return self.memory.of(
            self._con, "entities", lambda: self._read("SELECT DISTINCT doc, entity FROM listed JOIN docs USING (article_id)")
        )

    @property
    def events(self) -> Attribute:
        """Return the events that texts report, each by its id."""
        query = "SELECT doc, event_id::VARCHAR FROM events JOIN docs USING (article_id)"
        return self.memory.of(self._con, "events", lambda: self._read(query))

    @property
    def tags(self) -> Attribute:
        """Return the tags of outlets, and those of notes."""
        return self.memory.of(self._con, "tags", self._tags)

    @property
    def _dated(self) -> tuple[Numbers, Numbers]:
        return self.memory.of(self._con, "dated", self._dates)

    def newest(self, docs: Numbers, count: int) -> Numbers:
        """Return so many of some texts, the latest first."""
        dates = self.dates[docs]
        if count < len(docs):
            kept = dates >= np.partition(dates, len(docs) - count)[len(docs) - count]
            docs, dates = docs[kept], dates[kept]
        latest: Numbers = docs[np.lexsort((-docs, -dates))[:count]]
        return latest

    def days(self, docs: Numbers) -> list[tuple[date, int]]:
        """Return the days (UTC) of some texts, with how many there are of each."""
        if not len(docs):
            return []
        days = self.dates[docs] // DAY
        first = int(days.min())
        counts = np.bincount(days - first)
        return [(EPOCH + timedelta(first + int(place)), int(counts[place])) for place in np.flatnonzero(counts)]

    def between(self, since: datetime | None, until: datetime | None) -> Mask:
        """Return which texts are of a stretch of time, by number; `until` itself is excluded."""
        mask = mask_of(self.docs, len(self.dates))
        if since is not None:
            mask &= self.dates >= microseconds(since)
        if until is not None:
            mask &= self.dates < microseconds(until)
        return mask

    def _of(self, column: str) -> Attribute:
        return self._read(f"SELECT doc, {column} FROM docs")

    def _read(self, query: str) -> Attribute:
        """Return what a query gives: the number of a text, and a value or a list of values."""
        import pyarrow as pa
        import pyarrow.compute as pc

        table = in_columns(self._con, query)
        docs = table.column(0).to_numpy()
        found = pa.chunked_array(table.column(1)).combine_chunks()
        if pa.types.is_list(found.type):
            docs = np.repeat(docs, pc.fill_null(pc.list_value_length(found), 0).to_numpy(zero_copy_only=False))
            found = found.flatten()
        elif found.null_count:
            docs, found = docs[found.is_valid().to_numpy(zero_copy_only=False)], found.drop_null()
        encoded = found.dictionary_encode()
        return Attribute(encoded.dictionary.to_pylist(), docs, encoded.indices.to_numpy())

    def _tags(self) -> Attribute:
        tags = self._of("tags")
        noted = self._con.execute(statement("noted_tags")).fetchall()
        if not noted:
            return tags
        of_noted = np.isin(tags.docs, [doc for doc, _ in noted])
        known = {(int(doc), tags.values[code]) for doc, code in zip(tags.docs[of_noted], tags.codes[of_noted], strict=True)}
        more = [(doc, tag) for doc, tag in noted if (doc, tag) not in known]
        values = list(dict.fromkeys((*tags.values, *(tag for _, tag in more))))
        place = {value: number for number, value in enumerate(values)}
        docs, codes = np.array([doc for doc, _ in more], np.int32), np.array([place[tag] for _, tag in more], np.int32)
        return Attribute(values, np.concatenate((tags.docs, docs)), np.concatenate((tags.codes, codes)))

    def _dates(self) -> tuple[Numbers, Numbers]:
        query = "SELECT doc, epoch_us(coalesce(published_at, first_seen_at)) AS at FROM docs"
        table = in_columns(self._con, query)
        docs = table.column("doc").to_numpy()
        dates = np.zeros(int(docs.max()) + 1 if len(docs) else 0, np.int64)
        dates[docs] = table.column("at").to_numpy()
        return docs, dates


def microseconds(moment: datetime) -> int:
    """Return a moment as microseconds since 1970."""
    return int(np.datetime64(moment.astimezone(UTC).replace(tzinfo=None), "us").astype(np.int64))
