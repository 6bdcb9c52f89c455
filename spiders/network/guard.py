"""Restricts a crawl to public addresses, checking the very address that each connection uses (a guard against SSRF).

The check is in the resolver, after DNS and before every connection. Names that resolve to a private address, DNS rebinding,
redirects and odd spellings of an address (0x7f.1) therefore cannot bypass it.
"""

from __future__ import annotations

import ipaddress
import re
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

from spiders.network.request_meta import PROXY, REQUESTED_AT, SECONDS
from spiders.network.transport import Factory
from spiders.scrapy_private import use_factory
from spiders.urls.ip import ip_text

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Networks missing from the special addresses of some Python versions: protocol assignments, the former 6to4 relays, site-local
# addresses, the second documentation block.
_SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "3fff::/20")))
# Names that exist only in private networks. Behind a proxy, which resolves names itself, this is the only possible check.
_PRIVATE_NAME = re.compile(r"[^.]+|.*\.(?:localhost|local|internal|intranet|lan|corp|home|home\.arpa)", re.I)


class PrivateAddress(IgnoreRequest):
    """A request to a host whose address is not public; the message names both."""


def is_public(address: str) -> bool:
    """Whether an IP address is public. An IPv4 address embedded in an IPv6 one must be public too."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if int(ip) >> 32 & 0xFDFFFFFF == 0x5EFE:  # ISATAP: the last 32 bits are an IPv4 address to which a router may forward
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
            return ip.is_global and is_public(str(inner))
        if inner is not None:
            return is_public(str(inner))
    if any(ip in network for network in _SPECIAL if network.version == ip.version):
        return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def proxy_hosts() -> set[str]:
    """Return the hosts of the proxies set in the environment."""
    hosts = (urlsplit(proxy if "://" in proxy else f"//{proxy}").hostname for proxy in getproxies().values())
    return {host for host in hosts if host}


def literal(host: str) -> str | None:
    """Return the address that a host spells out, in any form that systems accept (127.1, 0x7f000001); None for a name."""
    host = host.rstrip(".")
    with suppress(ValueError):
        return ip_text(host.strip("[]"))
    with suppress(OSError):
        return socket.inet_ntoa(socket.inet_aton(host))
    return None


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
                raise PrivateAddress(_words(host, refused)) from None
            raise
        finally:
            request.meta[SECONDS] = time.monotonic() - started

    def _check(self, host: str, behind_proxy: bool) -> None:
        """Raise PrivateAddress if the URL itself gives a private address: behind a proxy nothing else can be checked."""
        address = literal(host)
        if address and not is_public(address):
            raise PrivateAddress(_words(host, address))
        if host in self._proxies or (behind_proxy and not address and _PRIVATE_NAME.fullmatch(host)):
            raise PrivateAddress(_words(host, host))


def _words(host: str, address: str) -> str:
    shown = address if host.strip("[]") == address else f"{host} ({address})"
    return f"private address: {shown}; allow_private = true in [crawl] lets it through"
