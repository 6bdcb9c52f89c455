"""Writes an IP address in one way on every Python."""

from __future__ import annotations

import ipaddress


def ip_text(address: str) -> str:
    """Return an IP address in its shortest form, as the URL standard writes it: an IPv4 address inside an IPv6 one stays in hex.

    `str()` of such an address changed with Python 3.13, from `::ffff:7f00:1` to `::ffff:127.0.0.1`.

    Raises:
        ValueError: this is not an IP address.
    """
    ip = ipaddress.ip_address(address)
    if isinstance(ip, ipaddress.IPv4Address) or ip.ipv4_mapped is None:
        return str(ip)
    low = int(ip) & 0xFFFFFFFF
    return f"::ffff:{low >> 16:x}:{low & 0xFFFF:x}" + (f"%{ip.scope_id}" if ip.scope_id else "")
