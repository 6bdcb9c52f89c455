"""Archives and lists on servers: fetched wherever they lie, but never from an address that nobody named and that is private."""

from __future__ import annotations

import gzip
import json
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest

import flows.archives.remote
from flows.archives.remote import Remote
from newslake.errors import ArchiveError
from newslake.testing import Answer, Raw, Site
from tests.flows.archives.warcs import WATCHLIST, frame, pack, record
from tests.flows.command import Done, ask, newslake

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has the whole of 127.0.0.0/8")


def archive(name: str) -> bytes:
    return pack(record(f"{name}0")) + pack(record(f"{name}1"))


def wacz() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as zipped:
        zipped.writestr("archive/data.warc.gz", archive("zipped"))
    return out.getvalue()


@dataclass
class Fetched:
    """What a backfill from a site gave, beside a host that nobody named."""

    config: Path
    site: Site
    inside: Site
    done: Done
    told: dict[str, Any]

    @property
    def loaded(self) -> set[str]:
        return {url.rpartition("/")[2] for (url,) in ask(self.config, "SELECT url FROM articles")}

    def why(self, path: str) -> str:
        return str(self.told["failed_files"][self.site.url + path])


@pytest.fixture(scope="module")
def fetched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fetched]:
    home = tmp_path_factory.mktemp("remote")
    (home / "watchlist.toml").write_text(WATCHLIST, "utf-8")
    with Site("127.0.0.1") as site, Site("127.0.0.2") as inside:
        serve(site, inside)
        paths = [
            "/lists/warc.paths.gz",
            "/list.txt",
            "/site.wacz",
            "/away.warc.gz",
            "/away.paths",
            "/page.warc.gz",
            "/cut.warc.gz",
        ]
        paths += ["/none.paths", "/noise.txt", "/plain.warc", "/frames.warc.zst", "/packing.txt"]
        done = newslake("backfill", "--json", *(site.url + path for path in paths), cwd=home)
        yield Fetched(home / "watchlist.toml", site, inside, done, json.loads(done.stdout))


def packed_if_asked(body: bytes) -> Callable[[Mapping[str, str]], Answer]:
    """Send a file as servers do that pack whatever they send to those who take it packed."""

    def answer(headers: Mapping[str, str]) -> Answer:
        is_taken = "br" in headers.get("accept-encoding", "")
        return Answer(brotli.compress(body), headers={"Content-Encoding": "br"}) if is_taken else Answer(body)

    return answer


def serve(site: Site, inside: Site) -> None:
    site.routes["/lists/a.warc.gz"] = Answer(archive("relative"))
    site.routes["/b.warc.gz"] = Answer(archive("rooted"))
    site.routes["/c.warc.gz"] = Answer(archive("full"))
    named = [
        "a.warc.gz",
        "/b.warc.gz",
        f"{site.url}/c.warc.gz",
        f"{inside.url}/secret.warc.gz",
        "file:///etc/passwd",
        "/etc/passwd",
    ]
    site.routes["/lists/warc.paths.gz"] = Answer(gzip.compress("\n".join(named).encode()))
    site.routes["/list.txt"] = Answer(f"lists/warc.paths.gz\n{site.url}/list.txt\n".encode())
    site.routes["/site.wacz"] = Answer(wacz())
    site.routes["/packing.txt"] = packed_if_asked(b"packing.warc.gz\n")
    site.routes["/packing.warc.gz"] = packed_if_asked(archive("packing"))
    site.redirect("/away.warc.gz", to=f"{inside.url}/secret.warc.gz")
    site.redirect("/away.paths", to=f"{inside.url}/list.paths")
    site.routes["/page.warc.gz"] = Answer(b"<!doctype html><title>Please log in</title>")
    site.routes["/cut.warc.gz"] = Answer(archive("cut")[:-40])
    site.routes["/noise.txt"] = Answer(gzip.compress(b"a.warc.gz\n" * 100)[:-20])
    site.routes["/plain.warc"] = Answer(record("plain0") + record("plain1"))
    site.routes["/frames.warc.zst"] = Answer(frame(record("frame0")) + frame(record("frame1")))
    inside.routes["/secret.warc.gz"] = Answer(archive("secret"))
    inside.routes["/list.paths"] = Answer(b"secret.warc.gz\n")


def test_lists_and_archives_are_read_wherever_they_lie(fetched: Fetched) -> None:
    sound = {f"{name}{n}" for name in ("relative", "rooted", "full", "zipped", "plain", "frame", "packing") for n in range(2)}
    assert fetched.loaded == {*sound, "cut0"}


