"""Create, run and compare golden pages: folders with a page, its circumstances, and the record that cleaning must return.

A folder holds `page.html` (UTF-8), `given.json` (`url`; optional `content_type`, `encoding`, `fetched_at`, `timezone`,
`language`, `publication` and `hints`) and `expected.json` (the record as JSON without empty fields).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from difflib import unified_diff
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from flows.clean import clean
from flows.clean.decode import decode
from newslake.errors import NewslakeError, UsageError
from spiders.warc.model import Capture, Hints

__all__ = ["GoldenPage", "golden_pages", "main"]

# When a page without `fetched_at` counts as fetched.
_FETCHED = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
_MAX_BYTES, _SECONDS = 10_000_000, 30


@dataclass(frozen=True, slots=True)
class GoldenPage:
    """One golden folder."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def given(self) -> dict[str, Any]:
        """The circumstances of the page: its URL, and what else was known before it was read."""
        found: dict[str, Any] = json.loads((self.folder / "given.json").read_text("utf-8"))
        return found

    @property
    def expected(self) -> dict[str, Any]:
        """The record that cleaning must return."""
        found: dict[str, Any] = json.loads((self.folder / "expected.json").read_text("utf-8"))
        return found

    def read(self) -> dict[str, Any]:
        """Clean the page and return its record in the form of `expected`; `reason` and `read` if the page is not an article."""
        given = self.given
        fetched_at = datetime.fromisoformat(given["fetched_at"]) if "fetched_at" in given else _FETCHED
        capture = Capture(
            url=given["url"],
            fetched_at=fetched_at,
            status=200,
            content_type=given.get("content_type", "text/html"),
            body=(self.folder / "page.html").read_bytes().decode("utf-8").encode(given.get("encoding", "utf-8")),
            hints=Hints.from_json(given.get("hints", {})),
            file="",
            offset=0,
        )
        known = {name: given.get(name) for name in ("timezone", "language", "publication")}
        page = clean(capture, **known)
        found: dict[str, Any] = json.loads(json.dumps(_bare(asdict(page))))
        return found

    def difference(self) -> str:
        """Return a unified diff from `expected.json` to what cleaning returns now; "" if they are equal."""
        before = _lines(self.expected) if (self.folder / "expected.json").exists() else []
        after = _lines(self.read())
        name = f"{self.name}/expected.json"
        return "\n".join(unified_diff(before, after, f"{name} (stored)", f"{name} (read now)", lineterm=""))

    def update(self) -> None:
        """Store what cleaning returns now as the expected record."""
        _write(self.folder / "expected.json", "\n".join(_lines(self.read())) + "\n")

    @classmethod
    def create(cls, folder: Path, body: bytes, given: dict[str, Any]) -> GoldenPage:
        """Write a new golden folder from a page as it was served; its expected record is what cleaning returns now.

        Raises:
            UsageError: the folder exists already.
            PageError: the page cannot be cleaned; the folder is kept without an expected record.
        """
        if folder.exists():
            raise UsageError(
                f"there is a golden page {folder.name} already", left="nothing was written", next="choose another name"
            )
        text = decode(body, given.get("content_type"))
        if encoding := _encoding(body, text):
            given = {**given, "encoding": encoding}
        folder.mkdir(parents=True)
        _write(folder / "page.html", text)
        _write(folder / "given.json", json.dumps(given, ensure_ascii=False, indent=1) + "\n")
        page = cls(folder)
        page.update()
        return page


def golden_pages(root: Path) -> list[GoldenPage]:
    """Return the golden pages below a folder, by name."""
    return [GoldenPage(path.parent) for path in sorted(root.glob("*/page.html"))]


def main(root: Path, arguments: Sequence[str] | None = None, *, command: str = "python -m tests.golden") -> int:
    """Run the command that creates and compares golden pages below `root`; return its exit code."""
    parser = argparse.ArgumentParser(
        prog=command, description=f"Create a golden page below {root}, or compare one with its expected record."
    )
    new = "address or file of a new page, or a folder of `newslake check --save`; replace copyrighted text before you commit it"
    parser.add_argument("name", help="name of the page's folder, such as dates-fr")
    parser.add_argument("source", nargs="?", help=new)
    parser.add_argument("--url", help="address of a page that comes from a file, or the one of several in a folder")
    parser.add_argument("--update", action="store_true", help="store what cleaning returns now as the expected record")
    given = parser.parse_args(arguments)
    try:
        return _run(root / given.name, given.source, given.url, update=given.update, command=command)
    except NewslakeError as error:
        print(error, file=sys.stderr)
        return error.exit_code


