"""Every golden page reads as expected, and the command that makes golden pages does what it says."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from newslake.testing import GoldenPage, golden_pages
from newslake.testing.golden import main

PAGES = golden_pages(Path(__file__).parent / "golden")
SENTENCE = "The harbour master said on Monday that the ferry would sail again before the first snow falls. "
HTML = (
    "<html><head><title>Ferry to sail again</title>"
    '<meta property="article:published_time" content="2026-10-05T10:00:00Z"></head>'
    f"<body><h1>Ferry to sail again</h1><p>{SENTENCE * 4}Fähre.</p></body></html>"
)


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=iso-8859-1")
        self.end_headers()
        self.wfile.write(HTML.encode("iso-8859-1"))

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/ferry"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_golden(page: GoldenPage) -> None:
    assert page.read() == page.expected


def test_no_golden_page_is_lost() -> None:
    assert len(PAGES) >= 60


def test_a_page_is_made_from_an_address(address: str, tmp_path: Path) -> None:
    assert main(tmp_path, ["ferry", address]) == 0
    page = GoldenPage(tmp_path / "ferry")
    assert page.given["url"] == address
    assert page.given["encoding"] == "cp1252"
    assert page.expected["title"] == "Ferry to sail again"
    assert page.expected["published_at"] == "2026-10-05T10:00:00+00:00"
    assert page.expected["text"].endswith("Fähre.")
    assert page.read() == page.expected


def test_a_page_is_made_from_a_file_and_updated(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "saved.html"
    file.write_text(HTML, "utf-8")
    root = tmp_path / "golden"
    assert main(root, ["ferry", str(file), "--url", "https://post.example/ferry"]) == 0
    page = GoldenPage(root / "ferry")
    assert page.expected["url"] == "https://post.example/ferry"
    assert main(root, ["ferry"]) == 0

    (page.folder / "page.html").write_text(HTML.replace("again</h1>", "no more</h1>").replace("again</title>", "no more</title>"))
    stored = page.expected
    capsys.readouterr()
    assert main(root, ["ferry"]) == 1
    shown = capsys.readouterr().out
    assert '- "title": "Ferry to sail again"' in shown and '+ "title": "Ferry to sail no more"' in shown
    assert page.expected == stored  # compared, and not rewritten

    assert main(root, ["ferry", "--update"]) == 0
    assert '+ "title": "Ferry to sail no more"' in capsys.readouterr().out
    assert page.expected["title"] == "Ferry to sail no more"
    assert main(root, ["ferry"]) == 0


def test_mistakes_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(tmp_path, ["ferry"]) == 2
    assert "there is no golden page ferry" in capsys.readouterr().err
    assert main(tmp_path, ["ferry", str(tmp_path / "missing.html")]) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert main(tmp_path, ["ferry", "ftp://post.example/ferry"]) == 2
    assert list(tmp_path.iterdir()) == []
    file = tmp_path / "saved.html"
    file.write_text(HTML, "utf-8")
    assert main(tmp_path, ["ferry", str(file)]) == 0
    before = (tmp_path / "ferry" / "expected.json").read_text("utf-8")
    assert main(tmp_path, ["ferry", str(file)]) == 2
    assert "--update" in capsys.readouterr().err
    assert (tmp_path / "ferry" / "expected.json").read_text("utf-8") == before


def test_the_command_compares_a_page_of_this_folder() -> None:
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run(
        [sys.executable, "-m", "tests.golden", PAGES[0].name], cwd=root, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout.strip()) == (0, f"{PAGES[0].name} reads as expected."), done.stderr


def test_a_folder_is_read_as_it_was_written(tmp_path: Path) -> None:
    page = GoldenPage.create(tmp_path / "ferry", HTML.encode(), {"url": "https://post.example/ferry"})
    assert json.loads((page.folder / "given.json").read_text("utf-8")) == {"url": "https://post.example/ferry"}
    assert (page.folder / "page.html").read_text("utf-8") == HTML
    assert page.difference() == ""
