"""Read an archive segment by segment: scan it, clean what may match, store each result, and go on from stored results.

Each source has a budget of cleaning time in each archive. What its pages took is stored with the result of their segment, so that
a backfill that was killed goes on with what is left of the budget, and never decides about a segment a second time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as SegmentTimeout
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from pebble import ProcessExpired

from flows.archives.results import LOOKED, Done, is_stored, store, stored
from flows.archives.scan import SEGMENT, Candidate, Ids, Intake, Scanned, Segment, scan_in_worker
from flows.refine.owned import at_own_address
from flows.refine.page import PageTask, Refined
from flows.refine.pool import Pool, refine_by_turns
from flows.refine.turns import Patience
from newslake.disk import write_whole
from newslake.errors import CaptureError
from newslake.outcomes import Outcome, Reason
from spiders.urls.canonical import url_id
from spiders.warc.model import Damaged

# A segment takes seconds; only a malicious file comes near this limit.
SECONDS_PER_SEGMENT = 900.0
NOT_CLEANED = (
    "not cleaned: slow pages of this source took {seconds:g} seconds in this archive;"
    " with a larger cleaning_seconds the same command reads the archive again"
)
_ID = 16  # bytes


@dataclass(frozen=True, slots=True)
class Crew:
    """The worker processes, and how many seconds the slow pages of a source may take of their time in each archive."""

    pool: Pool
    workers: int
    seconds: float


class Reading:
    """The results of an archive's segments, in order; they are kept in `folder`."""

    def __init__(self, folder: Path, intake: Intake, segments: Sequence[Segment], crew: Crew) -> None:
        self.segments = segments
        self._folder = folder
        self._intake = intake
        self._crew = crew
        self._ahead = crew.workers + 1  # segments that are scanned at the same time

    def results(self) -> Iterator[Done]:
        """Yield the results in order; scanning runs ahead of cleaning, so that no worker waits."""
        patience = Patience(self._crew.seconds, NOT_CLEANED)
        missing = iter([number for number, segment in enumerate(self.segments) if not is_stored(self._folder, segment)])
        scans: dict[int, Future[Scanned]] = {}
        for number, segment in enumerate(self.segments):
            done = stored(self._folder, segment)
            if done is not None:
                patience.resume(done.spent)
            else:  # missing, or a file that cannot be used and so was not scanned ahead
                if number not in scans:
                    scans[number] = self._scan(segment)
                while len(scans) < self._ahead and (following := next(missing, None)) is not None:
                    if following > number:
                        scans[following] = self._scan(self.segments[following])
                scanned = _scanned(segment, scans.pop(number))
                cleaned, spent = self._cleaned(scanned.candidates, patience)
                done = Done(
                    scanned.pages,
                    scanned.bytes,
                    scanned.counted,
                    cleaned,
                    scanned.damaged,
                    scanned.others,
                    scanned.repeated,
                    scanned.unread,
                    spent,
                )
                (self._folder / LOOKED).unlink(missing_ok=True)
                store(self._folder, segment, done)
            yield done

    def look_again(self, articles: Callable[[Sequence[UUID]], set[UUID]]) -> int:
        """Clean the pages that name no topic, but whose URL gave an article, or that are pages of one on several pages.

        An edit may have taken the words of the topic out, and they may be on one of the pages alone.

        Comes after all `results`, because an archive need not be in the order of time. Done once, however often the backfill
        resumes: later, the warehouse knows articles of this archive.

        Args:
            articles: returns those of the URLs, by their ids, that gave an article in the warehouse.

        Returns:
            The number of pages cleaned.
        """
        if (self._folder / LOOKED).exists():
            return 0
        patience = Patience(self._crew.seconds, NOT_CLEANED)
        known = self._known(articles, patience)
        count = 0
        for segment in self.segments:
            done = stored(self._folder, segment)
            again = self._again(segment, done, known, patience) if done else None
            if done and again:
                count += len(again.cleaned) - len(done.cleaned)
                store(self._folder, segment, again)
        write_whole(self._folder / LOOKED, b"")
        return count

    def _known(self, articles: Callable[[Sequence[UUID]], set[UUID]], patience: Patience) -> Counter[bytes]:
        """Return the URLs of articles: how many captures of each are on topic here, and one more if the warehouse has it.

        The other pages of an article on several pages count as one more too.

        Adds to `patience` what the pages of the archive have taken so far.
        """
        seen: set[bytes] = set()
        on_topic: Counter[bytes] = Counter()
        for segment in self.segments:
            if done := stored(self._folder, segment):
                patience.resume(done.spent)
                seen |= _ids(done.unread)
                seen |= {_key(page) for page, _ in done.cleaned}
                on_topic.update(_key(page) for page, refined in done.cleaned if refined.outcome is None)
                on_topic.update({key for _, refined in done.cleaned if refined.outcome is None for key in _others(refined)})
        on_topic.update(found.bytes for found in articles([UUID(bytes=key) for key in seen]))
        return on_topic

    def _again(self, segment: Segment, done: Done, known: Counter[bytes], patience: Patience) -> Done | None:
        """Return the result of a segment with the texts of known articles that are on no topic; None if it holds none."""
        wanted = frozenset(_ids(done.unread) & known.keys())
        cleaned = [(replace(page, is_known=_is_known(page, refined, known)), refined) for page, refined in done.cleaned]
        if not wanted and not any(page.is_known for page, _ in cleaned):
            return None
        found = _scanned(segment, self._scan(segment, wanted)).candidates if wanted else []
        unread = [page for page, refined in cleaned if page.is_known and refined.reason is Reason.FILTERED]
        texts, spent = self._cleaned([*unread, *found], patience)
        counted = done.counted - Counter((page.source, Outcome.OFF_TOPIC) for page in found)
        kept = [(page, refined) for page, refined in cleaned if page not in unread]
        return replace(
            done,
            counted=counted,
            cleaned=[*kept, *texts],
            unread=b"".join(sorted(_ids(done.unread) - wanted)),
            spent=done.spent + spent,
        )

    def _scan(self, segment: Segment, wanted: frozenset[bytes] = frozenset()) -> Future[Scanned]:
        given = (segment, self._intake, wanted)
        scan: Future[Scanned] = self._crew.pool.schedule(scan_in_worker, args=given, timeout=_seconds(segment))
        return scan

    def _cleaned(self, pages: Sequence[Candidate], patience: Patience) -> tuple[list[tuple[Candidate, Refined]], Counter[str]]:
        """Return the pages with what they became, and the milliseconds that slow ones took, by source."""
        before = patience.spent
        tasks = [
            PageTask(
                str(number),
                page.source,
                page.url,
                page.file,
                page.offset,
                page.timezone,
                page.language,
                must_clean=page.is_known,
                was_filtered=not page.is_known,
            )
            for number, page in enumerate(pages)
        ]
        found = dict(refine_by_turns(self._crew.pool, tasks, patience, self._crew.workers))
        refined = at_own_address((found[place] for place in range(len(tasks))), self._intake.owners)
        return list(zip(pages, refined, strict=True)), patience.spent - before


