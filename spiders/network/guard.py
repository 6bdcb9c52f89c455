"""Restricts a crawl to public addresses, checking the very address that each connection uses (a guard against SSRF).

The check is in the resolver, after DNS and before every connection. Names that resolve to a private address, DNS rebinding,
redirects and odd spellings of an address (0x7f.1) therefore cannot bypass it.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Response
from scrapy.resolver import CachingHostnameResolver
from twisted.internet.interfaces import IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from spiders.network.request_meta import PROXY, REQUESTED_AT, SECONDS
from spiders.network.transport import Factory
from spiders.scrapy_private import use_factory
from spiders.urls.hosts import is_private_name, is_public, literal, private_words, proxy_hosts

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase


class PrivateAddress(IgnoreRequest):
    """A request to a host whose address is not public; the message names both."""


@implementer(IResolutionReceiver)
class _PublicOnly:
    """Pass on public addresses only, and note the others in `refused` (host → address)."""

    def __init__(self, receiver: Any, host: str, refused: dict[str, str]) -> None:
        self._receiver = receiver
        self._host = host
        self._refused = refused

    def resolutionBegan(self, resolution: Any) -> None:
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:
        if is_public(address.host):
            self._receiver.addressResolved(address)
        else:
            self._refused[self._host.rstrip(".")] = address.host

    def resolutionComplete(self) -> None:
        self._receiver.resolutionComplete()


class GuardedResolver(CachingHostnameResolver):
    """Resolves names to public addresses only, except those of proxies set in the environment, which the operator chose."""

    def __init__(self, reactor: ReactorBase, cache_size: int) -> None:
        super().__init__(reactor, cache_size)
        self.refused: dict[str, str] = {}
        self._trusted = proxy_hosts()

    def resolveHostName(
        self,
        resolutionReceiver: IResolutionReceiver,
        hostName: str,
        portNumber: int = 0,
        addressTypes: Sequence[Any] | None = None,
        transportSemantics: str = "TCP",
    ) -> IHostResolution:
        receiver: Any = resolutionReceiver
        if hostName not in self._trusted:
            receiver = _PublicOnly(resolutionReceiver, hostName, self.refused)
        return super().resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)


class DownloadHandler(HTTP11DownloadHandler):
    """HTTP/1.1 over guarded connections. Sets REQUESTED_AT and SECONDS in the meta of each request."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        use_factory(self, Factory)
        self._allow_private = crawler.settings.getbool("ALLOW_PRIVATE")
        self._proxies = proxy_hosts()

    async def download_request(self, request: Request) -> Response:
        host = (urlsplit(request.url).hostname or "").rstrip(".")
        if not self._allow_private:
            self._check(host, behind_proxy=bool(request.meta.get(PROXY)))
        started = time.monotonic()
        request.meta[REQUESTED_AT] = time.time()
        try:
            return await super().download_request(request)
        except CannotResolveHostError:
            from twisted.internet import reactor

            resolver = getattr(reactor, "nameResolver", None)
            if isinstance(resolver, GuardedResolver) and (refused := resolver.refused.get(host)):
                raise PrivateAddress(private_words(host, refused)) from None
            raise
        finally:
            request.meta[SECONDS] = time.monotonic() - started

    def _check(self, host: str, behind_proxy: bool) -> None:
        """Raise PrivateAddress if the URL itself gives a private address: behind a proxy nothing else can be checked."""
        address = literal(host)
        if address and not is_public(address):
            raise PrivateAddress(private_words(host, address))
        if host in self._proxies or (behind_proxy and not address and is_private_name(host)):
            raise PrivateAddress(private_words(host, host))
