"""Unpacks responses, whatever their Content-Encoding says or leaves out, and rejects those that are cut off.

Scrapy unpacks what it can of a truncated stream and delivers it as the whole body. As half an article must not pass for the
article, such a response is treated like a broken connection.
"""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares.httpcompression import HttpCompressionMiddleware
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response

from newslake.http import CodingError, Incomplete, TooLarge, codings_of, unpacked
from spiders.listings.decoding import MAX_BYTES
from spiders.network.request_meta import KIND
from spiders.scrapy_private import max_size


class Compression(HttpCompressionMiddleware):
    """Scrapy's middleware with a lenient reader of its own.

    Raises ResponseDataLossError for a truncated response, `newslake.http.TooLarge` for one that unpacks to more than
    DOWNLOAD_MAXSIZE, and CodingError for a damaged one.
    """

    def process_response(self, request: Request, response: Response) -> Request | Response:  # type: ignore[override]
        if request.method == "HEAD":
            return response
        if "download_stopped" in response.flags:  # of a long robots.txt the beginning is enough
            return super().process_response(request, response)
        codings = _codings(response)
        limit = max_size(self)
        if not codings and request.meta.get(KIND) in ("feed", "sitemap"):
            limit = max(limit, MAX_BYTES)  # a file that is packed itself
        try:
            body = unpacked(response.body, codings, limit)
        except CodingError as error:
            if response.status != 200:
                return response
            if isinstance(error, Incomplete):
                raise ResponseDataLossError from error
            raise
        if codings:
            del response.headers["Content-Encoding"]
        return response if body is response.body else response.replace(body=body)


def is_whole(response: Response, limit: int) -> bool:
    """Whether a response can be unpacked to its end; also true if it unpacks to more than `limit` bytes."""
    try:
        unpacked(response.body, _codings(response), limit)
    except TooLarge:
        return True
    except CodingError:
        return False
    return True


def _codings(response: Response) -> tuple[str, ...]:
    return codings_of(b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1"))
