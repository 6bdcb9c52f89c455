"""`newslake cite`: citations in three styles, and a reader who checks one with the commands of docs/reading.md."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from flows.watchlist import load_watchlist
from tests.flows.cli.conftest import WATCHLIST
from tests.flows.command import ENVIRONMENT, newslake
from tests.flows.reading.test_page import RUN, exchange
from tests.warehouse.makers import article, changed, fetch, hours, run
from warehouse.database.connect import open_writer
from warehouse.load.run import load
from warehouse.similarity.shingles import content_hash

ROOT = Path(__file__).resolve().parents[3]
URL, BARE = "https://harbour.example/tanker?a=1%7B_b", "https://harbour.example/bare"
UNTITLED = "https://harbour.example/untitled"
TITLE = 'Oil & "gas" {50% of #1_a~b^c\\d\n} for Rason'
PAGES = ["<p>유조선 one</p>\n\n".encode("euc-kr"), b"<p>two</p>\r\n"]
TEXTS = [f"The “Tanker”—unloaded oil: {word}.\nŒuvre, Straße, ﬁsh, 유조선 １２." for word in ("once", "twice")]
# The properties of an item in version 1.0.2 of the schema that is used here, and of what type they are.
CSL = {
    "id": str, "type": str, "title": str, "author": list, "container-title": str, "issued": dict, "accessed": dict,
    "URL": str, "language": str, "note": str, "custom": dict,
}  # fmt: skip


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from spiders.warc.write import CaptureWriter

    home = tmp_path_factory.mktemp("cite")
    config = home / "watchlist.toml"
    config.write_text(f'[schedule]\ninterval = "1h"\ntimezone = "Asia/Seoul"\n{WATCHLIST}')
    captures = load_watchlist(config).captures
    (captures / RUN).parent.mkdir(parents=True)
    writer = CaptureWriter(home, "made")
    places = [writer.write(exchange(URL, body)) for body in PAGES]
    writer.close()
    (home / places[0].file).rename(captures / RUN)
    first, second = (
        article(
            URL, title=TITLE, text=text, content_hash=content_hash(text), capture_file=RUN, capture_offset=place.offset,
            seen_at=hours(number), published_at=hours(8),
        )
        for number, (text, place) in enumerate(zip(TEXTS, places, strict=True))
    )  # fmt: skip
    day = datetime(2026, 2, 27, tzinfo=ZoneInfo("America/New_York"))
    bare = article(
        BARE, "깃발", title="What next?", authors=("A", "B", "C", "D"), capture_file=None, capture_offset=None, published_at=day,
        published_precision="day", text="bare " * 40,
    )  # fmt: skip
    untitled = article(
        UNTITLED, title="", text="plain " * 40, authors=(), published_at=None, published_precision=None,
        capture_file="lost.warc.gz",
    )  # fmt: skip
    with open_writer(load_watchlist(config).warehouse, "test") as warehouse:
        load(warehouse, run(1, fetch(first), fetch(bare), fetch(untitled)))
        load(warehouse, run(2, fetch(changed(second))))
    return config


def cited(config: Path, *given: str) -> str:
    done = newslake("cite", "-c", config, *given)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_note_of_chicago_names_what_is_cited_and_how_to_know_it(config: Path) -> None:
    first, proof = cited(config, URL).splitlines()
    assert first == (
        "Ada Park and 박 민, “Oil & ‘gas’ {50% of #1_a~b^c\\d } for Rason,” harbour, March 2, 2026, accessed March 1, 2026, "
        "https://harbour.example/tanker?a=1%7B_b."
    )
    assert proof.startswith(
        "Published 2026-03-02 02:00 (Asia/Seoul). Revision 2 of 2, fetched 2026-03-01T10:00:00Z. Page as fetched:"
    )
    assert sha256(PAGES[1]).hexdigest() in proof and content_hash(TEXTS[1]) in proof and str(article(URL).article_id) in proof


def test_bibtex_is_escaped_and_its_braces_are_even(config: Path) -> None:
    entry = cited(config, URL, "--style", "bibtex")
    assert entry.startswith("@misc{harbour2026-") and entry.endswith("\n}\n")
    fields = dict(re.findall(r"^  (\w+) = (.*?),?$", entry, re.M))
    assert fields["author"] == "{{Ada Park} and {박 민}}"
    assert fields["title"] == (
        r'{{Oil \& "gas" \textbraceleft{}50\% of \#1\_a\textasciitilde{}b\textasciicircum{}c\textbackslash{}d'
        r" \textbraceright{} for Rason}}"
    )
    assert (fields["year"], fields["month"], fields["day"]) == ("{2026}", "mar", "{2}")
    assert fields["url"] == f"{{{URL}}}" and fields["urldate"] == "{2026-03-01}"
    for value in (*fields.values(), entry):  # BibTeX counts every brace, whatever stands before it
        depth = 0
        for char in value:
            depth += (char == "{") - (char == "}")
            assert depth >= 0
        assert depth == 0


def test_csl_json_is_valid_and_has_the_proof_as_values(config: Path) -> None:
    (item,) = json.loads(cited(config, URL, "--style", "csl-json", "--revision", "1"))
    assert {name: type(value) for name, value in item.items()} == CSL
    assert item["type"] == "article-newspaper" and item["author"] == [{"literal": "Ada Park"}, {"literal": "박 민"}]
    assert item["issued"] == {"date-parts": [[2026, 3, 2]]} and item["accessed"] == {"date-parts": [[2026, 3, 1]]}
    proof = item["custom"]["newslake"]
    assert (proof["revision"], proof["current_revision"], proof["fetched_at"]) == (1, 2, "2026-03-01T09:00:00+00:00")
    (capture,) = proof["captures"]
    assert capture["sha256"] == sha256(PAGES[0]).hexdigest() and capture["warc_payload_digest"].startswith("sha1:")
    assert (capture["file"], capture["problem"]) == (RUN, None)


def test_what_cannot_be_proved_is_said(config: Path) -> None:
    done = newslake("cite", "-c", config, BARE)
    assert done.returncode == 0
    first, proof = done.stdout.splitlines()
    assert first == f"A et al., “What next?,” 깃발, February 27, 2026, accessed March 1, 2026, {BARE}."
    untitled = cited(config, UNTITLED)
    assert untitled.startswith(f"harbour, accessed March 1, 2026, {UNTITLED}.\nTime of publication not known. Revision 1 of 1")
    assert "the capture at byte 77 of lost.warc.gz cannot be read" in untitled
    for style in ("chicago", "bibtex", "csl-json"):
        assert str(config.parent) not in cited(config, UNTITLED, "-s", style)  # a citation is published
    assert "title =" not in cited(config, UNTITLED, "-s", "bibtex")
    assert "Published 2026-02-27." in proof and "Page: no hash, the page of revision 1 is not there" in proof
    assert "can be checked by the text alone" in done.stderr
    assert cited(config, BARE, "-s", "bibtex").startswith("@misc{news2026-")
    done = newslake("cite", "-c", config, URL, "-r", "9")
    assert done.returncode == 2 and "no revision 9" in done.stderr


def test_a_reader_checks_a_citation_with_the_commands_of_the_document(config: Path, tmp_path: Path) -> None:
    document = (ROOT / "docs" / "reading.md").read_text("utf-8")
    (block,) = re.findall(r"^### Check a citation$.*?^```sh\n(.*?)^```", document, re.M | re.S)
    (item,) = json.loads(cited(config, URL, "-s", "csl-json", "-r", "1"))
    proof = item["custom"]["newslake"]
    tools = tmp_path / "tools"
    tools.mkdir()
    for name, called in (("newslake", " -m flows.cli"), ("warcio", " -m warcio.cli"), ("python3", "")):
        (tools / name).write_text(f'#!/bin/sh\nexec {sys.executable}{called} "$@"\n')
        (tools / name).chmod(0o755)
    environment = ENVIRONMENT | {"PATH": f"{tools}:{os.environ['PATH']}", "NEWSLAKE_CONFIG": str(config)}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.replace("1a2b3c4d", proof["article_id"])],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (capture,) = proof["captures"]
    lines = done.stdout.splitlines()
    assert f"{capture['sha256']}  page.bin" in lines
    fetched = f"{proof['fetched_at'].removesuffix('+00:00')}.000000Z"
    assert f"{capture['sha256']} {capture['warc_record_id']} {fetched} {URL}" in lines
    assert lines[-1] == proof["content_hash"]["value"] and "FAILED" not in done.stdout
