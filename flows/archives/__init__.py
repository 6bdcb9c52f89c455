"""Read WARC files for a backfill: find them, scan them in segments, and store each segment's result.

    files      the files a user named, in lists and folders too
    remote     how those of other machines get here
    parts      the WARC files in a zip file (WACZ)
    scan       which pages of a segment are worth cleaning
    reading    scanning and cleaning, segment by segment, within the time that each source has
    results    the stored results of an interrupted backfill
    batches    the runs that are loaded, made of these results
    completeness   whether all of a file was read

The names below are loaded on first use, since scanning needs the libraries of a worker process.
"""

from typing import TYPE_CHECKING

from newslake.lazy import lazy_names

if TYPE_CHECKING:
    from flows.archives.files import Archive, archives, fetch, settled
    from flows.archives.results import Done
    from flows.archives.scan import Candidate, Intake, Scanned, Segment, scan_in_worker, segments

__all__ = [
    "Archive",
    "Candidate",
    "Done",
    "Intake",
    "Scanned",
    "Segment",
    "archives",
    "fetch",
    "scan_in_worker",
    "segments",
    "settled",
]

_HOMES = {
    "Archive": ".files",
    "archives": ".files",
    "fetch": ".files",
    "settled": ".files",
    "Done": ".results",
    "Candidate": ".scan",
    "Intake": ".scan",
    "Scanned": ".scan",
    "Segment": ".scan",
    "scan_in_worker": ".scan",
    "segments": ".scan",
}

if not TYPE_CHECKING:
    __getattr__ = lazy_names(__name__, _HOMES)
