"""Choose how a brief is written."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path

from flows.brief.model import Brief


class Form(StrEnum):
    HTML = "html"
    MD = "md"
    TXT = "txt"
    ATOM = "atom"
    JSON = "json"


_ENDINGS = {
    ".html": Form.HTML,
    ".htm": Form.HTML,
    ".md": Form.MD,
    ".markdown": Form.MD,
    ".txt": Form.TXT,
    ".atom": Form.ATOM,
    ".xml": Form.ATOM,
    ".json": Form.JSON,
}


def form_of(file: Path) -> Form | None:
    """Return the form that the name of a file asks for; None if its ending is not known."""
    return _ENDINGS.get(file.suffix.lower())


def written(brief: Brief, form: Form) -> bytes:
    """Return a brief in a form, in UTF-8."""
    from flows.brief.atom import feed_of
    from flows.brief.data import data_of
    from flows.brief.html import page_of
    from flows.brief.text import markdown_of, plain_of

    if form is Form.ATOM:
        return feed_of(brief)
    if form is Form.JSON:
        return (json.dumps(data_of(brief), ensure_ascii=False, default=_jsonable) + "\n").encode(errors="replace")
    make = {Form.HTML: page_of, Form.MD: markdown_of, Form.TXT: plain_of}[form]
    return make(brief).encode(errors="replace")


def _jsonable(value: object) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
