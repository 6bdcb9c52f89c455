"""`newslake backfill` over odd and damaged files of other tools: what can be read is loaded, and what cannot is told."""

from __future__ import annotations

import gzip
import json
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.flows.archives.warcs import WATCHLIST, damaged, dictionary_frame, frame, message, pack, page, record
from tests.flows.command import Done, ask, newslake

LINE_FEED = b"\n"
CHUNKED = "Transfer-Encoding: chunked\r\n"


def chunked(body: bytes) -> bytes:
    """Chunks as some servers send them: padded sizes, an extension, and no line after the last."""
    pieces = (body[at : at + 200] for at in range(0, len(body), 200))
    return b"".join(b"%x  ;a=b\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n"


def named(*records: bytes) -> bytes:
    """Records compressed one by one."""
    return b"".join(map(pack, records))


def odd_records() -> bytes:
    """Every oddity that a record can have, between sound ones; names of pages that cannot be read begin with `no`."""
    late = {"line": LINE_FEED, "version": "WARC/0.18"}
    bare = message(page("barehttp")).replace(b"\r\n", b"\n")
    number = len(message(page("x")))
    return named(
        record("first"),
        record("nodigits", length="12a4"),
        record("notwice", length=f"{number}, {number}"),
        record("nounit", length=f"{number} bytes"),
        record("nolength", length=""),
        record("nonegative", length="-5"),
        record("nocut", message(page("nocut"), has_length=False), length=10**18),
        record("tooshort", length=300),
        record("toolong", length=10**7),
        record("barewarc", **late),
        record("barehttp", bare),
        record("chunked", message(chunked(page("chunked")), headers=CHUNKED, has_length=False)),
        record("packed", message(pack(page("packed")), headers="Content-Encoding: gzip\r\n")),
        record("resource", page("resource"), type_="resource", kind="text/html"),
        record("capitals", kind="application/HTTP", type_="Response"),
        record("untyped", kind="application/octet-stream"),
        record("notype", type_="").replace(b"; msgtype=response", b""),
        record("typeless", type_=""),
        record("mistyped", type_="respon\0e"),
        record("shouted", url="HTTPS://TIDE.EXAMPLE/shouted"),
        record("rechunked", message(chunked(page("rechunked")), has_length=False)),
        record("brackets", url="<https://tide.example/brackets>", version="WARC/1.1"),
        record("beginning", field="WARC-Truncated: length"),
        record("month", date="2026-03"),
        record("digits", date="20260330000000"),
        record("leap", date="2026-03-30T23:59:60Z"),
        record("clock", message(page("clock"), headers="Date: Sun, 29 Mar 2026 10:00:00 GMT\r\n"), date="2999-01-01T00:00:00Z"),
        record("noyear1", date="0001-01-01T00:00:00Z"),
        record("noyear2999", date="2999-01-01T00:00:00Z"),
        record("nodate", date=None),
        record("nohttp", b"SSH-2.0-OpenSSH_9.6\r\n"),
        record("nosegment", field="WARC-Segment-Number: 1"),
        record("revisited", b"", type_="revisit"),
        record("text", b"a ferry in the harbour", type_="conversion", kind="text/plain"),
        record("dns", b"tide.example. 60 IN A 192.0.2.1", url="dns:tide.example", kind="text/dns"),
        record("film", message(b"x" * 21_000_000, kind="video/mp4")),
        record("nofit", message(page("nofit") + b" " * 21_000_000)),
        *contradictions(),
        record("last"),
    )


def contradictions() -> list[bytes]:
    """Records and responses with a header that is there twice."""
    twice = f"Content-Length: {len(message(page('samelengths')))}"
    coding = "Content-Encoding: gzip\r\n"
    return [
        record("twourls", field="WARC-Target-URI: https://tide.example/invented"),
        record("badurl", url="none of these", field="WARC-Target-URI: https://tide.example/badurl"),
        record("sameurls", field="WARC-Target-URI: https://tide.example/sameurls"),
        record("samelengths", field=twice),
        record("otherlengths", field="Content-Length: 7"),
        record("wronglength", field="Content-Length: seven"),
        record("twodates", date="soon", field="WARC-Date: 2026-03-30T00:00:00Z"),
        record("twotypes", type_="page", field="WARC-Type: response", kind="application/http"),
        record("twocodings", message(pack(page("twocodings")), headers=coding * 2)),
        record("twokinds", message(page("twokinds"), headers="Content-Type: unknown\r\nContent-Type: text/html\r\n")),
        record(
            "httpdates", message(page("httpdates"), headers="Date: soon\r\nDate: Sun, 29 Mar 2026 10:00:00 GMT\r\n"), date=None
        ),
    ]


TWICE = {"twourls", "badurl", "sameurls", "samelengths", "otherlengths", "wronglength", "twodates", "twotypes", "twocodings"}
READ = {
    "first",
    "tooshort",
    "toolong",
    "barewarc",
    "barehttp",
    "chunked",
    "packed",
    "resource",
    "capitals",
    "untyped",
    "typeless",
    "mistyped",
    "shouted",
    "rechunked",
    "brackets",
}
READ |= TWICE | {"twokinds", "httpdates"}
READ |= {"beginning", "month", "digits", "leap", "clock", "last"}
LOST = {
    "nodigits",
    "notwice",
    "nounit",
    "nolength",
    "nonegative",
    "nocut",
    "noyear1",
    "noyear2999",
    "nodate",
    "notype",
    "nohttp",
    "nosegment",
}


def several(prefix: str, count: int = 4) -> list[bytes]:
    return [record(f"{prefix}{n}") for n in range(count)]


def wacz(file: Path) -> None:
    """A WACZ as tools write it: WARC files stored and deflated, of which one is damaged, and one empty; and another WACZ."""
    stored, deflated, harmed = several("stored"), several("deflated"), several("harmed")
    inner = file.with_name("inner")
    with zipfile.ZipFile(inner, "w") as zipped:
        zipped.writestr("archive/data.warc.gz", named(*several("inner", 2)))
    with zipfile.ZipFile(file, "w") as zipped:
        zipped.writestr("datapackage.json", "{}")
        zipped.writestr("archive/a.warc.gz", named(*stored))
        zipped.writestr("archive/b.warc", b"".join(deflated), compress_type=zipfile.ZIP_DEFLATED)
        zipped.writestr("archive/c.warc.gz", named(*harmed))
        zipped.writestr("archive/d.warc.gz", b"")
        zipped.write(inner, "more/inner.wacz")
    inner.unlink()
    data = file.read_bytes()
    at = data.index(named(harmed[1])[10:])
    file.write_bytes(damaged(data, at + 100))


def write_all(folder: Path) -> list[str]:
    """Write the files, and return their names in order."""
    folder.mkdir()
    members, whole, plain, zst = several("member", 6), several("whole", 5), several("plain", 5), several("frame", 5)
    dictionary, trained = dictionary_frame([record(f"sample{n}")[: 400 + n % 50] for n in range(200)])
    with_dictionary = [frame(each, zstd_dict=trained) for each in several("dict", 3)]
    cut = named(*several("cut", 3))
    block_gzip = b"".join(several("block", 12))
    files = {
        "records.warc.gz": odd_records(),
        "members.warc.gz": pack(members[0] + members[1]) + pack(members[2]) + pack(b"".join(members[3:])),
        "whole.warc.gz": pack(b"".join(whole)),
        "blocks.warc.gz": b"".join(pack(block_gzip[at : at + 2500]) for at in range(0, len(block_gzip), 2500)),
        "plain.warc": b"".join(plain[:2]) + b"\0" * 512 + plain[2] + plain[3][:-1000] + b"".join(plain[4:]),
        "frames.warc.zst": frame(zst[0]) + damaged(frame(zst[1]), 100) + frame(zst[2]) + b"\0" * 512 + frame(zst[3] + zst[4]),
        "dictionary.warc.zst": dictionary + b"".join(with_dictionary),
        "cut.warc.gz": cut[:-300],
        "README.md": b"# News\n\nA ferry in the harbour.\n" * 50,
        "empty.warc.gz": b"",
        "answer.warc.gz": b"<!DOCTYPE html><html><body>404: no such ferry in this harbour</body></html>",
        "old.arc.gz": pack(b"filedesc://old.arc 0.0.0.0 20080430204825 text/plain 76\n1 0 X\n\nhttp://tide.example/old ...\n"),
        "texts.warc.wet.gz": named(record("wet", b"A ferry in the harbour.", type_="conversion", kind="text/plain")),
        "listed.warc.gz": named(*several("listed", 2)),
        "more.txt": b"listed.warc.gz\nlist.txt\n",
        "list.txt": b"\xef\xbb\xbf# archives\nmissing.warc.gz\nNUL\0.warc.gz\nftp://tide.example/a.warc.gz\nmore.txt\n"
        + b"a" * 5000,
    }
    for name, data in files.items():
        (folder / name).write_bytes(data)
    wacz(folder / "site.wacz")
    return [*(name for name in files if name not in ("listed.warc.gz", "more.txt")), "site.wacz"]


@dataclass
class Backfilled:
    """What one backfill of all files gave."""

    home: Path
    names: list[str]
    done: Done
    told: dict[str, Any]

    def loaded(self, prefix: str) -> list[str]:
        rows = ask(self.home / "watchlist.toml", "SELECT url FROM articles ORDER BY url")
        return [name for (url,) in rows if (name := url.rpartition("/")[2]).startswith(prefix)]

    def lost(self, file: str) -> list[tuple[str, str]]:
        """The rows of what is lost of a file: where, and why."""
        query = "SELECT url, detail FROM fetches WHERE outcome = 'failed' AND reason = 'damaged' ORDER BY url"
        rows = ask(self.home / "watchlist.toml", query)
        return [(url.partition("#")[2], detail) for url, detail in rows if url.partition("#")[0].endswith("/" + file)]


@pytest.fixture(scope="module")
def backfilled(tmp_path_factory: pytest.TempPathFactory) -> Backfilled:
    home = tmp_path_factory.mktemp("odd")
    (home / "watchlist.toml").write_text(WATCHLIST, "utf-8")
    names = write_all(home / "in")
    done = newslake("backfill", "--json", *(f"in/{name}" for name in names), cwd=home)
    return Backfilled(home, names, done, json.loads(done.stdout))


def test_an_odd_record_is_read_and_a_broken_one_costs_itself(backfilled: Backfilled) -> None:
    found = ask(backfilled.home / "watchlist.toml", "SELECT url, title, text FROM articles")
    by_name = {url.rpartition("/")[2]: (title, text) for url, title, text in found}
    assert {name for name in by_name if name in READ | LOST} == READ
    for name in READ:
        assert by_name[name][0] == f"The ferry {name} sails again"
        assert by_name[name][1].rstrip().endswith(f"This is the end of page {name}.")
        assert ";a=b" not in by_name[name][1]  # the lines between chunks
    lost = backfilled.lost("records.warc.gz")
    assert {detail.split(": ")[0].rpartition("/")[2] for _, detail in lost} == LOST
    assert len(lost) == len({where for where, _ in lost}) == len(LOST)
    assert all(where.startswith("byte=") for where, _ in lost)


def test_dates_are_read_and_impossible_ones_do_not_become_facts(backfilled: Backfilled) -> None:
    rows = ask(backfilled.home / "watchlist.toml", "SELECT url, strftime(first_seen_at, '%Y-%m-%d %H:%M') FROM articles")
    dates = {url.rpartition("/")[2]: date for url, date in rows}
    assert {name: dates[name] for name in ("month", "digits", "leap", "clock")} == {
        "month": "2026-03-01 00:00",
        "digits": "2026-03-30 00:00",
        "leap": "2026-03-31 00:00",
        "clock": "2026-03-29 10:00",
    }
    assert {date[:4] for date in dates.values()} == {"2026"}


def test_a_page_of_which_the_archive_has_the_beginning_says_so(backfilled: Backfilled) -> None:
    ((detail,),) = ask(backfilled.home / "watchlist.toml", "SELECT detail FROM fetches WHERE url LIKE '%/beginning'")
    assert "WARC-Truncated" in detail


def test_a_header_that_is_there_twice_invents_nothing_and_is_counted(backfilled: Backfilled) -> None:
    counted = {"WARC-Target-URI": 2, "Content-Length": 2, "WARC-Date": 1, "WARC-Type": 1}
    assert backfilled.told["repeated_fields"] == counted
    rows = ask(backfilled.home / "watchlist.toml", "SELECT url, detail FROM fetches WHERE detail LIKE '%more than once%'")
    names = {url.rpartition("/")[2] for url, _ in rows}
    assert names == {"twourls", "badurl", "otherlengths", "wronglength", "twodates", "twotypes"}


def test_every_record_is_counted(backfilled: Backfilled) -> None:
    told = backfilled.told
    assert told["other_records"] == {"conversion": 2, "response of dns": 1, "revisit": 1}
    rows = ask(backfilled.home / "watchlist.toml", "SELECT sum(discovered), sum(refused), sum(failed) FROM runs")
    discovered, refused, failed = rows[0]
    damage = ask(backfilled.home / "watchlist.toml", "SELECT count(*) FROM fetches WHERE reason = 'damaged'")[0][0]
    assert discovered == told["pages"] + damage
    assert (refused, failed) == (1, damage + 1)  # the film, and the page that does not fit


@pytest.mark.parametrize(("prefix", "count"), [("member", 6), ("whole", 5), ("block", 12), ("dict", 3)])
def test_pages_of_members_that_hold_several_have_their_own_address_and_text(
    backfilled: Backfilled, prefix: str, count: int
) -> None:
    query = f"SELECT url, title, capture_file, capture_offset FROM articles WHERE url LIKE '%/{prefix}%' ORDER BY url"
    rows = ask(backfilled.home / "watchlist.toml", query)
    assert len(rows) == count
    for url, title, *_ in rows:
        assert title == f"The ferry {url.rpartition('/')[2]} sails again"
    assert len({(file, offset) for _, _, file, offset in rows}) == count


@pytest.mark.parametrize(
    ("prefix", "file", "loaded", "lost"),
    [
        ("plain", "plain.warc", [0, 1, 2, 4], 2),  # zeros between two records, and a record that is cut off in the middle
        ("frame", "frames.warc.zst", [0, 2, 3, 4], 2),
        ("cut", "cut.warc.gz", [0, 1], 1),
        ("harmed", "site.wacz", [0, 2, 3], 2),
        ("stored", "site.wacz", [0, 1, 2, 3], 2),
        ("deflated", "site.wacz", [0, 1, 2, 3], 2),
        ("inner", "site.wacz", [0, 1], 2),
        ("listed", "listed.warc.gz", [0, 1], 0),
    ],
)
def test_reading_goes_on_behind_damage_which_is_told_once(
    backfilled: Backfilled, prefix: str, file: str, loaded: list[int], lost: int
) -> None:
    assert backfilled.loaded(prefix) == [f"{prefix}{n}" for n in loaded]
    assert len(backfilled.lost(file)) == lost


def test_what_could_not_be_read_is_told_and_the_exit_code_is_1(backfilled: Backfilled) -> None:
    assert backfilled.done.returncode == 1
    failed = {Path(place).name: why for place, why in backfilled.told["failed_files"].items()}
    for name, words in {
        "README.md": "no WARC file: it begins with '# News",
        "empty.warc.gz": "empty",
        "answer.warc.gz": "web page",
        "old.arc.gz": "ARC file",
        "texts.warc.wet.gz": "1 conversion",
        "records.warc.gz": f"{len(LOST)} parts of it cannot be read",
        "missing.warc.gz": "No such file",
        "NUL\0.warc.gz": "null byte",
        "a" * 5000: "File name too long",
    }.items():
        assert words in failed.pop(name), name
    assert "no address of a file" in failed.pop("a.warc.gz")  # ftp://
    assert set(failed) == {"plain.warc", "frames.warc.zst", "cut.warc.gz", "site.wacz"}


def test_the_same_command_tries_what_failed_again_and_only_that(backfilled: Backfilled) -> None:
    config = backfilled.home / "watchlist.toml"
    corpus = "SELECT url, revision, text FROM articles ORDER BY url"
    before, runs = ask(config, corpus), ask(config, "SELECT count(*) FROM runs")
    done = newslake("backfill", "--json", *(f"in/{name}" for name in backfilled.names), cwd=backfilled.home)
    told = json.loads(done.stdout)
    assert done.returncode == 1
    sound = {"members.warc.gz", "whole.warc.gz", "blocks.warc.gz", "dictionary.warc.zst", "listed.warc.gz"}
    assert {Path(place).name for place in told["loaded_before"]} == sound
    assert told["failed_files"] == backfilled.told["failed_files"]
    assert (ask(config, corpus), ask(config, "SELECT count(*) FROM runs")) == (before, runs)


def test_captures_can_be_read_again_wherever_they_lie(backfilled: Backfilled) -> None:
    done = newslake("reclean", "--json", cwd=backfilled.home)
    told = json.loads(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    assert told["outcomes"]["tide"].keys() == {"unchanged"}
    assert newslake("maintain", cwd=backfilled.home).returncode == 0


def test_lists_as_people_write_them(tmp_path: Path) -> None:
    (tmp_path / "watchlist.toml").write_text(WATCHLIST, "utf-8")
    for name in ("bare", "powershell"):
        (tmp_path / f"{name}.warc.gz").write_bytes(pack(record(name)))
    lists = {
        "round.txt": b"trip.txt\n",
        "trip.txt": b"round.txt\n",
        "page.txt": b"<!doctype html>\n<p>Not found</p>\n",
        "wide.txt": "powershell.warc.gz\r\n".encode("utf-16"),
        "windows.txt": b"\xef\xbb\xbf# mine\r\n\r\n  bare.warc.gz \r\n",
    }
    for name, data in lists.items():
        (tmp_path / name).write_bytes(data)
    done = newslake("backfill", "wide.txt", "windows.txt", cwd=tmp_path)
    assert done.returncode == 0 and "2 new articles" in done.stdout, done.stdout + done.stderr
    for name, words in {"round.txt": "lists that name each other", "page.txt": "it is a web page"}.items():
        done = newslake("backfill", name, cwd=tmp_path)
        assert done.returncode == 1 and words in done.stderr and "Next:" in done.stderr, done.stderr


def test_another_warehouse_gets_the_file_too(tmp_path: Path) -> None:
    (tmp_path / "a.warc.gz").write_bytes(named(*several("twice", 2)))
    for catalog in ("news", "other"):
        (tmp_path / "watchlist.toml").write_text(WATCHLIST.replace("data/news", f"data/{catalog}"), "utf-8")
        told = json.loads(newslake("backfill", "--json", "a.warc.gz", cwd=tmp_path).stdout)
        assert (told["new_articles"], told["loaded_before"]) == (2, [])


def test_days_that_cannot_be_are_refused_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "watchlist.toml").write_text(WATCHLIST, "utf-8")
    (tmp_path / "a.warc.gz").write_bytes(gzip.compress(record("a")))
    done = newslake("backfill", "a.warc.gz", "--since", "2026-03-05", "--until", "2026-03-04", cwd=tmp_path)
    assert done.returncode == 2
    assert "--since 2026-03-05 is after --until 2026-03-04" in done.stderr
    assert not (tmp_path / "data").exists()