def _run(folder: Path, source: str | None, url: str | None, *, update: bool, command: str) -> int:
    if not (folder / "page.html").exists():
        if source is None:
            raise UsageError(
                f"there is no golden page {folder.name}",
                left="nothing was written",
                next=f"{command} {folder.name} ADDRESS-FILE-OR-FOLDER",
            )
        if "://" in source:
            body, given = _fetched(source)
        elif Path(source).is_dir():
            body, given = _from_folder(Path(source), url, f"{command} {folder.name} {source}")
        else:
            body, given = _from_file(source, url or f"https://golden.example/{folder.name}")
        page = GoldenPage.create(folder, body, given)
        print("\n".join(_lines(page.expected)))
        print(f"Created {folder}. Check each line of expected.json: it says what cleaning does, not what is right.")
        return 0
    if source is not None and not update:
        raise UsageError(
            f"there is a golden page {folder.name} already", left="nothing was written", next=f"{command} {folder.name} --update"
        )
    page = GoldenPage(folder)
    difference = page.difference()
    if not difference:
        print(f"{folder.name} reads as expected.")
        return 0
    print(difference)
    if not update:
        print(f"Nothing was written. To accept the change: {command} {folder.name} --update")
        return 1
    page.update()
    print(f"Rewrote {folder / 'expected.json'}.")
    return 0


def _fetched(url: str) -> tuple[bytes, dict[str, Any]]:
    if not url.startswith(("http://", "https://")):
        raise UsageError(
            f"not the address of a web page: {url}", left="nothing was written", next="give an address with http or https"
        )
    try:
        with urlopen(Request(url, headers={"User-Agent": "newslake"}), timeout=_SECONDS) as answer:
            body, final = answer.read(_MAX_BYTES + 1), answer.url
            content_type = answer.headers.get("Content-Type") or "text/html"
    except (URLError, OSError, ValueError) as error:
        raise UsageError(
            f"{url} cannot be fetched: {error}", left="nothing was written", next="save the page, and give the file"
        ) from error
    if len(body) > _MAX_BYTES:
        raise UsageError(
            f"{url} has more than {_MAX_BYTES // 1_000_000} MB", left="nothing was written", next="choose a smaller page"
        )
    return body, {"url": final, "content_type": content_type, "fetched_at": _now()}


def _from_file(source: str, url: str) -> tuple[bytes, dict[str, Any]]:
    try:
        return Path(source).read_bytes(), {"url": url, "fetched_at": _now()}
    except OSError as error:
        raise UsageError(
            f"{source} cannot be read: {error.strerror}", left="nothing was written", next="check the path"
        ) from error


def _from_folder(source: Path, url: str | None, command: str) -> tuple[bytes, dict[str, Any]]:
    """Return a page that `newslake check --save` stored, and all that was known of it."""
    from flows.trial import saved_pages

    found = {capture.url: (capture, of) for capture, of in saved_pages(source)}
    if url is None and len(found) == 1:
        url = next(iter(found))
    if url not in found:
        named = f"no page {url}" if url else "no page" if not found else f"{len(found)} pages"
        raise UsageError(
            f"{source} holds {named}" + (f"; it holds {', '.join(sorted(found))}" if found else ""),
            left="nothing was written",
            next=f"{command} --url {next(iter(sorted(found)), 'ADDRESS')}",
        )
    capture, of = found[url]
    given: dict[str, Any] = {"url": capture.url, "fetched_at": capture.fetched_at.isoformat(timespec="seconds")}
    if capture.content_type:
        given["content_type"] = capture.content_type
    if of:
        given |= {name: value for name, value in (("timezone", of.timezone), ("language", of.language)) if value}
    if hints := capture.hints.as_json():
        given["hints"] = hints
    return capture.body, given


def _encoding(body: bytes, text: str) -> str | None:
    """Return the encoding in which the text encodes to the body; None for UTF-8, or if there is none."""
    if text.encode("utf-8", "replace") == body:
        return None
    for encoding in (
        "utf-8-sig",
        "cp1252",
        "iso8859-1",
        "cp949",
        "cp932",
        "gb18030",
        "big5hkscs",
        "cp1251",
        "iso2022_jp",
        "utf-16",
    ):
        try:
            if text.encode(encoding) == body:
                return encoding
        except UnicodeEncodeError:
            continue
    return None


def _bare(value: object) -> object:
    """Return `value` without empty fields at any depth, and with datetimes in ISO 8601."""
    if isinstance(value, dict):
        return {name: _bare(one) for name, one in value.items() if one is not None and one not in ((), "")}
    return value.isoformat() if isinstance(value, datetime) else value


def _lines(record: dict[str, Any]) -> list[str]:
    return json.dumps(record, ensure_ascii=False, indent=1).splitlines()


def _write(file: Path, text: str) -> None:
    file.write_bytes(text.encode("utf-8", "replace"))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
