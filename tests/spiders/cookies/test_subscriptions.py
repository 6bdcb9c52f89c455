"""Which requests of a source get which cookies of its file, by the rules that browsers follow."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest
from scrapy import Request
from scrapy.http import Response

from newslake.outcomes import Origin
from spiders.cookies.subscriptions import Subscriptions
from spiders.fetches import Fetch
from spiders.middlewares.cookies import Cookies, Subscribed
from spiders.network.request_meta import FETCH
from spiders.sources import Source

LINES = (
    ".post.example.org\tTRUE\t/\tFALSE\t0\twide\t1",
    "www.post.example.org\tFALSE\t/\tFALSE\t0\thost\t1",
    "post.example.org\tFALSE\t/\tFALSE\t0\tbare\t1",
    ".post.example.org\tTRUE\t/news\tFALSE\t0\tdeep\t1",
    "#HttpOnly_.post.example.org\tTRUE\t/\tTRUE\t4102444800.5\tsafe\t1",
    ".post.example.org\tTRUE\t/\tFALSE\t1600000000\told\t1",
    ".org\tTRUE\t/\tFALSE\t0\tsuffix\t1",
    "localhost\tFALSE\t/\tFALSE\t0\tlocal\t1",
    ".post.example.org\tTRUE\t/\tFALSE\t0\tempty",
)


class Crawl:
    """The middlewares of a crawl of two sources of which one has cookies."""

    def __init__(self, folder: Path) -> None:
        file = folder / "cookies.txt"
        file.write_text("\n".join(LINES))
        home = "https://www.post.example.org/"
        sources = [Source(name="post", url=home, cookies=str(file)), Source(name="bay", url="https://bay.example.net/")]
        self.subscriptions = Subscriptions(sources)
        crawler = SimpleNamespace(spider=SimpleNamespace(subscriptions=self.subscriptions))
        self.subscribed, self.cookies = Subscribed(crawler), Cookies()  # type: ignore[arg-type]
        self.cookies.crawler = crawler  # type: ignore[assignment]

    def sent(self, url: str, source: str | None = "post") -> set[str]:
        """The names of the cookies that a request would have."""
        request = self.request(url, source)
        header = request.headers.get("Cookie") or b""
        return {pair.partition("=")[0] for pair in header.decode().split("; ") if pair}

    def request(self, url: str, source: str | None) -> Request:
        fetch = Fetch("", url, "page", "", Origin.LISTING, source) if source else None
        request = Request(url, meta={FETCH: fetch} if fetch else {})
        self.subscribed.process_request(request)
        self.cookies.process_request(request)
        return request


@pytest.fixture(scope="module")
def crawl(tmp_path_factory: pytest.TempPathFactory) -> Crawl:
    return Crawl(tmp_path_factory.mktemp("cookies"))


@pytest.mark.parametrize(
    ("url", "names"),
    [
        ("https://www.post.example.org/", {"wide", "host", "safe", "empty"}),
        ("http://www.post.example.org/", {"wide", "host", "empty"}),
        ("https://post.example.org/", {"wide", "bare", "safe", "empty"}),
        ("https://www.post.example.org/news/1", {"wide", "host", "safe", "empty", "deep"}),
        ("https://www.post.example.org/newsroom", {"wide", "host", "safe", "empty"}),
        ("https://a.www.post.example.org/", {"wide", "safe", "empty"}),
        ("https://notpost.example.org/", set()),
        ("https://post.example.org.evil.example/", set()),
        ("https://another.org/", set()),
        ("https://bay.example.net/", set()),
    ],
)
def test_a_request_gets_what_belongs_to_its_host_and_path(url: str, names: set[str], crawl: Crawl) -> None:
    assert crawl.sent(url) == names


@pytest.mark.parametrize("source", ["bay", None], ids=("another source", "robots.txt"))
def test_nobody_else_gets_any(source: str | None, crawl: Crawl) -> None:
    assert crawl.sent("https://www.post.example.org/", source) == set()


def test_what_a_site_sets_stays_with_the_source(tmp_path: Path) -> None:
    crawl = Crawl(tmp_path)
    url = "https://www.post.example.org/"
    for source, name in (("post", "fresh"), ("bay", "anonymous")):
        request = crawl.request(url, source)
        crawl.cookies.process_response(request, Response(url, headers={"Set-Cookie": f"{name}=2; Path=/"}))
    assert "fresh" in crawl.sent(url) and "anonymous" not in crawl.sent(url)
    assert crawl.sent(url, "bay") == {"anonymous"}


@pytest.mark.parametrize(
    ("value", "is_hidden"),
    [
        ("f1l3Pl4nt3d9Kq8vR2mTx0", True),
        ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0", True),
        ("QWxhZGRpbjpvcGVuIHNlc2FtZQ", True),
        ("reader%40mail.example", True),
        ("f81d4fae-7dec-11d0-a765-00a0c91e6bf6", True),
        ("en-GB", False),
        ("/world/2026/10/05/oil-for-rason", False),
        ("north-korea-ships-oil-to-russia", False),
        ("1700000000", False),
    ],
)
def test_values_that_tell_are_hidden_and_words_of_pages_are_not(value: str, is_hidden: bool, tmp_path: Path) -> None:
    file = tmp_path / "cookies.txt"
    file.write_text(f".post.example.org\tTRUE\t/\tFALSE\t0\tname\t{value}")
    subscriptions = Subscriptions([Source(name="post", url="https://post.example.org/", cookies=str(file))])
    assert (subscriptions.hide(f"<a href='{value}'>") == "<a href='***'>") is is_hidden


KEY = "q8Jk0sL2xZ9d/7+mR=Tb4"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (
            "mina@paper.example",
            ["mina@paper.example", "mina%40paper.example", "mina&#64;paper.example", r"mina\u0040paper.example"],
        ),
        ('{"plan":"free","mail":"mina@paper.example"}', ["Hello mina@paper.example", "m=mina%40paper.example"]),
        ("%7B%22mail%22%3A%22mina%40paper.example%22%7D", ["mina@paper.example"]),
        ("mina|1893456000|Zk3pQ9xT7vB2nM5w", ["?token=Zk3pQ9xT7vB2nM5w", "mina%7C1893456000%7CZk3pQ9xT7vB2nM5w"]),
        (f"{KEY}&<a1b2>", [f"{KEY}&amp;&lt;a1b2&gt;", "q8Jk0sL2xZ9d%2f7%2bmR%3dTb4%26%3ca1b2%3e", r"q8Jk0sL2xZ9d\/7+mR=Tb4"]),
    ],
)
def test_a_value_is_hidden_however_a_page_writes_it_and_in_pieces(tmp_path: Path, value: str, said: list[str]) -> None:
    file = tmp_path / "cookies.txt"
    file.write_text(f"post.example.org\tFALSE\t/\tFALSE\t0\tlogin\t{value}\n")
    subscriptions = Subscriptions([Source(name="post", url="https://post.example.org/", cookies=str(file))])
    for one in said:
        for hidden in (subscriptions.hide(one), subscriptions.hide_in(one.encode()).decode()):
            assert not [piece for piece in ("paper.example", "Zk3p", "q8Jk") if piece in hidden], (one, hidden)
    page = "The plan is free: mail a@b, 1893456000 seconds since 1970, and Mina reads the paper at paper.example."
    assert subscriptions.hide(page) == page
