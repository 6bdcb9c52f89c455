"""A project with edits, to keep, to verify and to forget."""

from __future__ import annotations

from pathlib import Path

from flows.collect import collect
from flows.demo.site import SampleSite
from flows.watchlist import load_watchlist


def two_editions(home: Path) -> Path:
    """Collect both editions of the sample site into `home`, so that articles have revisions. Return `home`."""
    with SampleSite() as site:
        config = site.watchlist(home)
        for edition in (1, 2):
            site.edition = edition
            collect(load_watchlist(config))
    return home
