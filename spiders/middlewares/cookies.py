"""Cookies: keeps few of each server, so that thousands in each response cost neither memory nor time."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.downloadermiddlewares.cookies import CookiesMiddleware
from scrapy.http import Response

# Browsers keep some 180 of a domain, of at most 4096 bytes each.
MAX_COOKIES = 180
MAX_BYTES = 4096


class Cookies(CookiesMiddleware):
    """Scrapy's middleware, which passes on only the first cookies of each server. The response itself stays as it came."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._kept: Counter[str] = Counter()  # by server

    def process_response(self, request: Request, response: Response, *args: Any) -> Response:
        given = response.headers.getlist("Set-Cookie")
        if not given:
            return response
        server = urlsplit(request.url).netloc
        room = max(0, MAX_COOKIES - self._kept[server])
        kept = [cookie for cookie in given if len(cookie) <= MAX_BYTES][:room]
        self._kept[server] += len(kept)
        if kept == given:
            super().process_response(request, response, *args)
        elif kept:
            headers = response.headers.copy()
            headers.setlist("Set-Cookie", kept)
            super().process_response(request, response.replace(headers=headers), *args)
        return response
