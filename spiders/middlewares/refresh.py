"""Follows pages that show nothing and only lead elsewhere like redirects: `<meta http-equiv=refresh>` and scripts."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response

from newslake.http import is_text
from spiders.fetches import content_type
from spiders.listings.decoding import decoded
from spiders.network.request_meta import FETCH, REDIRECT_URLS
from spiders.scrapy_private import RedirectMiddleware
from spiders.urls.leads import LARGEST, leads_to


class Refresh(RedirectMiddleware):
    """Downloader middleware that takes such a page for a redirect. A news page that refreshes itself is none."""

    def process_response(self, request: Request, response: Response) -> Request | Response:
        """Return the request of the page to which a response leads; the response itself if it leads nowhere."""
        if response.status != 200 or FETCH not in request.meta or not 0 < len(response.body) <= LARGEST:
            return response
        if not is_text(response.body):
            return response
        target = leads_to(decoded(response.body, content_type(response)), response.url)
        if target is None or target in request.meta.get(REDIRECT_URLS, ()):
            return response
        return self.led(request, response, target, "refresh")
