"""Find the registrable domain of a host by the Public Suffix List, with its private part, that tldextract brings along. Pure.

tldextract itself loads an HTTP client to keep its list fresh, which takes longer than most commands have. So only its list is
used; a host that is no plain one in ASCII, and an installation whose list is elsewhere, are left to tldextract.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import idna

_PLAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*")
_RULE = re.compile(r"^([.*!]*\w\S*)", re.MULTILINE)
_LIST = ".tld_set_snapshot"


@lru_cache(maxsize=4096)
def registrable(host: str) -> str:
    """Return the registrable domain of a host; empty if it has none."""
    rules = _rules()
    if rules is None or not _PLAIN.fullmatch(host):
        return _by_tldextract()(host)
    labels = host.split(".")
    begin = _suffix([_readable(label) for label in labels], *rules)
    return ".".join(labels[begin - 1 :]) if 0 < begin < len(labels) else ""


def _suffix(labels: list[str], rules: frozenset[str], beginnings: frozenset[str]) -> int:
    """Return at which label the public suffix of a host begins; after its last one if it has none."""
    begin = len(labels)
    for place in range(len(labels) - 1, -1, -1):
        name, above = ".".join(labels[place:]), ".".join(labels[place + 1 :])
        if name in beginnings:
            begin = place if name in rules else begin
        elif f"*.{above}" in rules:
            return place + 1 if f"!{name}" in rules else place
        else:
            break
    return begin


@cache
def _rules() -> tuple[frozenset[str], frozenset[str]] | None:
    """Return the rules, and the names that rules are or end with; None if the list is not where it is expected."""
    found = find_spec("tldextract")  # which loads nothing
    try:
        text = Path(((found and found.submodule_search_locations) or [""])[0], _LIST).read_text("utf-8")
    except OSError:
        return None
    rules = frozenset(match[1] for match in _RULE.finditer(text))
    names = set(rules)
    for rule in rules:
        while "." in rule:
            rule = rule.partition(".")[2]
            names.add(rule)
    return rules, frozenset(names)


def _readable(label: str) -> str:
    if label.startswith("xn--"):
        try:
            return idna.decode(label)
        except (UnicodeError, IndexError):
            pass
    return label


@cache
def _by_tldextract() -> Callable[[str], str]:
    from tldextract import TLDExtract

    # the list bundled with the package: nothing is fetched or written
    extract = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
    return lambda host: extract.extract_str(host).top_domain_under_public_suffix
