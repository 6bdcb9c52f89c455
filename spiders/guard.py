"""Where a crawl may connect to: only public addresses, checked on the very address that the connection uses.

The check sits in the resolver, behind DNS and in front of every connection, so neither a name that answers with a private
address, nor one that changes its answer, nor a redirect, nor an odd spelling of an address (0x7f.1) gets around it.
"""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import CannotResolveHostError, IgnoreRequest
from scrapy.http import Response
from scrapy.resolver import CachingHostnameResolver
from twisted.internet.interfaces import IHostResolution, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class PrivateAddress(IgnoreRequest):
    """A request to a host whose address is not public, in words."""


def is_public(address: str) -> bool:
    """Whether an IP address is of the public internet, the IPv4 address inside an IPv6 one included."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def literal(host: str) -> str | None:
    """The address that a host spells out, in any form that systems take (127.1, 0x7f000001); None for a name."""
    with suppress(ValueError):
        return str(ipaddress.ip_address(host.strip("[]")))
    with suppress(OSError):
        return socket.inet_ntoa(socket.inet_aton(host))
    return None


@implementer(IResolutionReceiver)
class _PublicOnly:
    """Hands on public addresses and remembers the others."""

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
            self._refused[self._host] = address.host

    def resolutionComplete(self) -> None:
        self._receiver.resolutionComplete()


class GuardedResolver(CachingHostnameResolver):
    """Resolves to public addresses only. A proxy that the environment names is the operator's own choice and let through."""

    def __init__(self, reactor: ReactorBase, cache_size: int) -> None:
        super().__init__(reactor, cache_size)
        self.refused: dict[str, str] = {}
        self._trusted = {urlsplit(proxy if "://" in proxy else f"//{proxy}").hostname for proxy in getproxies().values()}

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
    """HTTP/1.1 over guarded connections; notes in `request.meta` when the request went out (`requested_at`, epoch
    seconds) and how long it took until its end or failure (`seconds`)."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._allow_private = crawler.settings.getbool("ALLOW_PRIVATE")

    async def download_request(self, request: Request) -> Response:
        host = urlsplit(request.url).hostname or ""
        # Behind a proxy it is the proxy that resolves names; what the URL itself spells out can be checked here.
        address = literal(host)
        if address and not self._allow_private and not is_public(address):
            raise PrivateAddress(_words(host, address))
        started = time.monotonic()
        request.meta["requested_at"] = time.time()
        try:
            return await super().download_request(request)
        except CannotResolveHostError:
            from twisted.internet import reactor

            resolver = getattr(reactor, "nameResolver", None)
            if isinstance(resolver, GuardedResolver) and host in resolver.refused:
                raise PrivateAddress(_words(host, resolver.refused[host])) from None
            raise
        finally:
            request.meta["seconds"] = time.monotonic() - started


def _words(host: str, address: str) -> str:
    shown = address if host.strip("[]") == address else f"{host} ({address})"
    return f"private address: {shown}; allow_private = true in [crawl] lets it through"
