"""The one exception tree.

    NewslakeError                 anything newslake itself reports            exit 1
    ├── UsageError                the command line or the watchlist is wrong  exit 2
    │   ├── WatchlistError        watchlist.toml: problems, each with its line
    │   ├── QueryError            a topic query that cannot be read
    │   └── LexiconError          a word list of cleaning that cannot be used
    ├── CollectionUnderWay        another collection is at work on the same data
    ├── CrawlError                the crawl subprocess could not do its work
    │   └── ListingError          a feed, sitemap or section that cannot be read as one
    ├── RunFailed                 a run that cannot be loaded, whenever it is tried; it is set aside
    ├── CaptureError              a WARC file or record cannot be read or written
    ├── ArchiveError              a file given to a backfill cannot be found, fetched or listed
    ├── PageError                 one page could not be cleaned; costs that page alone
    └── WarehouseError            the warehouse could not be opened, read or loaded
        ├── WarehouseBusy         another process holds the writer lock
        ├── WarehouseMissing      there is nothing at the location yet
        ├── WarehouseOutdated     an older newslake wrote it, and nothing has migrated it since
        └── StorageError          no room, read-only or unreachable storage

Every error says three things: what happened, what state is left, and the exact next command.
"""

from __future__ import annotations

from newslake.outcomes import Reason


class NewslakeError(Exception):
    """Base of all errors that newslake reports.

    Args:
        happened: what went wrong, in one sentence.
        left: the state that is left ("nothing was written", "the captures are kept in …").
        next: the command or edit that comes next.
    """

    exit_code = 1

    def __init__(self, happened: str, *, left: str | None = None, next: str | None = None) -> None:
        super().__init__(happened)
        self.happened = happened
        self.left = left
        self.next = next

    def __str__(self) -> str:
        lines = [self.happened]
        if self.left:
            lines.append(f"State: {self.left}")
        if self.next:
            lines.append(f"Next: {self.next}")
        return "\n".join(lines)


class UsageError(NewslakeError):
    exit_code = 2


class WatchlistError(UsageError):
    """The watchlist file is wrong; `happened` lists every problem with its line."""


class QueryError(UsageError):
    """A topic query that cannot be read.

    Args:
        position: offset of the offending character in the query, if known.
    """

    def __init__(self, happened: str, *, position: int | None = None, next: str | None = None) -> None:
        super().__init__(happened, next=next)
        self.position = position


class LexiconError(UsageError):
    """A file of `flows/clean/lexicon` is wrong; `happened` names the list, the language and the entry."""


class CollectionUnderWay(NewslakeError):
    pass


class CrawlError(NewslakeError):
    pass


class ListingError(CrawlError):
    """A listing that cannot be read as one; `reason` is the reason of its end."""

    def __init__(self, happened: str, *, reason: Reason = Reason.NOT_A_LISTING, next: str | None = None) -> None:
        super().__init__(happened, next=next)
        self.reason = reason


class RunFailed(NewslakeError):
    pass


class CaptureError(NewslakeError):
    pass


class ArchiveError(NewslakeError):
    pass


class PageError(NewslakeError):
    pass


class WarehouseError(NewslakeError):
    pass


class WarehouseBusy(WarehouseError):
    pass


class WarehouseMissing(WarehouseError):
    pass


class WarehouseOutdated(WarehouseError):
    pass


class StorageError(WarehouseError):
    pass
