"""Hosts: which addresses are public, how URLs spell them, and which names exist only in private networks. Pure."""

from __future__ import annotations

import ipaddress
import re
import socket
from contextlib import suppress
from urllib.parse import urlsplit
from urllib.request import getproxies

from spiders.urls.ip import ip_text

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Networks missing from the special addresses of some Python versions: protocol assignments, the former 6to4 relays, site-local
# addresses, the second documentation block.
_SPECIAL = tuple(map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "fec0::/10", "3fff::/20")))
# Names that exist only in private networks. Behind a proxy, which resolves names itself, this is the only possible check.
_PRIVATE_NAME = re.compile(r"[^.]+|.*\.(?:localhost|local|internal|intranet|lan|corp|home|home\.arpa)", re.I)


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


def is_private_name(host: str) -> bool:
    """Whether a host name exists only in private networks."""
    return _PRIVATE_NAME.fullmatch(host) is not None


def private_words(host: str, address: str) -> str:
    """Say that a host is private, and what lets it through."""
    shown = address if host.strip("[]") == address else f"{host} ({address})"
    return f"private address: {shown}; allow_private = true in [crawl] lets it through"
