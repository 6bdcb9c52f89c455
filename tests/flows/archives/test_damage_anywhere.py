"""Damage at any byte of an archive, in any compression: it costs the records that it hit, and segments agree with the whole."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from spiders.warc.model import Capture
from spiders.warc.read import iter_captures, read_capture
from tests.flows.archives.warcs import frame, message, pack, page, record

COUNT = 8
ROUNDS = 60


def units(how: str) -> list[tuple[bytes, set[str]]]:
    """The pieces of a file that damage hits one by one, with the pages in each."""
    records = [record(f"r{n}") for n in range(COUNT)]
    names = [f"r{n}" for n in range(COUNT)]
    if how == "members":
        return [(pack(records[n] + records[n + 1]), {names[n], names[n + 1]}) for n in range(0, COUNT, 2)]
    make = {"plain": bytes, "gzip": pack, "zstd": frame}[how]
    return [(make(one), {name}) for one, name in zip(records, names, strict=True)]


def harm(data: bytes, rng: random.Random) -> tuple[bytes, int, int]:
    """The data with some bytes overwritten, lost or added; and from which byte to which the damage goes."""
    at, count = rng.randrange(len(data)), rng.randint(1, 300)
    kind = rng.choice(["zeros", "noise", "cut", "lost", "added"])
    if kind == "cut":
        return data[:at], at, len(data)
    if kind == "added":
        return data[:at] + rng.randbytes(count) + data[at:], at - 1, at + 1
    there = data[at : at + count]
    instead = {"zeros": b"\0" * len(there), "noise": rng.randbytes(len(there)), "lost": b""}[kind]
    return data[:at] + instead + data[at + count :], at, at + count


@pytest.mark.parametrize("how", ["plain", "gzip", "zstd", "members"])
def test_damage_costs_what_it_hit(tmp_path: Path, how: str) -> None:
    rng = random.Random(how)
    file = tmp_path / "a.warc"
    for _ in range(ROUNDS):
        pieces = units(how)
        data, start, end = harm(b"".join(piece for piece, _ in pieces), rng)
        file.write_bytes(data)
        found = list(iter_captures(file))
        sound, at = set(), 0
        for piece, names in pieces:
            if at >= end or at + len(piece) <= start:
                sound |= names
            at += len(piece)
        captures = [each for each in found if isinstance(each, Capture)]
        assert sound <= {each.url.rpartition("/")[2] for each in captures}, (start, end)
        for each in captures:
            if each.is_own:
                assert read_capture(file, each.offset).url == each.url
        if how in ("gzip", "members"):
            step = rng.choice([700, 1500, 4000])
            parts = [each for begin in range(0, len(data), step) for each in iter_captures(file, begin, begin + step)]
            assert sorted(map(str, parts)) == sorted(map(str, found)), (start, end, step)


@pytest.mark.parametrize(
    "between", [b"\0" * 100, pack(b""), b"\r\n\r\n", b"garbage"], ids=["zeros", "empty", "line ends", "garbage"]
)
@pytest.mark.parametrize("noise", [0, 9000], ids=["small", "large"])
def test_what_lies_between_members_costs_no_record(tmp_path: Path, between: bytes, noise: int) -> None:
    """All records are of one size, so that the end of one looks like that of another."""
    rng, file = random.Random(noise), tmp_path / "a.warc.gz"
    records = [pack(record(f"same{n}", message(page("x") + rng.randbytes(noise)))) for n in range(4)]
    file.write_bytes(records[0] + between + records[1] + records[2] + between + records[3])
    found = [each.url.rpartition("/")[2] for each in iter_captures(file) if isinstance(each, Capture)]
    assert found == [f"same{n}" for n in range(4)]
