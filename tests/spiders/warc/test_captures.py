"""WARC out and in: what was fetched can be read back by us and by others, and damage costs only what it hit."""

from __future__ import annotations

import gzip
import random
import resource
import signal
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import fastwarc
import pytest
from fastwarc.warc import ArchiveIterator as FastIterator
from warcio.archiveiterator import ArchiveIterator as WarcioIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newslake.errors import CaptureError
from spiders.warc.kept import keep
from spiders.warc.model import Capture, Damaged, Exchange, Hints, Place
from spiders.warc.read import iter_captures, read_capture
from spiders.warc.write import CaptureWriter

AT = datetime(2026, 3, 4, 5, 6, 7, 890000, tzinfo=UTC)


STALE = [("Transfer-Encoding", "chunked"), ("content-length", "7")]


def exchange(number: int = 0, body: bytes | None = None, **changes: object) -> Exchange:
    given: dict[str, object] = {
        "url": f"https://news.example/{number}?a=1",
        "method": "GET",
        "request_headers": [("User-Agent", "newslake")],
        "status": 200,
        # as received: the body has been decoded since
        "response_headers": [
            ("Content-Type", "text/html; charset=euc-kr"),
            ("Transfer-Encoding", "chunked"),
            ("content-length", "7"),
        ],
        "body": f"<p>page {number} 북한 ".encode() + random.Random(number).randbytes(3000) if body is None else body,
        "fetched_at": AT,
        "ip_address": "192.0.2.7",
        "hints": Hints(
            title=f"기사 {number}",
            published=datetime(2026, 1, 2, 3, 4),  # noqa: DTZ001 - feeds without a zone
            authors=("A", "B"),
            tags=("x",),
        ),
        "about": {"source": "example", "found_by": "feed"},
    }
    return Exchange(**(given | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(("written_date", "read"), [("2008-10-294T05:21:46-0700", "2008-10-29T12:21:46"), ("2008-10-29", None)])
def test_dates_with_a_digit_too_many(tmp_path: Path, written_date: str, read: str | None) -> None:
    """ClueWeb wrote them so; a date without a time is taken, a senseless one costs its record."""
    message = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>x</p>"
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/\r\nWARC-Date: {written_date}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(message)}\r\n\r\n"
    )
    (tmp_path / "odd.warc").write_bytes(head.encode() + message + b"\r\n\r\n")
    (capture,) = iter_captures(tmp_path / "odd.warc")
    assert isinstance(capture, Capture)
    assert capture.fetched_at.astimezone(UTC).isoformat().startswith(read or "2008-10-29T00:00:00")


def written(folder: Path, count: int = 5, **options: int) -> tuple[Path, list[Place]]:
    writer = CaptureWriter(folder, **options)
    places = [writer.write(exchange(n)) for n in range(count)]
    writer.close()
    return folder / places[0].file, places


def test_a_capture_comes_back_as_it_was_fetched(tmp_path: Path) -> None:
    file, places = written(tmp_path)
    capture = read_capture(file, places[3].offset)
    sent = exchange(3)
    assert capture == Capture(
        sent.url, AT, 200, "text/html; charset=euc-kr", sent.body, sent.hints, str(file.absolute()), places[3].offset
    )


def test_aware_dates_and_no_hints_survive(tmp_path: Path) -> None:
    writer = CaptureWriter(tmp_path)
    dated = Hints(published=datetime(2026, 1, 2, tzinfo=UTC), modified=datetime(2026, 1, 3, tzinfo=UTC))
    places = [writer.write(exchange(hints=dated)), writer.write(exchange(hints=Hints(), body=b""))]
    writer.close()
    captures = [read_capture(tmp_path / place.file, place.offset) for place in places]
    assert [capture.hints for capture in captures] == [dated, Hints()]
    assert captures[1].body == b""