def test_private_addresses_that_nobody_named_are_not_asked(fetched: Fetched) -> None:
    assert fetched.inside.asked == []
    assert "private address: 127.0.0.2" in fetched.why("/away.warc.gz")
    assert "private address: 127.0.0.2" in fetched.why("/away.paths")
    assert "private address" in fetched.told["failed_files"][f"{fetched.inside.url}/secret.warc.gz"]
    assert "/etc/passwd" in fetched.site.paths()  # an entry of a list on a server names a file of that server


def test_what_cannot_be_read_is_told_and_never_counts_as_loaded(fetched: Fetched) -> None:
    assert fetched.done.returncode == 1
    for path, words in {
        "/page.warc.gz": "web page",
        "/cut.warc.gz": "1 part of it",
        "/none.paths": "404",
        "/noise.txt": "damaged or cut off",
        "/etc/passwd": "404",
    }.items():
        assert words in fetched.why(path), path
    assert "no address of a file" in fetched.told["failed_files"]["file:///etc/passwd"]
    asked = len(fetched.site.asked)
    done = newslake("backfill", "--json", fetched.site.url + "/page.warc.gz", cwd=fetched.config.parent)
    assert (done.returncode, json.loads(done.stdout)["loaded_before"]) == (1, [])
    assert len(fetched.site.asked) > asked


def test_captures_of_downloads_can_be_read_again(fetched: Fetched) -> None:
    files = ask(fetched.config, "SELECT DISTINCT capture_file FROM articles")
    assert files and not any("state" in Path(file).parts for (file,) in files)
    done = newslake("reclean", "--json", cwd=fetched.config.parent)
    assert json.loads(done.stdout)["outcomes"]["tide"].keys() == {"unchanged"}


def test_with_allow_private_redirects_are_followed(tmp_path: Path) -> None:
    (tmp_path / "watchlist.toml").write_text(WATCHLIST + "\n[crawl]\nallow_private = true\n", "utf-8")
    with Site("127.0.0.1") as site, Site("127.0.0.2") as inside:
        serve(site, inside)
        locations = f"Location: {site.url}/c.warc.gz\r\nLocation: {site.url}/b.warc.gz\r\n"
        site.routes["/twice.warc.gz"] = Raw(f"HTTP/1.1 302 Found\r\n{locations}Content-Length: 0\r\n\r\n".encode())
        places = [f"{site.url}/away.warc.gz", f"{site.url}/twice.warc.gz"]
        told = json.loads(newslake("backfill", "--json", *places, cwd=tmp_path).stdout)
    assert (told["new_articles"], told["failed_files"]) == (4, {})
    assert ask(tmp_path / "watchlist.toml", "SELECT count(*) FROM articles WHERE url LIKE '%/full%'") == [(2,)]  # the first one


def test_a_host_is_asked_at_the_address_that_was_checked_and_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with Site("127.0.0.1") as site:
        site.routes["/list.txt"] = Answer(b"a.warc.gz\n")
        remote = Remote(f"http://localhost:{site.url.rpartition(':')[2]}/list.txt", is_trusted=False)
        with pytest.raises(ArchiveError, match="private address"):
            remote.read(100)
        assert site.asked == []
        monkeypatch.setattr(flows.archives.remote, "is_public", lambda address: True)
        assert remote.read(100) == b"a.warc.gz\n"
        assert site.asked[0].headers["host"] == f"localhost:{site.url.rpartition(':')[2]}"


def test_a_file_that_is_too_large_is_not_taken_whether_its_server_says_so_or_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "watchlist.toml").write_text(WATCHLIST, "utf-8")
    data = archive("large") * 20
    with Site() as site:
        site.routes["/said.warc.gz"] = Answer(data)
        site.routes["/unsaid.warc.gz"] = Raw(b"HTTP/1.1 200 OK\r\n\r\n" + data)
        site.routes["/list.txt"] = Answer(b"# a list\n" * 1000)
        monkeypatch.setattr("flows.archives.remote.LARGEST", 1000)
        monkeypatch.setattr("flows.archives.files.LARGEST_LIST", 1000)
        addresses = [f"{site.url}/{name}" for name in ("said.warc.gz", "unsaid.warc.gz", "list.txt")]
        done = newslake("backfill", "--json", *addresses, cwd=tmp_path)
    told = json.loads(done.stdout)
    assert (done.returncode, told["new_articles"]) == (1, 0)
    assert set(told["failed_files"]) == set(addresses)
    assert all("has more than 1,000 bytes" in why for why in told["failed_files"].values()), told["failed_files"]
