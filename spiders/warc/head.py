"""Reads the heads of WARC records: versions 0.17 to 1.1, with CRLF or bare LF, and their dates, however written. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# Bytes of a head. Real ones have a few hundred.
MAX_HEAD = 1 << 20
HEAD_END = re.compile(rb"\n\r?\n")
_TYPES = {"warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"}
_IS_RESPONSE = re.compile(r"application/http\s*;.*msgtype\s*=\s*[\"']?response\b", re.I)
_VERSION = re.compile(rb"WARC/\d{1,2}\.\d{1,2}[ \t]*\r?\Z")
_DIGITS = re.compile(r"\d{1,19}", re.ASCII)
# The years of digits without separators, which archives write for file names and indexes, and their shorter forms.
_COMPACT = re.compile(r"(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?\d{0,6}", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
_DAY_OF_THREE_DIGITS = re.compile(r"^(\d{4}-\d\d-\d\d)\dT", re.ASCII)  # ClueWeb has dates like 2008-10-294T05:21:46
_LEAP_SECOND = re.compile(r"^(.*[T ]\d\d:?\d\d:?|\d{12})60(?!\d)", re.ASCII)
# The web is not older, and no capture is from the future, whatever its record says.
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)
_CLOCKS_DIFFER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a record: its fields by their names in lower case; values of a repeated field are joined by commas."""

    fields: dict[str, str]

    @property
    def kind(self) -> str:
        """The type of the record, in lower case; empty if nothing says it.

        A response whose WARC-Type is missing or damaged is known by its Content-Type.
        """
        declared = self.fields.get("warc-type", "").lower()
        if declared not in _TYPES and _IS_RESPONSE.match(self.fields.get("content-type", "")):
            return "response"
        return declared

    @property
    def url(self) -> str:
        """The URL that was fetched; empty if the record names none."""
        return self.fields.get("warc-target-uri", "").strip("<> \t")

    @property
    def length(self) -> int | None:
        """The length of the block in bytes; None if the head gives no valid one."""
        value = self.fields.get("content-length", "")
        return int(value) if _DIGITS.fullmatch(value) else None

    @property
    def record_id(self) -> str | None:
        """The id of the record."""
        return self.fields.get("warc-record-id")


def head_of(data: bytes) -> Head | None:
    """Return the head of the record with which bytes begin; None if they begin with no whole one."""
    end = HEAD_END.search(data)
    return read_head(data[: end.end()]) if end else None


def read_head(data: bytes) -> Head | None:
    """Read a head, from its version to its last field; return None if it is none."""
    version, _, rest = data.partition(b"\n")
    if not _VERSION.match(version):
        return None
    fields: dict[str, str] = {}
    name = ""
    for line in _text(rest).split("\n"):
        if name and line[:1] in (" ", "\t"):
            fields[name] = f"{fields[name]} {line.strip()}".strip()
            continue
        key, colon, value = line.partition(":")
        key = key.strip().lower()
        if colon and key:
            name, value = key, value.strip()
            fields[name] = f"{fields[name]}, {value}" if name in fields else value
    return Head(fields)


def read_date(value: str, now: datetime) -> datetime | None:
    """Return the moment (aware) that a WARC-Date or an HTTP Date names, or its beginning if it names a day, month or year.

    Returns None if it is no date, or none on which a page can have been fetched: before 1990, or later than `now`.
    """
    found = _parsed(value.strip())
    if found is None:
        return None
    try:
        moment = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:
        return None
    return moment if _OLDEST <= moment <= now + _CLOCKS_DIFFER else None


def _parsed(value: str) -> datetime | None:
    value = _DAY_OF_THREE_DIGITS.sub(r"\1T", value).replace("t", "T").replace("z", "Z")
    leap = _LEAP_SECOND.match(value)
    if leap:
        before = _parsed(f"{leap[1]}59{value[leap.end() :]}")
        return before + timedelta(seconds=1) if before else None
    try:
        if compact := _COMPACT.fullmatch(value):
            year, month, day, hour, minute, second = (int(part) if part else None for part in compact.groups())
            return datetime(year or 0, month or 1, day or 1, hour or 0, minute or 0, second or 0, tzinfo=UTC)
        if short := _MONTH.fullmatch(value):
            return datetime(int(short[1]), int(short[2]), 1, tzinfo=UTC)
        return datetime.fromisoformat(value)
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
