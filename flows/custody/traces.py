"""Find and remove what is left of forgotten articles outside the warehouse: runs, backfills, the cache, captures in no row."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

from flows.runs.folder import is_run_id
from flows.runs.set_aside import FOLDERS
from flows.watchlist import Watchlist
from newslake.disk import write_whole
from newslake.errors import CaptureError
from spiders.journal import NAME
from spiders.urls.canonical import url_id
from spiders.warc.blank import blank
from spiders.warc.manifest import Event, own_files, record
from spiders.warc.model import Capture
from spiders.warc.read import iter_captures, read_capture
from warehouse.load.tombstones import ADDRESS

# Files of a run that its recovery reads, and that hold no text or address.
_HARMLESS = {"run.json", "known.txt", "attempts"}
_URL = re.compile(r"""https?://[^\s"'<>\\]+""")
_ID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_CLOSING = ".,;:!?)]}"
# A shorter path, such as "/" or "/news", stands on other pages too.
_SHORTEST_PATH = 8


class Traces:
    """What recognises the addresses of forgotten articles in texts, listings and journals.

    Args:
        urls: ids of the forgotten URLs and articles.
        addresses: these URLs as text.
    """

    def __init__(self, urls: Iterable[UUID], addresses: Iterable[str]) -> None:
        self._ids = {each.hex for each in urls}
        self._addresses = sorted(set(addresses), key=len, reverse=True)

    @cached_property
    def _forms(self) -> re.Pattern[str] | None:
        """The addresses as they stand in HTML, XML and JSON."""
        forms = {form for address in self._addresses for form in _forms(address)}
        return re.compile("|".join(map(re.escape, sorted(forms, key=len, reverse=True)))) if forms else None

    @cached_property
    def _paths(self) -> re.Pattern[str] | None:
        """The addresses as links of the same site: from their path on."""
        paths = {form for address in self._addresses for form in _forms(_path(address)) if len(form) >= _SHORTEST_PATH}
        return re.compile("|".join(map(re.escape, sorted(paths, key=len, reverse=True)))) if paths else None

    def is_of(self, url: str) -> bool:
        """Whether a URL, in any spelling, is one of those forgotten."""
        return url_id(url).hex in self._ids

    def are_in(self, text: str) -> bool:
        """Whether a text holds one of the addresses, in any spelling, or one of the ids."""
        plain = html.unescape(text)
        if self._forms and (self._forms.search(text) or self._forms.search(plain)):
            return True
        if any(found.replace("-", "") in self._ids for found in _ID.findall(text)):
            return True
        return any(self.is_of(found.rstrip(_CLOSING)) for found in _URL.findall(plain))

    def are_listed_by(self, body: bytes) -> bool:
        """Whether a listing names one of the addresses, also as a link from its own site."""
        text = body.decode("utf-8", "replace")
        return bool(self._paths and self._paths.search(text)) or self.are_in(text)

    def without(self, text: str) -> str:
        """Return a text with each of the addresses replaced by a word that says that it was forgotten."""
        text = self._forms.sub(ADDRESS, text) if self._forms else text
        return _URL.sub(lambda found: ADDRESS if self.is_of(found[0].rstrip(_CLOSING)) else found[0], text)

    def journal_line(self, line: bytes) -> bytes:
        """Return a line of a journal without the addresses; nothing if it cannot be read and has one of them."""
        try:
            event = json.loads(line)
            if event.get("id") in self._ids:
                event |= {name: ADDRESS for name in ("url", "canonical") if name in event}
                event.pop("detail", None)
            clean = {name: self.without(value) if isinstance(value, str) else value for name, value in event.items()}
        except (ValueError, AttributeError, TypeError, RecursionError):
            return b"" if self.are_in(line.decode("utf-8", "replace")) else line
        if clean == json.loads(line):
            return line
        return json.dumps(clean, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"

    def is_id(self, name: object) -> bool:
        """Whether something is the id of a forgotten URL, as journals write it."""
        return name in self._ids


def _forms(address: str) -> set[str]:
    plain = {address, unquote(address, errors="strict") if "%" in address else address} if address else set()
    escaped = {json.dumps(each)[1:-1] for each in plain} | {html.escape(each) for each in plain}
    return plain | escaped | {each.replace("/", r"\/") for each in plain}


def _path(address: str) -> str:
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def listings_with(watchlist: Watchlist, places: Iterable[tuple[str, int]], traces: Traces) -> list[tuple[str, int]]:
    """Return those of the captures of listings, by name and offset, that name a forgotten article. Others stay as they are."""
    found = []
    for name, offset in places:
        file = watchlist.capture_path(name)
        if not file.is_relative_to(watchlist.captures):
            continue
        try:
            if traces.are_listed_by(read_capture(file, offset).body):
                found.append((name, offset))
        except CaptureError:
            continue  # missing, damaged or removed before
    return found


def remove_from_state(watchlist: Watchlist, traces: Traces) -> None:
    """Remove what interrupted runs, runs that were set aside, unfinished backfills and the cache still hold."""
    for folder in [path for name in ("runs", *FOLDERS) for path in watchlist.state.glob(f"{name}/*") if path.is_dir()]:
        _remove_from_run(folder, traces)
    for folder in watchlist.state.glob("backfill/*"):
        for file in folder.glob("*.json"):  # the segment is read again, without what is forgotten
            if file.name != "job.json" and traces.are_in(file.read_text("utf-8", "replace")):
                file.unlink()
        for file in folder.glob("spool/*.warc*"):
            blank(file, [capture.offset for capture in _captures(file) if traces.is_of(capture.url)])
        shutil.rmtree(folder / "download", ignore_errors=True)  # of an unfinished backfill, which fetches it again
    shutil.rmtree(watchlist.state / "httpcache", ignore_errors=True)  # feeds quote the beginnings of articles
    for folder in watchlist.state.glob("newslake-query-*"):
        shutil.rmtree(folder, ignore_errors=True)  # what queries left that were killed


def _remove_from_run(folder: Path, traces: Traces) -> None:
    """Remove the pages from the captures of a run, and the addresses from its journal and its notes."""
    journal = folder / "crawl" / NAME
    pages, others = _places(journal, traces)
    for file in folder.rglob("*"):
        if not file.is_file() or file.is_symlink():
            continue
        if ".warc" in file.name:
            gone = set(pages[file.name])
            for capture in _captures(file):
                # What is a page of another article, by the journal, stays, even if it links to one that is forgotten.
                is_page = capture.offset in others[file.name]
                if traces.is_of(capture.url) or (not is_page and traces.are_listed_by(capture.body)):
                    gone.add(capture.offset)
            blank(file, gone)
        elif file == journal:
            _rewrite_journal(file, traces)
        elif file.name == "reason.json":
            text = file.read_text("utf-8", "replace")
            if (clean := traces.without(text)) != text:
                write_whole(file, clean.encode("utf-8", "backslashreplace"))
        elif file.name not in _HARMLESS and traces.are_in(file.read_text("utf-8", "replace")):
            file.unlink()  # what the crawl was asked for, and its log: nothing reads them any more


def _places(journal: Path, traces: Traces) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
    """Return where the captures of forgotten URLs are, and those of other pages: offsets by the name of the WARC file."""
    gone: dict[str, set[int]] = defaultdict(set)
    others: dict[str, set[int]] = defaultdict(set)
    is_page: set[object] = set()
    for line in _lines(journal):
        try:
            event = json.loads(line)
            key, kind, file, offset = (event.get(name) for name in ("id", "kind", "file", "offset"))
        except (ValueError, AttributeError, RecursionError):
            continue
        if kind == "page":
            is_page.add(str(key))
        if isinstance(file, str) and isinstance(offset, int):
            if traces.is_id(key):
                gone[file].add(offset)
            elif str(key) in is_page:
                others[file].add(offset)
    return gone, others


def _rewrite_journal(journal: Path, traces: Traces) -> None:
    before = list(_lines(journal))
    after = [traces.journal_line(line) for line in before]
    if after != before:
        write_whole(journal, b"".join(after))


def _lines(journal: Path) -> Iterator[bytes]:
    if journal.is_file():
        with journal.open("rb") as stream:
            yield from stream


def _captures(file: Path) -> Iterator[Capture]:
    try:
        yield from (found for found in iter_captures(file) if isinstance(found, Capture) and found.is_own)
    except CaptureError:
        return


def remove_unnamed_captures(watchlist: Watchlist, traces: Traces, runs: Collection[str]) -> None:
    """Remove pages from files of captures that no row names, because their run was not loaded, and unfinished copies.

    Args:
        runs: the ids of the runs in the warehouse.
    """
    for file in watchlist.captures.glob("*/*.warc.gz.*"):
        name, _, ending = file.name.partition(".warc.gz.")
        if is_run_id(name) and ending in ("part", "new"):
            file.unlink()  # a process that was killed left it
    for file in own_files(watchlist.captures):
        if file.name.removesuffix(".warc.gz") in runs:
            continue
        if blank(file, [each.offset for each in _captures(file) if traces.is_of(each.url) or traces.are_listed_by(each.body)]):
            record(watchlist.captures, Event.REWRITTEN, [file])
