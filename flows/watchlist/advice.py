"""Advise on a watchlist that is valid but probably not meant so: words for operators, no contact, alerts to nobody. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flows.topics.operators import operator_hints
from flows.topics.sources import source_hints
from flows.watchlist.model import Watchlist

_ADDRESS = re.compile(r"https?://[^\s()<>;,]+|[\w.+-]+@[\w.-]+", re.I)
# Names that are reserved for examples (RFC 2606, RFC 6761), and usual stand-ins for a name of one's own.
_RESERVED = re.compile(
    r"(?:^|\.)(?:example(?:\.(?:com|org|net|edu))?|test|invalid|localhost|local)$"
    r"|(?:^|\.)(?:your-?(?:domain|site|company|name|host)|my-?(?:domain|site|company)|domain|website|email|mydomain|yourname)\.\w+$",
    re.I,
)


def advice(watchlist: Watchlist) -> list[str]:
    """Return sentences, each about one thing in the file to look at."""
    found = []
    if (why := contact_problem(watchlist.crawl.user_agent)) is not None:
        found.append(
            f"[crawl] user_agent: {why}. Outlets look for a contact before they block: put a web page or a mail address of"
            " your own into the parentheses"
        )
    names = [source.name for source in watchlist.sources]
    tags = [tag for source in watchlist.sources for tag in source.tags]
    for topic in watchlist.topics:
        hints = [*map(str, operator_hints(topic.query.text)), *source_hints(topic.query.tree, names, tags)]
        found += [f'[[topic]] "{topic.name}": {hint}' for hint in hints]
    if watchlist.alerts and not watchlist.notify.urls:
        alerts = ", ".join(alert.name for alert in watchlist.alerts)
        found.append(
            f"[[alert]]: nobody is told of {alerts}, since [notify] has no `urls`; what they find is shown at the end of each run"
            " and by  newslake alerts"
        )
    return found


def contact_problem(user_agent: str) -> str | None:
    """Return why a User-Agent tells outlets nobody to write to; None if it names somebody."""
    addresses = _ADDRESS.findall(user_agent)
    if not addresses:
        return "it names no contact"
    for address in addresses:
        host = urlsplit(address).hostname or "" if "://" in address else address.rpartition("@")[2]
        if not _RESERVED.search(host.rstrip(".")):
            return None
    return f"{addresses[0]} is a placeholder"
