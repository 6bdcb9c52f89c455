"""Send one message to one address through apprise, in the form that its service shows best.

Addresses hold secrets (tokens, passwords) and are never printed, logged or stored. Messages name an address by its place in the
list and its scheme, and apprise's own log is silenced.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import Any

from flows.messages.letter import Letter
from flows.messages.outbox import Page
from flows.messages.render import fitted, html_of, markdown_of, plain_of
from flows.watchlist.notify import Notify
from newslake.text import cut, markdown, one_line

PREFIX = "newslake: "


def send_letter(apprise: Any, url: str, letter: Letter, page: Page | None = None) -> bool:
    """Send a message to an address; return whether the service took it.

    Args:
        apprise: the module, see `silent_apprise`.
        page: goes with it where the service takes files.
    """
    try:
        target = apprise.Apprise.instantiate(url, suppress_exceptions=True)
        if target is None:
            return False
        title, body = _written(target, letter, apprise.NotifyFormat)
        attached = {"attach": _attachment(apprise, page)} if page and target.attachment_support else {}
        return bool(target.notify(title=title, body=body, body_format=target.notify_format, **attached))
    except Exception:  # noqa: BLE001 - no failure in a plugin of a hundred services may cost a run or reveal a secret
        return False


def _written(target: Any, letter: Letter, forms: Any) -> tuple[str, str]:
    """Return title and body for a service. One without titles has it as the first line of the body."""
    form = target.notify_format
    write = {forms.HTML: html_of, forms.MARKDOWN: markdown_of}.get(form, plain_of)
    title = one_line(f"{PREFIX}{letter.title}")
    has_titles = isinstance(target.title_maxlen, int) and target.title_maxlen > 0
    limit = target.body_maxlen if isinstance(target.body_maxlen, int) and target.body_maxlen > 0 else None
    if has_titles:
        return cut(title, target.title_maxlen), fitted(letter, limit, write)
    bold = {forms.HTML: f"<b>{escape(title)}</b><br>", forms.MARKDOWN: f"**{markdown(title)}**\n\n"}.get(form, f"{title}\n\n")
    return "", bold + fitted(letter, limit and max(1, limit - len(bold)), write)


def _attachment(apprise: Any, page: Page) -> Any:
    from apprise.attachment.memory import AttachMemory

    attached = apprise.AppriseAttachment()
    made: Any = AttachMemory
    attached.add(made(content=page.data, name=page.name, mimetype="text/html"))
    return attached


def named(notify: Notify, place: int) -> str:
    """Return how messages name an address, without its secrets."""
    return f"[notify] urls[{place}] ({scheme_of(notify.urls[place].get_secret_value())}://…)"


def scheme_of(url: str) -> str:
    """Return the scheme of an address; empty if it does not look like a scheme, since it may be a secret."""
    scheme, colon, _ = url.strip().partition("://")
    return scheme.lower() if colon and scheme.isascii() and scheme.replace("+", "").isalnum() and len(scheme) <= 20 else ""


@contextmanager
def silent_apprise() -> Iterator[Any]:
    """Import apprise with its log silenced, since it may log an address, and its plugins' deprecation warnings hidden."""
    logger = logging.getLogger("apprise")
    was, logger.disabled = logger.disabled, True
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import apprise

            yield apprise
    finally:
        logger.disabled = was
