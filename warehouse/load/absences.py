"""Tell from what the addresses of an article answered when it was gone, and when it came back. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID

from newslake.outcomes import Outcome, Reason
from warehouse.load.decide import Decided
from warehouse.records import FetchRecord

# Answers by which an article is gone from its address.
GONE = {Reason.GONE, Reason.MISSING_PAGE, Reason.LED_AWAY}
GONE_FOR_NOW = {*GONE, Reason.SITE_WIDE}
# So many articles of a host that are gone in the same way at once, nearly all that were looked at, are a sign that the site was
# rebuilt or is broken. They count as gone if they still are after this time.
SITE_WIDE_FROM = 5
SITE_WIDE_SHARE = 0.9
CONFIRMED_AFTER = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Observation:
    """What an address of an article answered.

    Attributes:
        is_gone: it says that the article is gone; else the article was there.
    """

    article_id: UUID
    url_id: UUID
    run_id: UUID
    at: datetime
    is_gone: bool
    status: int | None
    reason: str | None

    @property
    def is_site_wide(self) -> bool:
        return self.reason == Reason.SITE_WIDE


@dataclass(frozen=True, slots=True)
class Absence:
    """A time in which an article was gone: a row of `absences`.

    Attributes:
        gone_at: when it was first seen to be gone.
        run_id: the run that loaded what told so.
        came_back_at: when it was first seen again; None while it is gone.
    """

    article_id: UUID
    gone_at: datetime
    gone_status: int | None
    reason: str | None
    run_id: UUID
    came_back_at: datetime | None = None
    back_run_id: UUID | None = None


def site_wide(
    fetches: Iterable[FetchRecord], decided: Mapping[UUID, Decided], carriers: Mapping[UUID, UUID], held: Container[str] = ()
) -> dict[UUID, Decided]:
    """Return the new ends of the URLs of articles that are gone together with nearly all others of their host.

    Args:
        decided: the end of each URL of the run.
        carriers: the URLs from which known articles were taken, with these articles.
        held: hosts of which this was found in a run shortly before.
    """
    gone: dict[str, dict[tuple[int | None, Reason | None], list[UUID]]] = defaultdict(lambda: defaultdict(list))
    looked_at: Counter[str] = Counter()
    for fetch in fetches:
        end = decided[fetch.url_id]
        if fetch.url_id not in carriers or fetch.requested_at is None:
            continue
        host = urlsplit(fetch.url).netloc
        if end.reason in GONE:
            gone[host][fetch.status, end.reason].append(fetch.url_id)
            looked_at[host] += 1
        elif end.outcome not in (Outcome.NETWORK_ERROR, Outcome.HTTP_ERROR, Outcome.FAILED, Outcome.ROBOTS):
            looked_at[host] += 1
    changed = {}
    for host, kinds in gone.items():
        for url_ids in kinds.values():
            is_many = len(url_ids) >= SITE_WIDE_FROM or host in held
            if is_many and len(url_ids) >= SITE_WIDE_SHARE * looked_at[host]:
                for url_id in url_ids:
                    end = decided[url_id]
                    words = f"{end.detail}; so are nearly all articles of {host} that were looked at, so the site may be at fault"
                    changed[url_id] = replace(end, reason=Reason.SITE_WIDE, detail=words)
    return changed


def absences(observations: Iterable[Observation]) -> list[Absence]:
    """Return the absences of one article, in order, from all that its addresses answered.

    An article is gone while every address from which it was taken says so.
    """
    since: dict[UUID, Observation | None] = {}  # by address: the first answer in a row that said gone; None if it was there
    found: list[Absence] = []
    for seen in sorted(observations, key=lambda seen: (seen.at, seen.url_id)):
        if not seen.is_gone:
            since[seen.url_id] = None
            if found and found[-1].came_back_at is None:
                found[-1] = replace(found[-1], came_back_at=seen.at, back_run_id=seen.run_id)
            continue
        first = since.get(seen.url_id) or seen
        since[seen.url_id] = first
        is_sure = not seen.is_site_wide or seen.at - first.at >= CONFIRMED_AFTER
        is_open = bool(found) and found[-1].came_back_at is None
        if is_sure and not is_open and all(since.values()):
            last = max((one for one in since.values() if one), key=lambda one: one.at)
            found.append(Absence(seen.article_id, last.at, seen.status, seen.reason, seen.run_id))
    return found
