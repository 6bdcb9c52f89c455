"""Reads the heads of WARC records: versions 0.17 to 1.1, with CRLF or bare LF, and their dates, however written. Pure."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from newslake.dates import read
from spiders.urls.parts import split_url

# Bytes of a head. Real ones have a few hundred.
MAX_HEAD = 1 << 20
HEAD_END = re.compile(rb"\n\r?\n")
_TYPES = {"warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"}
_IS_RESPONSE = re.compile(r"application/http\s*;.*msgtype\s*=\s*[\"']?response\b", re.I)
# Fields that may be there once. Others, such as WARC-Concurrent-To, may name several things.
_SINGLE = {
    "warc-target-uri": "WARC-Target-URI",
    "warc-date": "WARC-Date",
    "warc-type": "WARC-Type",
    "content-length": "Content-Length",
    "content-type": "Content-Type",
}
_FOLD = re.compile(r"\r?\n[ \t]+")
_VERSION = re.compile(rb"WARC/\d{1,2}\.\d{1,2}[ \t]*\r?\Z")
_USUAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(?:\.\d{1,6})?Z", re.ASCII)
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
    """The head of a record.

    A field that is there twice with two values is a mistake of the tool that wrote it, or damage. The first valid value counts:
    values are never joined, which would make an address that nobody fetched.

    Attributes:
        fields: the first value of each field that has one, by the name in lower case.
        repeated: all values of the fields that are there more than once, in order.
    """

    fields: dict[str, str]
    repeated: dict[str, list[str]] = field(default_factory=dict)

    def values(self, name: str) -> list[str]:
        """Return the values of a field (its name in lower case) in order; none if it is missing."""
        return self.repeated.get(name) or ([self.fields[name]] if name in self.fields else [])

    @property
    def contradictions(self) -> tuple[str, ...]:
        """The names of fields that may be there once, but are there with different values."""
        if not self.repeated:
            return ()
        return tuple(_SINGLE[name] for name, values in self.repeated.items() if name in _SINGLE and len(set(values)) > 1)

    @property
    def kind(self) -> str:
        """The type of the record, in lower case; empty if nothing says it.

        A response whose WARC-Type is missing or damaged is known by its Content-Type.
        """
        declared = self.fields.get("warc-type", "").lower()
        if declared in _TYPES:
            return declared
        known = next((value for each in self.values("warc-type") if (value := each.lower()) in _TYPES), None)
        if known is None and any(map(_IS_RESPONSE.match, self.values("content-type"))):
            return "response"
        return known or declared

    @property
    def url(self) -> str:
        """The URL that was fetched; empty if the record names none."""
        given = self.repeated.get("warc-target-uri") or [self.fields.get("warc-target-uri", "")]
        urls = [value.strip("<> \t") for value in given]
        return urls[0] if len(urls) == 1 else next(filter(split_url, urls), urls[0])

    @property
    def lengths(self) -> list[int]:
        """The valid lengths of the block in bytes that the head gives: one, unless something is wrong."""
        given = self.repeated.get("content-length") or [self.fields.get("content-length", "")]
        return list(dict.fromkeys([int(value) for value in given if _DIGITS.fullmatch(value)]))

    @property
    def record_id(self) -> str | None:
        """The id of the record."""
        return self.fields.get("warc-record-id")

    def belongs_to(self, record_id: str | None) -> bool:
        """Whether the record says that it is of the same fetch as the record `record_id`. It may name several."""
        return record_id is not None and record_id in self.values("warc-concurrent-to")


def head_of(data: bytes) -> Head | None:
    """Return the head of the record with which bytes begin; None if they begin with no whole one."""
    end = HEAD_END.search(data)
    return read_head(data[: end.end()]) if end else None


def read_head(data: bytes) -> Head | None:
    """Read a head, from its version to its last field; return None if it is none."""
    version, _, rest = data.partition(b"\n")
    if not _VERSION.match(version):
        return None
    text = _text(rest)
    return _in_plain_lines(text) or _with_care(_unfolded(text))


def _in_plain_lines(text: str) -> Head | None:
    """Read fields that are written as nearly all tools write them; return None if anything is odd, or a field is there twice."""
    lines = text.split("\r\n")
    if text.count("\n") != len(lines) - 1 or "\n " in text or "\n\t" in text or lines[-2:] != ["", ""]:
        return None
    try:
        fields = {name.strip().lower(): value.strip() for name, value in [line.split(": ", 1) for line in lines[:-2]]}
    except ValueError:
        return None
    return Head(fields) if len(fields) == len(lines) - 2 and "" not in fields else None


def _with_care(text: str) -> Head:
    """Read fields of which some are there more than once, are no fields, or are written in an odd way."""
    fields: dict[str, str] = {}
    repeated: dict[str, list[str]] = {}
    for line in text.split("\n"):
        name, colon, value = line.partition(":")
        name, value = name.strip().lower(), value.strip()
        if not colon or not name:
            continue
        if name not in fields:
            fields[name] = value
        elif value:
            repeated.setdefault(name, [fields[name]] if fields[name] else []).append(value)
            fields[name] = repeated[name][0]
    return Head(fields, {name: values for name, values in repeated.items() if len(values) > 1})


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
    if _USUAL.fullmatch(value):
        with suppress(ValueError):
            return datetime.fromisoformat(value)
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
    except ValueError:
        return None
    found = read(value, epoch=False)
    return found.when if found else None


def _unfolded(text: str) -> str:
    """Join the lines of folded values."""
    return _FOLD.sub(" ", text) if "\n " in text or "\n\t" in text else text


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
