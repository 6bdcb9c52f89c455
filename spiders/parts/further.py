"""Further pages: which other pages of an article a crawl fetches, once one page of it has answered."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Container
from typing import TYPE_CHECKING

from scrapy import Request
from scrapy.http import Response

from newslake.outcomes import Origin, Outcome, Reason
from spiders.accounts import Accounts
from spiders.fetches import Fetch
from spiders.parts.continuation import find_paging
from spiders.parts.model import Paging
from spiders.urls.canonical import url_id
from spiders.urls.pagination import MAX_PAGES

if TYPE_CHECKING:
    from spiders.crawl import CrawlJob


class FurtherPages:
    """The pages that belong to the articles of a crawl beside those that were asked for.

    Whichever page of an article answers, all others are fetched too, known or not: a look at an article looks at all its pages.

    Args:
        request: makes the requests of a fetch; none if its URL cannot be requested.
        waiting: ids of the pages that wait for the listings of their source, and are requested or ended by themselves.
    """

    def __init__(
        self, job: CrawlJob, accounts: Accounts, request: Callable[[Fetch], list[Request]], waiting: Container[str]
    ) -> None:
        self.accounts = accounts
        self.request = request
        self.waiting = waiting
        self._most = {source.name: source.max_articles or job.settings.max_articles for source in (*job.watched, *job.sources)}
        self._usual = job.settings.max_articles
        self._taken: Counter[str] = Counter()  # further pages by the source whose places they take
        self._of: dict[str, set[str]] = defaultdict(set)  # ids of the pages of each article, by the id of its first page

    def named_by(self, fetch: Fetch, response: Response) -> list[Request]:
        """Return the requests for the pages of the same article that a page names and that this crawl has not fetched."""
        paging = find_paging(response.url, response.body)
        if paging is None or not _is_followed(paging, fetch):
            return []
        pages = self._of[url_id(paging.first).hex]
        pages |= {fetch.key, url_id(response.url).hex}
        requests: list[Request] = []
        for other in paging.others:
            key = url_id(other.url).hex
            if key in pages or key in self.waiting or self.accounts.is_forgotten(key) or len(pages) >= MAX_PAGES:
                continue
            pages.add(key)
            requests += self._requests(fetch, paging.first, other.number, other.url, key)
        return requests

    def _requests(self, fetch: Fetch, first: str, number: int, url: str, key: str) -> list[Request]:
        found_by = f"page {number} of {first}"
        is_again = self.accounts.reopen(key, url)
        if not is_again and self.accounts.find(url, fetch.source, "page", found_by, Origin.PAGE) is None:
            return []
        self._taken[fetch.charged] += 1
        limit = self._most.get(fetch.charged, self._usual)
        if self._taken[fetch.charged] > limit:
            words = f"over {limit} further pages of articles (max_articles) for this run; the next run fetches it"
            self.accounts.end(key, Outcome.REFUSED, Reason.BUDGET, words)
            return []
        page = Fetch(
            key,
            url,
            "page",
            found_by,
            Origin.PAGE,
            fetch.source,
            is_slow=fetch.is_slow,
            is_guest=fetch.is_guest,
            is_respelled=is_again,
            lister=fetch.lister,
            article=first,
        )
        return self.request(page)


def _is_followed(paging: Paging, fetch: Fetch) -> bool:
    """Whether what a page names is worth a request: not where a number alone says that it is a page of something."""
    return paging.is_sure or paging.number == 1 or fetch.article == paging.first