def test_warcio_and_fastwarc_read_the_file_and_its_digests(tmp_path: Path) -> None:
    file, places = written(tmp_path)
    with file.open("rb") as stream:
        records = []
        for record in WarcioIterator(stream, check_digests="raise"):
            body = record.content_stream().read()
            records.append((record.rec_type, record.rec_headers.get_header("WARC-Concurrent-To"), body))
            if record.rec_type == "response":
                last = record.rec_headers.get_header("WARC-Record-ID")
                assert record.rec_headers.get_header("WARC-IP-Address") == "192.0.2.7"
            elif record.rec_type in ("request", "metadata"):
                assert records[-1][1] == last
    assert [kind for kind, _, _ in records] == ["warcinfo", *["response", "request", "metadata"] * 5]
    assert [body for kind, _, body in records if kind == "response"] == [exchange(n).body for n in range(5)]
    with file.open("rb") as stream:
        offsets = [
            record.stream_pos
            for record in FastIterator(stream, record_types=fastwarc.warc.response)
            if record.verify_payload_digest() and record.http_headers.status_code == 200
        ]
    assert offsets == [place.offset for place in places]
    with file.open("rb") as stream:
        stream.seek(places[1].offset)
        group = stream.read(places[1].length)
    assert gzip.decompress(group).count(b"WARC/1.1") == 3


def test_files_rotate_and_earlier_ones_are_never_touched(tmp_path: Path) -> None:
    _, places = written(tmp_path, count=6, max_bytes=9000)
    files = sorted(tmp_path.iterdir())
    assert len(files) > 1
    before = [file.read_bytes() for file in files]
    _, later = written(tmp_path, count=1)
    assert later[0].file not in {file.name for file in files}
    assert [file.read_bytes() for file in files] == before
    assert [read_capture(tmp_path / p.file, p.offset).url for p in places] == [exchange(n).url for n in range(6)]


def test_a_full_disk_is_told_and_leaves_whole_groups(tmp_path: Path) -> None:
    file, _ = written(tmp_path, count=1)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    writer = CaptureWriter(tmp_path, "full")
    writer.write(exchange(0))
    size = (tmp_path / "full-00000.warc.gz").stat().st_size
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size + 700, before[1]))
        with pytest.raises(CaptureError, match="cannot be written") as told:
            writer.write(exchange(1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
        writer.close()
    assert told.value.left and told.value.next
    assert [type(found) for found in iter_captures(tmp_path / "full-00000.warc.gz")] == [Capture]
    assert file.exists()


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda raw, place: raw[: place.offset + 600], "cut off"),
        (lambda raw, place: raw[: place.offset], "no record"),
        (lambda raw, place: raw[: place.offset + 400] + b"\0" * 300 + raw[place.offset + 700 :], "damaged"),
        (lambda raw, place: b"<html>" * 9999, "no record begins here"),
        (lambda raw, place: b"", "no record"),
    ],
    ids=["cut off", "cut before", "corrupt", "no WARC", "empty"],
)
def test_a_damaged_capture_is_an_error_with_a_way_out(tmp_path: Path, harm: object, words: str) -> None:
    file, places = written(tmp_path)
    file.write_bytes(harm(file.read_bytes(), places[2]))  # type: ignore[operator]
    with pytest.raises(CaptureError, match=words) as told:
        read_capture(file, places[2].offset)
    assert str(file) in str(told.value) and told.value.left and told.value.next


def test_a_missing_file_and_a_wrong_offset_are_errors(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match="not there"):
        read_capture(tmp_path / "gone.warc.gz", 0)
    with pytest.raises(CaptureError, match="cannot be opened"):
        list(iter_captures(tmp_path / "gone.warc.gz"))
    file, _ = written(tmp_path)
    with pytest.raises(CaptureError, match="warcinfo record, not a response"):
        read_capture(file, 0)


@pytest.mark.parametrize("spot", [0, 3, 200, 900, 2000])
def test_a_corrupt_record_costs_itself_alone(tmp_path: Path, spot: int) -> None:
    file, places = written(tmp_path)
    raw = bytearray(file.read_bytes())
    raw[places[2].offset + spot : places[2].offset + spot + 40] = b"\xff" * 40
    file.write_bytes(raw)
    found = list(iter_captures(file))
    urls = [one.url for one in found if isinstance(one, Capture)]
    assert [exchange(n).url for n in (0, 1, 3, 4)] == [url for url in urls if url != exchange(2).url]
    assert [type(one) for one in found].count(Damaged) == 1
    (damaged,) = (one for one in found if isinstance(one, Damaged))
    assert places[2].offset <= damaged.offset < places[3].offset and damaged.reason


