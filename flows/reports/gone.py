"""Say why an article counts as gone. Pure."""

from __future__ import annotations

from newslake.outcomes import Reason


def why_gone(reason: str | None) -> str:
    """Return in parentheses why an article counts as gone; "" if that is not known."""
    known = {one.value: one.meaning for one in Reason}
    return f" ({known.get(reason, reason).rstrip('.')})" if reason else ""
