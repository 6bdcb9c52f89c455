"""Read from the search index what a plan needs, and the texts that it selects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb
import numpy as np

from newslake.words.terms import MARKS, VERSION
from warehouse.database.statements import in_columns, statement
from warehouse.memory import Memory
from warehouse.search.attributes import Attributes
from warehouse.search.plan import FromSource, Only, Part, Plan, Tagged, Terms, conditions_of, parts_of
from warehouse.search.rank import Mask, Numbers, Postings, Selected, Texts, mask_of, select
from warehouse.search.tags import known_sources, known_tags, named_so

FEW = 64  # terms that DuckDB skips by; more are joined


class Index:
    """The search index as a connection sees it. It remembers what is known of all texts until the warehouse changes."""

    def __init__(self, con: duckdb.DuckDBPyConnection, memory: Memory) -> None:
        self._con, self._memory = con, memory
        self.attributes = Attributes(con, memory)
        self._clitics: Mask | None = None
        self._meeting: dict[Tagged | FromSource, Mask] = {}

    def search(self, plan: Plan, only: Only) -> Selected:
        """Return the texts that a plan may select, by number."""
        texts = self.texts()
        self.look_at([plan])
        found = postings_of(self._con, parts_of(plan))
        return select(plan, found, texts, None if only.nothing else self._allowed(only, len(texts.alive)), self._meeting)

    def search_all(self, plans: Mapping[str, Plan], only: Only) -> dict[str, Selected]:
        """Return what each of many plans may select, by its name."""
        texts = self.texts()
        self.look_at(plans.values())
        found = postings_of(self._con, set().union(*map(parts_of, plans.values())))
        mask = None if only.nothing else self._allowed(only, len(texts.alive))
        return {name: select(plan, found, texts, mask, self._meeting) for name, plan in plans.items()}

    def within(self, only: Only) -> Numbers:
        """Return the numbers of all texts to which a search is restricted."""
        allowed: Numbers = np.flatnonzero(self._allowed(only, len(self.texts().alive)))
        return allowed

    def texts(self) -> Texts:
        """Return the indexed texts."""
        return self._memory.of(self._con, "texts", self._texts)

    def _texts(self) -> Texts:
        # Texts that await indexing by the rules of today count as missing.
        query = "SELECT doc, CASE WHEN rules = ? THEN length ELSE -1 END AS length, clitics FROM docs"
        docs = _arrays(self._con, query, [VERSION])
        return Texts.of(docs["doc"], docs["length"], docs["clitics"])

    def look_at(self, plans: Iterable[Plan]) -> None:
        """Read what the texts are known to meet beside words: their languages, and the tags and sources of these plans."""
        texts = self.texts()
        size, self._clitics = len(texts.alive), texts.clitics
        asked = set().union(*map(conditions_of, plans))
        tags = known_tags(self._con) if any(isinstance(one, Tagged) for one in asked) else {}
        sources = known_sources(self._con) if any(isinstance(one, FromSource) for one in asked) else {}
        self._meeting = {one: self._meet(one, tags, sources, size) for one in asked}

    def _meet(
        self, asked: Tagged | FromSource, tags: Mapping[str, list[str]], sources: Mapping[str, Sequence[str]], size: int
    ) -> Mask:
        """Return which texts meet a condition."""
        match asked:
            case Tagged(folded):
                only = Only(tags=tuple(tags.get(folded, ())))
            case FromSource(field, pattern):
                only = Only(sources=named_so(field, pattern, sources))
        return np.zeros(size, np.bool_) if only.nothing else self._allowed(only, size)

    def met_by(self, doc: int) -> list[Tagged | FromSource]:
        """Return those of the conditions of the plans looked at that a text meets."""
        return [asked for asked, meet in self._meeting.items() if meet[doc]]

    def has_clitics(self, doc: int) -> bool:
        """Return whether the language of a text that a search found has Arabic prefixes."""
        return self._clitics is None or bool(self._clitics[doc])

    def _allowed(self, only: Only, size: int) -> Mask:
        have = self.attributes
        parts = []
        if only.since or only.until:
            parts.append(have.between(only.since, only.until))
        if only.sources:
            parts.append(have.sources.having(only.sources, size))
        if only.languages:
            parts.append(have.languages.having(map(str.lower, only.languages), size))
        if only.topics:
            parts.append(have.topics.having(only.topics, size))
        if only.tags:
            parts.append(have.tags.having(only.tags, size))
        if only.entities:
            parts.append(have.entities.having(only.entities, size))
        if only.events:
            parts.append(have.events.having(map(str, only.events), size))
        if only.names:
            named = _arrays(self._con, statement("docs_naming"), {"names": [*map(str.lower, only.names)]})
            parts.append(mask_of(named["doc"], size))
        allowed: Mask = np.logical_and.reduce(parts) if parts else mask_of(have.docs, size)
        return allowed


def postings_of(con: duckdb.DuckDBPyConnection, parts: Iterable[Part]) -> dict[Part, Postings]:
    """Return the postings of each part."""
    parts = list(parts)
    single = {part[0].low: part for part in parts if len(part) == 1 and part[0].high is None}
    found = _of_terms(con, single)
    for part in parts:
        if part not in found:
            found[part] = _of_ranges(con, part)
    return found


def _of_terms(con: duckdb.DuckDBPyConnection, parts: Mapping[str, Part]) -> dict[Part, Postings]:
    """Return the postings of parts that are one term each, by one query."""
    if not parts:
        return {}
    terms = list(parts)
    query = "SELECT a.part, p.doc, p.tf, p.title_tf FROM postings AS p JOIN {} USING (term) WHERE {} ORDER BY a.part"
    if len(terms) <= FEW:
        asked = ", ".join(f"(?, {place})" for place in range(len(terms)))
        named = f"term IN ({', '.join('?' * len(terms))})"
        rows = _arrays(con, query.format(f"(VALUES {asked}) AS a(term, part)", named), [*terms, *terms])
    else:
        rows = _of_many(con, query.format("asked_terms AS a", "true"), terms)
    bounds = np.searchsorted(rows["part"], np.arange(len(terms) + 1))
    return {
        part: Postings(*(rows[name][bounds[number] : bounds[number + 1]] for name in ("doc", "tf", "title_tf")))
        for number, part in enumerate(parts.values())
    }


def _of_many(con: duckdb.DuckDBPyConnection, query: str, terms: Sequence[str]) -> dict[str, Numbers]:
    import pyarrow as pa

    con.register("asked_terms", pa.table({"term": pa.array(terms, pa.string()), "part": pa.array(range(len(terms)), pa.int32())}))
    try:
        return _arrays(con, query)
    finally:
        con.unregister("asked_terms")


def _of_ranges(con: duckdb.DuckDBPyConnection, part: Part) -> Postings:
    """Return the postings of a part that is several terms; a text that has several of them occurs once."""
    given: list[Any] = []
    # Together and not by OR, with which DuckDB would read the whole index.
    found = " UNION ALL ".join(f"SELECT doc, tf, title_tf FROM postings WHERE {_condition(terms, given)}" for terms in part)
    query = f"SELECT doc, sum(tf)::INTEGER AS tf, sum(title_tf)::INTEGER AS title_tf FROM ({found}) GROUP BY doc"
    rows = _arrays(con, query, given)
    return Postings(rows["doc"], rows["tf"], rows["title_tf"])


def _condition(terms: Terms, given: list[Any]) -> str:
    given.append(terms.low)
    if terms.high is None:
        return "term = ?"
    given.append(terms.high)
    if terms.pattern is None:
        return "(term >= ? AND term < ?)"
    given.append(terms.pattern)
    return f"(term >= ? AND term < ? AND NOT contains('{MARKS}', left(term, 1)) AND regexp_full_match(term, ?, 's'))"


def _arrays(con: duckdb.DuckDBPyConnection, query: str, given: Any = None) -> dict[str, Numbers]:
    table = in_columns(con, query, given)
    return {name: table.column(name).to_numpy(zero_copy_only=False) for name in table.column_names}
