"""Many small outlets on loopback, each at an address of its own (127.1.0.1, 127.1.0.2, …), of which nothing ever changes.

    python -m benchmarks.sites.many      prints its port and serves until its standard input closes

Every outlet has a robots.txt, three of four with a date, as files of web servers do, and a feed of ten entries. Two of four
feeds have an ETag and one a Last-Modified, which answer 304; the last is sent whole every time. One process answers all.
"""

from __future__ import annotations

import asyncio
import sys
from email.utils import formatdate
from zlib import crc32

ENTRIES = 10
IDLE = 15  # seconds after which a connection without a request is closed
BEGAN = 1_790_000_000  # epoch seconds of the newest entry
STAMP = formatdate(BEGAN, usegmt=True)
ROBOTS = b"User-agent: *\nDisallow: /search\nDisallow: /private/\n"


def address(number: int) -> str:
    """Return the host of an outlet."""
    return f"127.{1 + number // 62_500}.{number // 250 % 250}.{1 + number % 250}"


def number_of(host: str) -> int:
    """Reverse `address`."""
    _, first, second, third = map(int, host.split("."))
    return (first - 1) * 62_500 + second * 250 + third - 1


def pages(root: str) -> list[str]:
    """Return the addresses of the articles of the outlet at `root`."""
    number = number_of(root.removeprefix("http://").partition(":")[0])
    return [f"{root}/news/harbour-{number}-{entry}-of-the-week" for entry in range(ENTRIES)]


def feed(root: str) -> bytes:
    """Return the feed of the outlet at `root`."""
    items = "".join(
        f"<item><title>Harbour report {place} of the week</title><link>{url}</link><guid>{url}</guid>"
        f"<pubDate>{formatdate(BEGAN - 3600 * place, usegmt=True)}</pubDate>"
        "<description>The harbour office counted the lorries of this morning once more.</description></item>"
        for place, url in enumerate(pages(root))
    )
    head = f"<title>Harbour</title><link>{root}/</link><description>News of the harbour</description>"
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{head}{items}</channel></rss>'.encode()


def answer(path: str, host: str, asked: dict[str, str]) -> tuple[int, str, dict[str, str], bytes]:
    """Return status, media type, further headers and body."""
    kind = number_of(host.partition(":")[0]) % 4
    if path == "/robots.txt":
        return 200, "text/plain", {"Last-Modified": STAMP} if kind < 3 else {}, ROBOTS
    if path != "/feed.xml":
        return 404, "text/plain", {}, b"Not here.\n"
    body = feed(f"http://{host}")
    validators = {"ETag": f'"{crc32(body):08x}"'} if kind < 2 else {"Last-Modified": STAMP} if kind == 2 else {}
    is_known = validators.get("ETag", "-") == asked.get("if-none-match") or (
        validators.get("Last-Modified", "-") == asked.get("if-modified-since")
    )
    return (304, "", validators, b"") if is_known else (200, "application/rss+xml", validators, body)


async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer the requests of a connection, if it comes from this machine."""
    if not writer.get_extra_info("peername")[0].startswith("127."):
        writer.close()
        return
    try:
        while head := (await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), IDLE)).decode("latin-1"):
            first, *lines = head.split("\r\n")
            asked = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
            status, kind, more, body = answer(first.split(" ")[1], asked["host"], asked)
            said = more | ({"Content-Type": kind, "Content-Length": str(len(body))} if status != 304 else {})
            headers = "".join(f"{name}: {value}\r\n" for name, value in said.items())
            writer.write(f"HTTP/1.1 {status} -\r\n{headers}\r\n".encode() + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, TimeoutError, ConnectionError):
        pass  # the client hung up
    finally:
        writer.close()


async def serve() -> None:
    """Serve all addresses of loopback on one port, until standard input closes."""
    server = await asyncio.start_server(talk, "0.0.0.0", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await asyncio.to_thread(sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve())
