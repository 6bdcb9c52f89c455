"""Who may ask the explorer, and what its answers let a browser do."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.explore.security import Door
from tests.flows.explore.serving import TOKEN, Explorer, explorer

NAVIGATION = {"sec_fetch_mode": "navigate", "sec_fetch_dest": "document"}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Explorer]:
    config = tmp_path_factory.mktemp("door") / "watchlist.toml"
    config.write_text('[[topic]]\nname = "a"\nquery = "a"\n[[source]]\nname = "a"\nurl = "https://a.example/"\n')
    with explorer(config) as made:
        yield made


def test_the_token_is_changed_for_a_cookie_once(site: Explorer) -> None:
    answer = site.get(f"/sources?state=ok&token={TOKEN}", known=False)
    assert (answer.status, answer.headers["location"]) == (303, "/sources?state=ok")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and TOKEN not in cookie
    answer = site.get("/", known=False, cookie=cookie.partition(";")[0])
    assert answer.status == 503 and "newslake run" in answer.text  # it is let in: there is no warehouse


@pytest.mark.parametrize(
    "path", ["/", "/sql?query=SELECT+1", "/article/a/page", "/?q=a&download=csv", "/nothing", "/?token=x", "/?token="]
)
def test_without_the_token_nothing_is_shown_but_what_to_do(site: Explorer, path: str) -> None:
    for answer in (site.get(path, known=False), site.get(path, known=False, cookie=f"{site.door.cookie}=guess; x=y")):
        assert (
            answer.status == 401
            and "printed when it started" in answer.text
            and "default-src 'none'" in answer.headers["content-security-policy"]
        )


@pytest.mark.parametrize("beside", ['a={"b": "c,d"}', "a b; =x", 'a="', "a=[1]; b", "ä=ö", "x=1"])
def test_the_cookies_of_other_programs_on_this_machine_hide_not_ours(site: Explorer, beside: str) -> None:
    own = f"{site.door.cookie}={site.door.session}"
    for cookies in (f"{beside}; {own}", f"{own};{beside}"):
        assert site.get("/", known=False, cookie=cookies).status == 503  # it is let in


@pytest.mark.parametrize(
    "path", ["//evil.example/x", "/\\evil.example", "/%2f%2fevil.example", "/%5c%5cevil.example/..//x", "/..//evil"]
)
def test_no_address_with_the_token_leads_elsewhere(site: Explorer, path: str) -> None:
    answer = site.get(f"{path}?token={TOKEN}", known=False)
    place = answer.headers["location"]
    assert answer.status == 303 and place[0] == "/" and place[1:2] not in ("/", "\\"), place


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:PORT", "127.0.0.1", "127.0.0.1:1", "127.0.0.1:PORT.evil.example", ""]
)
def test_another_name_is_refused(site: Explorer, host: str) -> None:
    assert site.get("/", host=host.replace("PORT", str(site.door.port))).status == 421


def test_its_own_names_are_taken(site: Explorer) -> None:
    for host in ("127.0.0.1", "localhost", "LOCALHOST"):
        assert site.get("/", host=f"{host}:{site.door.port}").status == 503


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1:PORT"])
def test_the_pages_of_other_sites_get_nothing(site: Explorer, origin: str) -> None:
    assert site.get("/", origin=origin.replace("PORT", str(site.door.port))).status == 403
    for dest, mode in (
        ("iframe", "navigate"),
        ("empty", "cors"),
        ("image", "no-cors"),
        ("script", "no-cors"),
        ("object", "navigate"),
    ):
        assert site.get("/", sec_fetch_site="cross-site", sec_fetch_dest=dest, sec_fetch_mode=mode).status == 403
        assert site.get("/static/explore.css", sec_fetch_site="same-site", sec_fetch_dest=dest, sec_fetch_mode=mode).status == 403
    assert site.get("/", sec_fetch_site="cross-site", **NAVIGATION).status == 503  # a link
    assert site.get("/", sec_fetch_site="same-origin", origin=f"http://127.0.0.1:{site.door.port}").status == 503


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_it_takes_no_orders(site: Explorer, method: str) -> None:
    assert site.get("/", method=method).status == 405


@pytest.mark.parametrize("path", ["/", "/static/explore.css", "/static/explore.js", "/nothing", "/article/x"])
def test_every_answer_says_what_the_browser_may_do(site: Explorer, path: str) -> None:
    headers = site.get(path).headers
    for part in ("default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "base-uri 'none'"):
        assert part in headers["content-security-policy"]
    assert "unsafe" not in headers["content-security-policy"] and "frame-ancestors 'self'" in headers["content-security-policy"]
    assert (headers["x-content-type-options"], headers["referrer-policy"], headers["cache-control"]) == (
        "nosniff",
        "no-referrer",
        "no-store",
    )


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/explore.css/../../app.py",
        "/../../etc/passwd",
        "/article/../../etc/passwd", "/article/%00", "/source/%ff%fe", "/run/%2e%2e%2f", "/topic/" + "a" * 5000, "/%",
        "/sql?query=%00",
        "/?q=%ff", "/article/%d8%00/diff", "/?" + "&".join(f"a{n}=1" for n in range(2000)),
    ],
)  # fmt: skip
def test_odd_addresses_show_a_page_in_words(site: Explorer, path: str) -> None:
    answer = site.get(path)
    assert answer.status in (400, 404, 503) and "Traceback" not in answer.text and "root:" not in answer.text, answer.text
    assert "<h1>" in answer.text


@pytest.mark.parametrize(
    "request_",
    [
        "GET {} HTTP/1.1\r\n{}Transfer-Encoding: chunked\r\n\r\nno number\r\n",
        "GET {} HTTP/1.1\r\n{}Upgrade: websocket\r\nConnection: Upgrade, close\r\n\r\n",
        "GET {} HTTP/1.1\r\n{}\r\n\0 no request\r\n\r\n",
        "\x16\x03\x01 no HTTP\r\n\r\n",
    ],
)
@pytest.mark.parametrize("path", ["/static/explore.css", "/nothing"])
def test_an_odd_request_says_nothing_in_the_terminal_of_the_user(
    site: Explorer, path: str, request_: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for known in (f"Cookie: {site.door.cookie}={site.door.session}\r\n", ""):
        with socket.create_connection(("127.0.0.1", site.door.port), timeout=20) as connection:
            connection.sendall(request_.format(path, f"Host: 127.0.0.1:{site.door.port}\r\n{known}").encode("latin-1"))
            assert connection.recv(100).startswith(b"HTTP/1.1 ")
    assert site.get("/static/explore.js").status == 200
    assert not caplog.records and not capfd.readouterr().err


def test_head_is_get_without_a_body(site: Explorer) -> None:
    answer = site.get("/nothing", method="HEAD")
    assert answer.status in (404, 405) and answer.body == b""
    for path in ("/", "/static/explore.js"):
        head, get = site.get(path, method="HEAD"), site.get(path)
        assert head.body == b"" and (head.status, head.headers["content-length"]) == (get.status, str(len(get.body)))


def test_a_proxy_has_a_name_of_its_own(tmp_path: Path) -> None:
    door = Door("127.0.0.1", 8500, "https://News.example.org", "secret")
    assert (
        "news.example.org" in door.names
        and "https://news.example.org" in door.origins
        and "http://news.example.org" not in door.origins
    )
    assert door.address == "https://News.example.org/?token=secret"
    assert "http://[::1]:80/" in Door("::1", 80).address and "[::1]" in Door("::1", 80).names


def test_without_a_token_whoever_reaches_it_may_look(tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    config.write_text('[[topic]]\nname = "a"\nquery = "a"\n[[source]]\nname = "a"\nurl = "https://a.example/"\n')
    with explorer(config, token=None) as site:
        assert site.get("/", known=False).status == 503
        assert site.get("/", known=False, host="evil.example").status == 421
