"""Recognise markup that is made to keep a parser busy, in one quick pass and before any parser sees it. Pure."""

from __future__ import annotations

import re

# The busiest real pages have some 60,000 tags, opening and closing.
MAX_TAGS = 500_000
# Real elements have some dozens. Parsers compare each attribute of an element with all others.
MAX_ATTRIBUTES = 1_000

# The `<` of a script (`i<n.length`) rarely looks like this, and a script is no element with thousands of attributes.
_ELEMENT = re.compile(rb"<[A-Za-z][A-Za-z0-9:-]*[\s/]")
_QUOTED = re.compile(rb"\"[^\"]*\"|'[^']*'")


def too_complex(body: bytes, max_tags: int = MAX_TAGS) -> str | None:
    """Return in words why no parser should be given this markup; None if one may try.

    It misses some: attributes that hide behind a `>` in quotation marks, elements nested in a way that costs much. So parsers
    also run under a limit of time, in a process that can be killed.
    """
    tags = body.count(b"<")
    if tags > max_tags:
        return f"{tags:,} tags, more than {max_tags:,}"
    shortest = 2 * MAX_ATTRIBUTES  # a name and a space for each
    if len(body) <= shortest:
        return None
    at = 0
    while (end := body.find(b">", at)) >= 0 or at < len(body):
        end = len(body) if end < 0 else end
        if end - at > shortest:
            start = body.rfind(b"<", at, end)
            if start >= 0 and end - start > shortest and _ELEMENT.match(body, start):
                attributes = len(_QUOTED.sub(b"", body[start:end]).split()) - 1
                if attributes > MAX_ATTRIBUTES:
                    return f"an element with {attributes:,} attributes, more than {MAX_ATTRIBUTES:,}"
        at = end + 1
    return None
