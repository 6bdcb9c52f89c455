"""Define all exceptions that newslake reports to users.

    NewslakeError                 anything newslake itself reports            exit 1
    ├── UsageError                the command line or the watchlist is wrong  exit 2
    │   ├── WatchlistError        watchlist.toml: problems, each with its line
    │   ├── QueryError            a topic query cannot be parsed
    │   ├── ArticleUnknown        no article, or more than one, is what a user asked for
    │   └── LexiconError          a word list of cleaning cannot be used
    ├── CollectionUnderWay        another process does such work on the same data
    ├── CrawlError                the crawl subprocess failed
    │   └── ListingError          a response is not a readable feed, sitemap or section
    ├── RunFailed                 a run cannot be loaded, however often it is tried; it is set aside
    ├── CaptureError              a WARC file or record cannot be read or written
    ├── ArchiveError              a file given to a backfill cannot be found, fetched or listed
    ├── PageError                 one page could not be cleaned; other pages are not affected
    ├── QueryStopped              a query was ended before it was done: it takes too much memory, or its process died
    │   └── QueryTimeout          its time is over
    └── WarehouseError            the warehouse could not be opened, read or loaded
        ├── WarehouseBusy         another process holds the writer lock
        ├── WarehouseMissing      there is no warehouse at the location yet
        ├── WarehouseOutdated     an older newslake wrote it, and it has not been migrated yet
        └── StorageError          storage is full, read-only or unreachable
            └── ForeignData       the catalog and the data folder belong to two warehouses            exit 2

Every error says three things: what happened, what state is left, and the exact next command. None of them holds a secret.
"""

from __future__ import annotations

from newslake.outcomes import Reason
from newslake.secrecy import redacted


class NewslakeError(Exception):
    """Base of all errors that newslake reports.

    Args:
        happened: what went wrong, in one sentence.
        left: the resulting state ("nothing was written", "the captures are kept in …").
        next: the exact command or edit to do next.
    """

    exit_code = 1

    def __init__(self, happened: str, *, left: str | None = None, next: str | None = None) -> None:
        happened = redacted(happened)
        super().__init__(happened)
        self.happened = happened
        self.left = redacted(left) if left else left
        self.next = redacted(next) if next else next

    def __str__(self) -> str:
        lines = [self.happened]
        if self.left:
            lines.append(f"State: {self.left}")
        if self.next:
            lines.append(f"Next: {self.next}")
        return "\n".join(lines)


def brief(error: BaseException, limit: int = 500) -> str:
    """Return an error as one line without secrets: the message alone for newslake's own errors, else type and message."""
    name = type(error).__name__
    text = " ".join(redacted(str(getattr(error, "happened", error))).split())[:limit]
    return text if hasattr(error, "happened") else f"{name}: {text}" if text else name


class UsageError(NewslakeError):
    """The command line or a file of the user is wrong."""

    exit_code = 2


class WatchlistError(UsageError):
    """The watchlist file is wrong; `happened` lists every problem with its line."""


class QueryError(UsageError):
    """A topic query cannot be parsed.

    Args:
        position: offset of the offending character in the query, if known.
    """

    def __init__(self, happened: str, *, position: int | None = None, next: str | None = None) -> None:
        super().__init__(happened, next=next)
        self.position = position


class ArticleUnknown(UsageError):
    """No article, or more than one, is what a user asked for; `happened` lists the candidates or the nearest."""


class LexiconError(UsageError):
    """A file of `flows/clean/lexicon` is wrong; `happened` names the list, the language and the entry."""


class CollectionUnderWay(NewslakeError):
    """Another process does such work on the same data."""


class CrawlError(NewslakeError):
    """The crawl subprocess failed."""


class ListingError(CrawlError):
    """A response is not a readable feed, sitemap or section; `reason` says why."""

    def __init__(self, happened: str, *, reason: Reason = Reason.NOT_A_LISTING, next: str | None = None) -> None:
        super().__init__(happened, next=next)
        self.reason = reason


class RunFailed(NewslakeError):
    """A run cannot be loaded, however often it is tried; it is set aside."""


class CaptureError(NewslakeError):
    """A WARC file or record cannot be read or written."""


class ArchiveError(NewslakeError):
    """A file given to a backfill cannot be found, fetched or listed."""


class PageError(NewslakeError):
    """One page could not be cleaned; other pages are not affected."""


class QueryStopped(NewslakeError):
    """A query was not answered: it takes too much memory, its process died, or all processes are at work for others."""


class QueryTimeout(QueryStopped):
    """A query was ended because its time is over.

    Args:
        seconds: the time that it had.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(
            f"the query took longer than {seconds:g} s and was ended",
            left="nothing was changed; what was printed is not complete",
            next="ask for less, with WHERE or LIMIT, or give it more time: --timeout SECONDS",
        )


class WarehouseError(NewslakeError):
    """The warehouse could not be opened, read or loaded."""


class WarehouseBusy(WarehouseError):
    """Another process holds the writer lock."""


class WarehouseMissing(WarehouseError):
    """There is no warehouse at the location yet."""


class WarehouseOutdated(WarehouseError):
    """An older newslake wrote the warehouse, and it has not been migrated yet."""


class StorageError(WarehouseError):
    """Storage is full, read-only or unreachable."""


class ForeignData(StorageError):
    """The catalog and the data folder that the watchlist names belong to two warehouses."""

    exit_code = 2
