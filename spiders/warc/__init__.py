"""Captures in WARC files: written during a crawl, read by cleaning.

The names below are loaded on first use: the journal needs only `members`, without the WARC libraries.
"""

from typing import TYPE_CHECKING

from newslake.lazy import lazy_names

if TYPE_CHECKING:
    from spiders.warc.check import unresolved
    from spiders.warc.kept import keep
    from spiders.warc.model import Capture, Damaged, Exchange, Hints, Place
    from spiders.warc.read import iter_captures, read_capture
    from spiders.warc.write import CaptureWriter

__all__ = [
    "Capture",
    "CaptureWriter",
    "Damaged",
    "Exchange",
    "Hints",
    "Place",
    "iter_captures",
    "keep",
    "read_capture",
    "unresolved",
]

_HOMES = {
    "CaptureWriter": ".write",
    "read_capture": ".read",
    "iter_captures": ".read",
    "keep": ".kept",
    "unresolved": ".check",
    "Capture": ".model",
    "Damaged": ".model",
    "Exchange": ".model",
    "Hints": ".model",
    "Place": ".model",
}

if not TYPE_CHECKING:
    __getattr__ = lazy_names(__name__, _HOMES)
