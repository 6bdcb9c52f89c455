"""The web application of the explorer: which address is which page, and who answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.resources import files
from io import SEEK_END
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from flows.explore.asked import Asked, Reply
from flows.explore.render import error_page, error_reply, stylesheet
from flows.explore.security import App, Door, Guarded
from flows.explore.workers import CHUNK, Workers
from newslake.errors import NewslakeError

# The addresses of pages, with the names of the pages; `named` is what they are about.
PAGES = {
    "/": "search",
    "/article/{named:path}": "article",
    "/story/{named}": "story",
    "/sources": "sources",
    "/source/{named:path}": "sources",
    "/runs": "runs",
    "/run/{named}": "runs",
    "/topics": "topic",
    "/topic/{named:path}": "topic",
    "/brief": "brief",
    "/sql": "sql",
}
GRACE = 0.5  # seconds after which the work for a reader who went away is ended


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long a page may take, and a query of a user."""

    page: float = 60.0
    sql: float = 60.0


def application(config: Path, door: Door, seconds: Seconds, *, is_awaited: bool = False) -> App:
    """Return the application for a watchlist file. `is_awaited`: somebody is about to ask for a page."""
    workers = Workers(config)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        warming = asyncio.create_task(workers.warm()) if is_awaited else None
        yield
        if warming is not None:
            warming.cancel()
        await workers.close()

    def of(name: str) -> Callable[[Request], Awaitable[Response]]:
        async def show(request: Request) -> Response:
            return _response(await _answered(request, name, workers, seconds))

        return show

    routes = [Route(path, of(name), methods=["GET"]) for path, name in PAGES.items()]
    routes += [Route("/static/explore.css", _style), Route("/static/explore.js", _script)]
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers={HTTPException: _no_page, Exception: _fault})
    app.router.redirect_slashes = False  # an address with another end is another address
    return Guarded(app, door, lambda status, happened, next: error_page(status, happened, next).body)


async def _answered(request: Request, page: str, workers: Workers, seconds: Seconds) -> Reply:
    """Return the answer to a request. The work ends when its reader goes away."""
    named = str(request.path_params.get("named", "")) or request.query_params.get("name", "")
    page, named = _part_of(page, named)
    asked = Asked(
        page,
        quote(request.url.path),
        named,
        tuple(request.query_params.multi_items()),
        request.scope.get("newslake.foreign", False),
    )
    limit = seconds.sql if page == "sql" else seconds.page
    work = asyncio.create_task(workers.ask(asked, limit, is_sql=page == "sql"))
    gone = asyncio.create_task(_gone(request))
    try:
        await asyncio.wait({work, gone}, return_when=asyncio.FIRST_COMPLETED)
        if not work.done():
            await asyncio.wait({work}, timeout=GRACE)
        if not work.done():
            return Reply(status=499)  # nobody reads it
        return work.result()
    except NewslakeError as error:
        return error_reply(error, asked)
    finally:
        work.cancel()
        gone.cancel()


def _part_of(page: str, named: str) -> tuple[str, str]:
    """Return which page of an article is meant, and of which article."""
    if page == "article":
        for end, name in (("/page", "capture"), ("/diff", "diff")):
            if named.endswith(end) and "://" not in named:
                return name, named.removesuffix(end)
    return page, named


async def _gone(request: Request) -> None:
    """Return when the reader of a page goes away."""
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _response(reply: Reply) -> Response:
    headers = dict(reply.headers)
    if reply.to is not None:
        return Response(status_code=303, headers={"location": reply.to})
    if reply.policy is not None:
        headers["content-security-policy"] = reply.policy
    if reply.name is not None:
        headers["content-disposition"] = f'attachment; filename="{reply.name}"'
    if reply.large is not None:
        headers["content-length"] = str(reply.large.seek(0, SEEK_END))
        return StreamingResponse(_chunks(reply.large), reply.status, headers, reply.kind)
    return Response(reply.body, reply.status, headers, reply.kind)


async def _chunks(file: BinaryIO) -> AsyncIterator[bytes]:
    """Yield a file piece by piece, each once the reader has taken the one before, and close it."""
    with file:
        file.seek(0)
        while piece := file.read(CHUNK):
            yield piece


async def _style(_: Request) -> Response:
    return Response(stylesheet(), media_type="text/css; charset=utf-8")


async def _script(_: Request) -> Response:
    text = (files("flows.explore") / "static" / "explore.js").read_bytes()
    return Response(text, media_type="text/javascript; charset=utf-8")


async def _no_page(request: Request, error: Exception) -> Response:
    from difflib import get_close_matches

    known = [path.partition("{")[0].rstrip("/") or "/" for path in PAGES]
    near = get_close_matches(request.url.path, known, n=1, cutoff=0.4)
    happened = f"there is no page {request.url.path[:200]!r} here"
    return _response(error_page(404, happened, f"open {near[0] if near else '/'}, or another page of the menu"))


async def _fault(_: Request, error: Exception) -> Response:
    return _response(error_reply(error))
