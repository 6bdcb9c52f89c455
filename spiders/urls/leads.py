"""Find where a page that shows nothing sends its readers: by `<meta http-equiv=refresh>` or a script. Pure."""

from __future__ import annotations

import html
import re

from spiders.urls.canonical import absolute

__all__ = ["LARGEST", "leads_to"]

# Bytes. A larger page is one that refreshes itself.
LARGEST = 30_000
# Seconds that a page may wait before it sends its readers on, characters that it may say, and links that it may show.
LONGEST_WAIT, MOST_WORDS, MOST_LINKS = 5.0, 400, 3

_COMMENT = re.compile(r"<!--.*?-->", re.S)
_HIDDEN = re.compile(r"<(script|style|noscript|template|title)\b[^>]*>.*?</\1\s*>", re.S | re.I)
_SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script\s*>", re.S | re.I)
_NO_SCRIPT = re.compile(r"<noscript\b.*?</noscript\s*>", re.S | re.I)
_TAG = re.compile(r"<[^>]*>")
_LINK = re.compile(r"<a\s", re.I)
_FRAME = re.compile(r"<(?:i?frame|frameset)\b", re.I)
_META = re.compile(r"<meta\b[^>]*http-equiv\s*=\s*[\"']?refresh\b[^>]*>", re.I)
_CONTENT = re.compile(r"content\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.I)
_REFRESH = re.compile(r"\s*(\d{0,4}(?:\.\d*)?)\s*[;,\s]\s*(?:url\s*=\s*)?[\"']?([^\"'\s]+)", re.I)
_GOES = re.compile(
    r"\blocation(?:\.href)?\s*=\s*([\"'])(?P<set>[^\"'\s]{1,2000})\1|\blocation\.(?:replace|assign)\(\s*([\"'])(?P<call>[^\"'\s]{1,2000})\3"
)
_ONLOAD = re.compile(r"<body\b[^>]*\bonload\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.I)
# A script that first asks who is there does not send everybody on.
_ASKS = re.compile(r"\bif\b|\?|\bnavigator\b|\bcookie|\bscreen\b|\bonclick\b|addEventListener|\bswitch\b|&&|\|\|")


def leads_to(text: str, url: str) -> str | None:
    """Return the address to which a page sends everybody; None if it shows something, or sends nobody elsewhere.

    Args:
        text: the page, decoded; one with more than LARGEST bytes is not worth asking.
        url: its own address.
    """
    page = _COMMENT.sub("", text)
    said = _TAG.sub(" ", _HIDDEN.sub(" ", page))
    if len(" ".join(said.split())) > MOST_WORDS or len(_LINK.findall(page)) > MOST_LINKS or _FRAME.search(page):
        return None
    target = _refresh(_NO_SCRIPT.sub("", page)) or _scripted(page)
    found = absolute(url, html.unescape(target)) if target else None
    return found if found != url else None


def _refresh(page: str) -> str | None:
    for meta in _META.findall(page):
        content = _CONTENT.search(meta)
        written = _REFRESH.match(html.unescape(next(filter(None, content.groups()), ""))) if content else None
        if written and float(written[1].strip(".") or 0) <= LONGEST_WAIT:
            return written[2]
    return None


def _scripted(page: str) -> str | None:
    scripts = _SCRIPT.findall(page)
    if any(re.search(r"\bsrc\s*=", attributes, re.I) for attributes, _ in scripts):
        return None  # a script from elsewhere draws the page
    texts = [script.replace("\\/", "/") for _, script in scripts]
    texts += [html.unescape(one) for found in _ONLOAD.finditer(page) for one in found.groups() if one]
    if any(_ASKS.search(_strings_aside(script)) for script in texts):
        return None
    goes = [found for script in texts for found in _GOES.finditer(script)]
    return (goes[0]["set"] or goes[0]["call"]) if len(goes) == 1 else None


def _strings_aside(script: str) -> str:
    return re.sub(r"\"[^\"\n]*\"|'[^'\n]*'|//[^\n]*|/\*.*?\*/", "", script, flags=re.S)
