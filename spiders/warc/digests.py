"""Compares the block of a WARC record with the digest in its head. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib

from spiders.warc.head import Head

_KNOWN = {"md5", "sha1", "sha256", "sha512"}


def is_as_written(head: Head, block: bytes) -> bool | None:
    """Return whether a whole block has the digest that its head gives; None if the head gives none that is known."""
    name, _, value = head.fields.get("warc-block-digest", "").partition(":")
    name = name.strip().lower().replace("-", "")
    if name not in _KNOWN:
        return None
    digest = hashlib.new(name, block, usedforsecurity=False).digest()
    value = value.strip()
    try:
        if len(value) == 2 * len(digest):
            return bytes.fromhex(value) == digest
        return base64.b32decode(value.upper() + "=" * (-len(value) % 8)) == digest
    except (ValueError, binascii.Error):
        return None
