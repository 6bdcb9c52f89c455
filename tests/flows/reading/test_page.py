"""`newslake page`: what was fetched comes back as it was, and harms nobody."""

from __future__ import annotations

import gzip
import shutil
import subprocess
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator
from warcio.checker import Checker

from flows.watchlist import load_watchlist
from newslake.testing import Site
from spiders.warc.blank import blank
from spiders.warc.manifest import own_files
from spiders.warc.model import Exchange, Hints
from spiders.warc.write import CaptureWriter
from tests.flows.cli.conftest import WATCHLIST
from tests.flows.command import ask, newslake, newslake_process
from tests.flows.explore.browser import CHROMIUM, needs_browser
from tests.warehouse.makers import START, article, fetch, run
from warehouse.database.connect import open_writer
from warehouse.load.run import load

FIRST, SECOND, ARCHIVED, GONE, PRUNED = (f"https://harbour.example/{name}" for name in ("1", "2", "archived", "gone", "pruned"))
KOREAN = "<html><head><meta charset=euc-kr><title>유조선</title></head><body>\x1b[31m나진\r\n\r\n</body></html>\n\n".encode(
    "euc-kr"
)
RUN = "2026-03-01/00000000-0000-0000-0000-000000000001.warc.gz"


def exchange(url: str, body: bytes) -> Exchange:
    headers = [("Content-Type", "text/html; charset=euc-kr"), ("X-Served-By", "harbour")]
    return Exchange(url, "GET", [("User-Agent", "newslake")], 200, headers, body, START, "192.0.2.1", Hints(), {})


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Articles whose pages are in a file of newslake, in an archive that is not compressed, and nowhere."""
    home = tmp_path_factory.mktemp("page")
    config = home / "watchlist.toml"
    config.write_text(WATCHLIST)
    captures = load_watchlist(config).captures
    (captures / RUN).parent.mkdir(parents=True)
    writer = CaptureWriter(home, "made")
    places = [
        writer.write(exchange(url, body))
        for url, body in ((FIRST, KOREAN), (SECOND, b"<p>second</p>"), (GONE, b"<p>gone</p>" * 99))
    ]
    writer.close()
    file = captures / RUN
    shutil.move(home / places[0].file, file)
    (home / "plain.warc").write_bytes(gzip.decompress(file.read_bytes()))
    plain = home / "plain.warc"
    offset = plain.read_bytes().index(b"WARC/1.1", 10)  # of the first response
    rows = [
        article(FIRST, capture_file=RUN, capture_offset=places[0].offset),
        article(SECOND, capture_file=RUN, capture_offset=places[1].offset, title="Second", text="second " * 40),
        article(ARCHIVED, capture_file=str(plain), capture_offset=offset, title="Archived", text="archived " * 40),
        article(GONE, capture_file=RUN, capture_offset=places[2].offset, title="Gone", text="gone " * 40),
        article(PRUNED, capture_file=None, capture_offset=None, title="Pruned", text="pruned " * 40),
    ]
    with open_writer(load_watchlist(config).warehouse, "test") as warehouse:
        load(warehouse, run(1, *map(fetch, rows)))
    blank(file, [places[2].offset])
    return config


def test_the_html_goes_to_standard_output_in_utf_8(config: Path) -> None:
    done = newslake("page", "-c", config, FIRST)
    assert (done.returncode, done.stdout) == (0, KOREAN.decode("euc-kr")), done.stderr


@pytest.mark.parametrize("url", [FIRST, ARCHIVED])
def test_the_bytes_and_the_records_are_as_they_were(config: Path, url: str, tmp_path: Path) -> None:
    out, warc = tmp_path / "page.html", tmp_path / "page.warc.gz"
    done = newslake("page", "-c", config, url, "--out", out, "--warc", warc)
    assert done.returncode == 0, done.stderr
    assert out.read_bytes() == KOREAN
    assert (
        f"SHA-256 {sha256(KOREAN).hexdigest()}" in done.stdout and "was fetched 2026-03-01 09:00:00 UTC (HTTP 200)" in done.stdout
    )
    assert Checker(type("Options", (), {"verbose": False, "inputs": [str(warc)]})()).process_all() == 0
    read = [(one.rec_type, one.content_stream().read(), one) for one in ArchiveIterator(BytesIO(warc.read_bytes()))]
    assert [kind for kind, _, _ in read] == ["warcinfo", "response", "request", "metadata"]
    response = read[1][2]
    assert read[1][1] == KOREAN
    assert response.rec_headers.get_header("WARC-Target-URI") == FIRST
    assert response.http_headers.get_header("X-Served-By") == "harbour"
    with gzip.open(warc) as whole:  # each record is a member of its own, as tools expect that go to an offset
        assert whole.read().count(b"WARC/1.1\r\n") == 4


def test_what_is_not_there_is_said(config: Path, tmp_path: Path) -> None:
    for url, says in (
        (GONE, "was removed with newslake forget"),
        (PRUNED, "the page of revision 1 is not there: no page was kept when it was fetched, or its file was lost"),
    ):
        done = newslake("page", "-c", config, url)
        assert done.returncode == 1 and says in done.stderr and "newslake show" in done.stderr and not done.stdout, done.stderr
    for given, says in (
        (["--revision", "4"], "no revision 4"),
        (["--part", "2"], "no page 2: it has one page"),
        (["--warc", "page.gz"], "ends in .warc.gz"),
        (["--out", str(config)], "is the watchlist"),
        (["--warc", str(load_watchlist(config).captures / "mine.warc.gz")], "in the folder of captures"),
        (["--warc", "/nowhere/at/all.warc.gz"], "captures cannot be written to /nowhere/at/all.warc.gz"),
    ):
        done = newslake("page", "-c", config, FIRST, *given)
        assert done.returncode in (1, 2) and says in done.stderr and not done.stdout, (given, done.stderr)
    assert len(own_files(load_watchlist(config).captures)) == 1


def test_a_file_that_is_damaged_or_missing_is_said(config: Path, tmp_path: Path) -> None:
    home = Path(shutil.copytree(config.parent, tmp_path / "home"))
    file = load_watchlist(home / "watchlist.toml").captures / RUN
    ((offset,),) = ask(config, f"SELECT capture_offset FROM articles WHERE url = '{SECOND}'")
    data = bytearray(file.read_bytes())
    data[offset + 200 : offset + 230] = b"damaged" * 4 + b"--"
    file.write_bytes(data)
    done = newslake("page", "-c", home / "watchlist.toml", SECOND, "--warc", tmp_path / "x.warc.gz")
    assert done.returncode == 1 and f"the capture at byte {offset}" in done.stderr and "newslake verify" in done.stderr
    file.unlink()
    done = newslake("page", "-c", home / "watchlist.toml", FIRST)
    assert done.returncode == 1 and "the file is not there" in done.stderr and "a backup may have it" in done.stderr


HARM = """<html><head><meta http-equiv="refresh" content="0; url=SITE/refresh"><base href="SITE/">
<link rel="stylesheet" href="style.css"><script>document.title = "ran"; new Image().src = "SITE/script"</script></head>
<body onload="new Image().src='SITE/onload'"><h1>Read me</h1><img src="image.png" onerror="document.title='ran'">
<iframe src="SITE/frame"></iframe>"></html>"""


