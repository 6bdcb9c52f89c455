"""Compares the block of a WARC record with the digest in its head. Pure."""

from __future__ import annotations

import base64
import binascii
import hashlib

from spiders.warc.head import Head

_KNOWN = {"md5", "sha1", "sha256", "sha512"}


def is_as_written(head: Head, block: bytes) -> bool | None:
    """Return whether a whole block has a digest that its head gives; None if the head gives none that is known."""
    compared = [_compared(digest, block) for digest in head.values("warc-block-digest")]
    return True if True in compared else next((each for each in compared if each is not None), None)


def _compared(written: str, block: bytes) -> bool | None:
    name, _, value = written.partition(":")
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