def _key(page: Candidate) -> bytes:
    return url_id(page.url).bytes


def _others(refined: Refined) -> set[bytes]:
    """Return the ids of the other pages of the same article, as far as a page names them."""
    paging = refined.paging
    return {url_id(url).bytes for url in (paging.first, *(other.url for other in paging.others))} if paging else set()


def _ids(joined: Ids) -> set[bytes]:
    return {joined[at : at + _ID] for at in range(0, len(joined), _ID)}


def _is_known(page: Candidate, refined: Refined, known: Counter[bytes]) -> bool:
    """Whether the page's URL gave an article, not counting this capture itself."""
    return known[_key(page)] > (refined.outcome is None)


def _seconds(segment: Segment) -> float:
    """Return the time limit for a segment: longer if the file could not be divided."""
    size = (segment.file.stat().st_size if segment.end is None else segment.end) - segment.start
    return SECONDS_PER_SEGMENT * max(1.0, size / SEGMENT)


def _scanned(segment: Segment, scan: Future[Scanned]) -> Scanned:
    """Return the scan's result; if it failed in whatever way, report the whole segment as damaged."""
    try:
        return scan.result()
    except CaptureError:
        raise
    except SegmentTimeout:
        reason = f"reading it took more than {_seconds(segment):g} seconds"
    except ProcessExpired as error:
        reason = f"it took its worker down (exit code {error.exitcode})"
    except MemoryError:
        reason = "reading it needed too much memory"
    except Exception as error:  # noqa: BLE001 - no segment may stop the others
        reason = f"an unexpected error: {type(error).__name__}: {error}"
    return Scanned(damaged=[Damaged(str(segment.file), segment.start, f"{reason}, up to byte {segment.end or 'the last'}")])
