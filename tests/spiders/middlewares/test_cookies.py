"""Few cookies of a server are kept, however many it sends."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Headers, Response

from spiders.middlewares.cookies import MAX_COOKIES, Cookies


def test_thousands_of_cookies_cost_nothing() -> None:
    kept = Cookies()
    for number in range(5):
        request = Request(f"http://outlet.example/{number}")
        headers = Headers({"Set-Cookie": [f"name{number}x{place}=value; Path=/" for place in range(3000)]})
        response = Response(request.url, headers=headers, request=request)
        assert kept.process_response(request, response) is response
        assert len(response.headers.getlist("Set-Cookie")) == 3000  # as the capture shows it
    assert sum(len(jar) for jar in kept.jars.values()) == MAX_COOKIES


def test_a_cookie_is_sent_back() -> None:
    kept = Cookies()
    request = Request("http://outlet.example/")
    kept.process_response(request, Response(request.url, headers=Headers({"Set-Cookie": "session=abc; Path=/"}), request=request))
    again = Request("http://outlet.example/news")
    kept.process_request(again)
    assert again.headers["Cookie"] == b"session=abc"
