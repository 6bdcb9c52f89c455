"""Make the runs of an archive out of the results of its segments. The same results give the same runs."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid5

from flows.archives.completeness import damage_row, what_was_read
from flows.archives.files import Archive
from flows.archives.parts import Part
from flows.archives.request import Request
from flows.archives.results import Done
from flows.archives.scan import Candidate
from flows.refine.joined import first_ids, joined
from flows.refine.page import Refined
from flows.refine.repeated_lines import without_repeated
from flows.runs.captures import Place, moved, place_of
from flows.runs.memory import drop_forgotten, read_memory, read_pages
from flows.topics import compile_topics
from flows.watchlist import Watchlist
from newslake import __version__
from newslake.errors import WarehouseMissing
from newslake.outcomes import End, Origin, Outcome, Reason
from spiders.urls.canonical import canonicalise, url_id, without_credentials
from spiders.warc.kept import keep
from spiders.warc.manifest import Event, record
from spiders.warc.model import Damaged
from warehouse.database.connect import open_reader
from warehouse.read import has_run
from warehouse.records import ArticleRecord, FetchRecord, RunBatch, RunRecord

# Rows of one load: some tens of megabytes of articles.
ROWS_PER_RUN = 2_000
# Outcomes of a cleaned page that are counted and get no row, unless every row was asked for.
_COUNTED = {Outcome.OFF_TOPIC, Outcome.NOT_ARTICLE, Outcome.REFUSED}


@dataclass(slots=True)
class _Group:
    """What goes into one run, or into several that have rows of the same URL."""

    pages: list[tuple[Candidate, Refined]] = field(default_factory=list)
    counted: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    damaged: list[Damaged] = field(default_factory=list)


def _layers(pages: Sequence[tuple[Candidate, Refined]]) -> list[list[tuple[Candidate, Refined]]]:
    """Divide pages so that no layer has two of one URL, in the order of time."""
    layers: list[list[tuple[Candidate, Refined]]] = []
    seen: Counter[UUID] = Counter()
    for page, refined in sorted(pages, key=lambda each: each[0].fetched_at):
        key = url_id(page.url)
        if seen[key] == len(layers):
            layers.append([])
        layers[seen[key]].append((page, refined))
        seen[key] += 1
    return layers


def _without_off_topic(pages: Sequence[Refined], stored: Container[UUID]) -> list[Refined]:
    """Return the pages in order, without the text of articles on several pages that are off topic and not stored."""
    off = {
        url_id(page.article.raw_url)
        for page in pages
        if page.outcome is Outcome.OFF_TOPIC and page.article and page.article.parts and page.article.article_id not in stored
    }
    return [
        Refined(page.key, Outcome.OFF_TOPIC, Reason.NO_MATCH)
        if page.page_of in off or (page.article and page.article.parts and url_id(page.article.raw_url) in off)
        else page
        for page in pages
    ]


@dataclass(frozen=True, slots=True)
class Batches:
    """The runs of an archive.

    Attributes:
        name: names the request and the code; the ids of the runs are made of it.
        folder: the backfill's own, which is removed in the end, with the files in it.
        began: when work on the archive began.
    """

    watchlist: Watchlist
    archive: Archive
    request: Request
    parts: list[Part]
    name: UUID
    folder: Path
    began: datetime

    def of(self, results: Iterable[Done], losses: Iterable[Damaged]) -> Iterator[RunBatch]:
        """Yield the runs. No run has two rows of one URL.

        Texts that an edit took off all topics come last, when the articles that they belong to are loaded. So do pages of an
        article on several pages that are on no topic by themselves.
        """
        group, number = _Group(damaged=list(losses)), 0
        edits: list[tuple[Candidate, Refined]] = []
        for done in results:
            for page, refined in done.cleaned:
                is_edit = page.is_known and refined.outcome is Outcome.OFF_TOPIC
                is_part = refined.paging is not None and refined.outcome is not None
                (edits if is_edit or is_part else group.pages).append((page, refined))
            group.counted += done.counted
            group.damaged += done.damaged
            if len(group.pages) >= ROWS_PER_RUN:
                for batch in self._runs(group, number):
                    yield batch
                    number += 1
                group = _Group()
        for rest in (group, _Group(edits)):
            if rest.pages or rest.counted or rest.damaged:
                for batch in self._runs(rest, number):
                    yield batch
                    number += 1

    def _runs(self, group: _Group, number: int) -> Iterator[RunBatch]:
        """Yield the runs of a group, numbered from `number` on. Of rows of one URL, the earliest goes first."""
        known = read_memory(self.watchlist, sorted({page.source for page, _ in group.pages}))
        matcher = compile_topics(self.watchlist.topics, self.watchlist.source_tags)
        runs = uuid5(self.name, what_was_read(group.pages, group.counted, group.damaged))
        counted = Counter(group.counted)
        damaged = [damage_row(self.archive, damage, self.parts) for damage in group.damaged]
        for layer in _layers(group.pages) or [[]]:
            # what the runs before this one brought is in the warehouse by now
            pages = [replace(one, key=str(place)) for place, (_, one) in enumerate(layer)]
            stored = read_pages(self.watchlist, *first_ids(pages))
            pages = _without_off_topic(joined(pages, stored, matcher), stored)
            refined, repeated = without_repeated(pages, known.texts, known.repeated, matcher)
            rows, damaged = damaged, []
            for (page, _), one in zip(layer, refined, strict=True):
                row = self._row(page, one)
                if row.outcome in _COUNTED and row.article is None and not self.request.every_row:
                    counted[page.source, row.outcome] += 1
                else:
                    rows.append(row)
            told: dict[str, dict[Outcome, int]] = defaultdict(dict)
            for (source, outcome), count in counted.items():
                told[source][outcome] = count
            run_id = uuid5(runs, str(number))
            fetches = self._kept(drop_forgotten(self.watchlist, rows), run_id)
            discovered = len(fetches) + sum(counted.values())
            run = RunRecord(run_id, "backfill", self.began, datetime.now(UTC), "completed", __version__, discovered)
            yield RunBatch(run, tuple(fetches), tuple(repeated), told, sources=self.watchlist.source_records)
            counted = Counter()
            number += 1

    def _row(self, page: Candidate, refined: Refined) -> FetchRecord:
        article = refined.article
        end = End(refined.outcome, refined.reason, refined.detail)
        is_edit = end.outcome is Outcome.OFF_TOPIC and (page.is_known or bool(article and article.parts))
        if end.outcome is not None and not is_edit:
            article = None
        elif article and not self.request.days.holds(article.page.published_at or page.fetched_at):
            article = None
            if not is_edit:
                end = End(Outcome.REFUSED, Reason.OTHER_DAY, "published on another day than was asked for")
        return FetchRecord(
            url_id=url_id(page.url),
            source=page.source,
            url=without_credentials(page.url),
            canonical_url=canonicalise(page.url),
            kind="page",
            found_by=f"backfill {self.archive.place}",
            requested_at=page.fetched_at,
            status=200,
            bytes=page.bytes,
            outcome=end.outcome,
            reason=end.reason,
            detail=end.detail or page.problem,
            origin=Origin.BACKFILL,
            capture_file=str(self._here(page.file)),
            capture_offset=page.offset,
            article=self._parts_here(article) if article else None,
            page_of=refined.page_of,
        )

    def _parts_here(self, article: ArticleRecord) -> ArticleRecord:
        parts = [
            part
            if part.is_stored or part.capture_file is None
            else replace(part, capture_file=str(self._here(Path(part.capture_file))))
            for part in article.parts
        ]
        return replace(article, parts=tuple(parts))

    def _here(self, file: Path) -> Path:
        """Return a file of the backfill's folder where it is now: stored results name it by the path that it had then."""
        key = self.folder.name
        return self.folder.joinpath(*file.parts[file.parts.index(key) + 1 :]) if key in file.parts else file

    def _kept(self, fetches: list[FetchRecord], run_id: UUID) -> list[FetchRecord]:
        """Copy captures from the state folder, where nothing stays, to the captures folder; those in the user's files stay."""
        chosen = [
            (Path(row.capture_file), row.capture_offset)
            for row in fetches
            if (row.article or row.page_of)
            and row.capture_file
            and row.capture_offset is not None
            and self._is_removed(row.capture_file)
        ]
        copies: dict[Place, Place] = {}
        if chosen and self.watchlist.crawl.keep_captures != "none" and not self._is_loaded(run_id):
            file = self.watchlist.captures / "backfill" / f"{run_id}.warc.gz"
            copies = keep(chosen, file)
            record(self.watchlist.captures, Event.ADDED, [file])
        name = self.watchlist.capture_name
        copies |= {place: place for place in map(place_of, fetches) if place and not self._is_removed(str(place[0]))}
        return [moved(row, copies, name) for row in fetches]

    def _is_loaded(self, run_id: UUID) -> bool:
        """Whether the run is in the warehouse, which points into the file of its copies: that must stay as it is."""
        try:
            with open_reader(self.watchlist.warehouse) as con:
                return has_run(con, run_id)
        except WarehouseMissing:
            return False

    def _is_removed(self, file: str) -> bool:
        # The state folder also has the captures of runs that were set aside, which people remove once they are loaded.
        return Path(file).is_relative_to(self.watchlist.state)