@pytest.mark.e2e
@needs_browser
def test_a_browser_shows_it_and_runs_and_loads_nothing(tmp_path: Path) -> None:
    config = tmp_path / "watchlist.toml"
    config.write_text(WATCHLIST)
    with Site() as site:
        body = HARM.replace("SITE", site.url.rstrip("/")).encode()
        writer = CaptureWriter(tmp_path, "made")
        place = writer.write(exchange(FIRST, body))
        writer.close()
        row = article(FIRST, capture_file=str(tmp_path / place.file), capture_offset=place.offset)
        with open_writer(load_watchlist(config).warehouse, "test") as warehouse:
            load(warehouse, run(1, fetch(row)))
        done = newslake_process(
            "page", "-c", config, FIRST, "--open", BROWSER=f"cp %s {tmp_path}/copy.html", TMPDIR=str(tmp_path)
        )
        assert done.returncode == 0, done.stderr
        (made,) = tmp_path.glob("newslake-page-*.html")
        assert f"The page is in {made}." in done.stdout.replace("\n", "")
        options = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            f"--user-data-dir={tmp_path}/profile",
            "--virtual-time-budget=3000",
        ]
        shown = subprocess.run(
            [str(CHROMIUM), *options, f"--screenshot={tmp_path}/shown.png", made.as_uri()], capture_output=True, timeout=60
        )
        assert shown.returncode == 0 and (tmp_path / "shown.png").stat().st_size > 1000, shown.stderr
        assert site.paths() == []
        # the same page as it is asks for all of that, so that the test can fail
        (tmp_path / "raw.html").write_bytes(body)
        subprocess.run(
            [str(CHROMIUM), *options, f"--screenshot={tmp_path}/raw.png", (tmp_path / "raw.html").as_uri()],
            capture_output=True,
            timeout=60,
        )
        assert site.paths() != []