def test_a_file_cut_off_anywhere_gives_what_is_whole(tmp_path: Path) -> None:
    file, places = written(tmp_path)
    raw = file.read_bytes()
    for cut in (places[3].offset + 1, places[3].offset + 300, places[4].offset - 1):
        file.write_bytes(raw[:cut])
        found = list(iter_captures(file))
        assert [one.url for one in found[:3] if isinstance(one, Capture)] == [exchange(n).url for n in range(3)]
        assert isinstance(found[-1], Damaged)


def foreign(version: str, compress: bool, cases: list[tuple[bytes, list[tuple[str, str]]]]) -> bytes:
    out = BytesIO()
    writer = WARCWriter(out, gzip=compress, warc_version=version)
    writer.write_record(writer.create_warcinfo_record("other.warc.gz", {"software": "another crawler"}))
    for number, (body, headers) in enumerate(cases):
        http = StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1")
        url = f"http://other.example/{number}"
        writer.write_record(
            writer.create_warc_record(
                url, "request", http_headers=StatusAndHeaders("GET / HTTP/1.1", [("Host", "x")], is_http_request=True)
            )
        )
        writer.write_record(
            writer.create_warc_record(url, "response", payload=BytesIO(body), length=len(body), http_headers=http)
        )
    return out.getvalue()


@pytest.mark.parametrize("version", ["1.0", "1.1"])
@pytest.mark.parametrize("compress", [True, False])
def test_what_others_wrote_is_decoded(tmp_path: Path, version: str, compress: bool) -> None:
    html = b"<p>" + b"news " * 500
    chunked = b"%x\r\n%s\r\n0\r\n\r\n" % (len(html), html)
    cases = [
        (html, []),
        (chunked, [("Transfer-Encoding", "chunked")]),
        (gzip.compress(html), [("Content-Encoding", "gzip")]),
        (html, [("Content-Encoding", "gzip")]),  # archives keep the header of bodies that they store decoded
        (html, [("Transfer-Encoding", "chunked")]),
    ]
    file = tmp_path / "other.warc"
    file.write_bytes(foreign(version, compress, cases))
    found = list(iter_captures(file))
    assert [(one.url, one.body) for one in found if isinstance(one, Capture)] == [
        (f"http://other.example/{n}", html) for n in range(len(cases))
    ]
    assert all(isinstance(one, Capture) and read_capture(file, one.offset) == one for one in found)


def test_keeping_copies_whole_groups_byte_for_byte(tmp_path: Path) -> None:
    first, a = written(tmp_path / "one" if (tmp_path / "one").mkdir() is None else tmp_path)
    (tmp_path / "two").mkdir()
    second, b = written(tmp_path / "two", count=2)
    into = tmp_path / "kept" / "2026.warc.gz"
    chosen = [(second, b[1].offset), (first, a[4].offset), (first, a[0].offset), (first, a[4].offset)]
    where = keep(chosen, into)
    assert set(where) == set(chosen)
    for (file, offset), (kept, at) in where.items():
        original, copy = read_capture(file, offset), read_capture(kept, at)
        assert (copy.url, copy.body, copy.hints, copy.fetched_at) == (
            original.url,
            original.body,
            original.hints,
            original.fetched_at,
        )
    assert len(list(iter_captures(into))) == 3
    group = first.read_bytes()[a[4].offset : a[4].offset + a[4].length]
    assert group in into.read_bytes()
    with into.open("rb") as stream:
        assert [record.rec_type for record in WarcioIterator(stream)][:4] == ["warcinfo", "response", "request", "metadata"]


def test_keeping_is_whole_or_not_at_all(tmp_path: Path) -> None:
    file, places = written(tmp_path)
    raw = bytearray(file.read_bytes())
    raw[places[2].offset + 600 : places[2].offset + 700] = b"\0" * 100
    file.write_bytes(raw)
    into = tmp_path / "kept.warc.gz"
    with pytest.raises(CaptureError, match="cannot be copied"):
        keep([(file, places[0].offset), (file, places[2].offset)], into)
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
