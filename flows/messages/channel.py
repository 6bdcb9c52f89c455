"""Send one message to one address through apprise, in the form that its service shows best.

Addresses hold secrets (tokens, passwords) and are never printed, logged or stored. Messages name an address by its place in the
list and its scheme, and apprise's own log is silenced.
"""

from __future__ import annotations

import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from html import escape
from typing import Any

from flows.messages.letter import Letter
from flows.messages.outbox import Page
from flows.messages.render import fitted, html_of, mail_of, markdown_of, plain_of
from flows.watchlist.notify import Notify
from newslake.text import cut, markdown, one_line

PREFIX = "newslake: "
SECONDS = 90.0  # that a service has to take a message, with a page of some megabytes
_LEFT = list[threading.Thread]()  # those that still talk to a service whose time is over
# What plugins of apprise call to make a text of HTML, and the plugins that send mail by SMTP.
_CONVERT, _MAIL = "convert_between", "apprise.plugins.email"


def send_letter(apprise: Any, url: str, letter: Letter, page: Page | None = None) -> bool:
    """Send a message to an address; return whether the service took it, in good time.

    Args:
        apprise: the module, see `silent_apprise`.
        page: goes with it where the service takes files.
    """
    took = list[bool]()
    # No plugin limits the whole time of a message: a service that answers byte by byte would hold up every later run.
    sender = threading.Thread(target=lambda: took.append(_send(apprise, url, letter, page)), daemon=True)
    sender.start()
    sender.join(SECONDS)
    if sender.is_alive():
        _LEFT.append(sender)
    return took == [True]


def _send(apprise: Any, url: str, letter: Letter, page: Page | None) -> bool:
    try:
        target = apprise.Apprise.instantiate(url, suppress_exceptions=True)
        if target is None:
            return False
        attached = {}
        if page and target.attachment_support:
            attached["attach"] = _attachment(apprise, page)
            letter = replace(letter, foot=(f"The whole brief, with charts, is attached: {page.name}", *letter.foot))
        title, body = _written(target, letter, apprise.NotifyFormat)
        with _own_text(target, letter):
            return bool(target.notify(title=title, body=body, body_format=target.notify_format, **attached))
    except Exception:  # noqa: BLE001 - no failure in a plugin of a hundred services may cost a run or reveal a secret
        return False


@contextmanager
def _own_text(target: Any, letter: Letter) -> Iterator[None]:
    """Give mail readers that show no HTML our own text. The one that apprise makes of the HTML has no addresses."""
    plugin = sys.modules.get(type(target).__module__)
    if not hasattr(plugin, _CONVERT) or target.notify_format != "html":
        yield
        return
    was = getattr(plugin, _CONVERT)
    setattr(plugin, _CONVERT, lambda *_given: plain_of(letter))
    try:
        yield
    finally:
        setattr(plugin, _CONVERT, was)


def _written(target: Any, letter: Letter, forms: Any) -> tuple[str, str]:
    """Return title and body for a service. One without titles has it as the first line of the body."""
    form = target.notify_format
    is_mail = form == forms.HTML and type(target).__module__.startswith(_MAIL)
    write = {forms.HTML: mail_of if is_mail else html_of, forms.MARKDOWN: markdown_of}.get(form, plain_of)
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
        logger.disabled = was or any(map(threading.Thread.is_alive, _LEFT))
