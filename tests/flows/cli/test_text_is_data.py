"""Text of pages never becomes code: collected by a real run, followed through every output."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from zoneinfo import ZoneInfo

import pytest

from flows.reports.health import health_markdown
from flows.reports.summary import summary_markdown
from newslake.testing import Answer, Site
from tests.flows.command import Done, newslake
from tests.warehouse.makers import words
from warehouse.records import StateChange

HOSTILE = (
    "\x1b[31mred\x1b[2J\x1b]0;owned\x07",
    "\x1b]8;;http://evil.example/\x1b\\click\x1b]8;;\x1b\\",
    "\x1b]52;c;cm0gLXJmIC8=\x07",
    "\x9b2Jwiped\x9d0;owned\x9c",
    "\u202egnp.exe\u202c \u2066hidden\u2069",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "[bold]rich[/bold] [link=http://evil.example]markup[/link] [/]",
    "=cmd|' /C calc'!A0",
    "+1+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "＝HYPERLINK(1)",
    "'; DROP TABLE articles; --",
    "$(touch owned) `touch owned` && touch owned",
    "[link](javascript:alert(1)) ![image](http://evil.example/pixel.png)",
    "first\nsecond\r\nthird | fourth\n# heading",
    "{0} {article} %s %(title)s {{7*7}}",
)
# What steers a terminal, or turns round what follows.
STEERING = set(map(chr, (*range(9), *range(0x0B, 0x20), *range(0x7F, 0xA0)))) | set("\u202e\u202c\u2066\u2069")
CONTROL = {char for char in STEERING if ord(char) < 0xA0}
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝")


def headline(number: int, said: str, edit: str = "") -> str:
    return f"{said} tankers leave the harbour {number}{edit}"


def page(number: int, said: str, edit: str = "") -> Answer:
    title = headline(number, said, edit)
    data = {
        "@type": "NewsArticle",
        "headline": title,
        "author": {"@type": "Person", "name": said},
        "articleSection": said,
        "keywords": [said, title],
        "datePublished": "2026-03-04T05:06:07Z",
    }
    text = "".join(f"<p>{escape(said)} {words(f'n{number}x{part}y', 40)}, the harbour said{edit}.</p>" for part in range(4))
    script = json.dumps(data).replace("<", "\\u003c")
    return Answer(
        f'<html><head><title>{escape(title)}</title><script type="application/ld+json">{script}</script></head>'
        f"<body><article><h1>{escape(title)}</h1>{text}</article></body></html>".encode()
    )


def publish(site: Site, edit: str = "") -> None:
    links = []
    for number, said in enumerate(HOSTILE):
        path = f"/2026/03/04/story-of-the-harbour-{number}"
        site.routes[path] = page(number, said, edit)
        query = escape(said.replace("\n", "").replace("\r", "").replace("\x1b", "").replace("\x07", ""))
        title = escape(strip(headline(number, said, edit)))
        links.append(f"<item><title>{title}</title><link>{site.url}{path}?said={strip(query)}</link></item>")
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{"".join(links)}</channel></rss>'
    site.routes["/feed"] = Answer(feed.encode(), headers={"Content-Type": "application/rss+xml"})
    site.routes["/wrong"] = Answer(
        b"<html><title>\x1b[2J[bold]no feed</title>", headers={"Content-Type": "text/html; \x1b]0;owned\x07 [bold]"}
    )


def strip(text: str) -> str:
    """As XML 1.0 can hold it."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f]", "", text)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Done, Done]]:
    """The watchlist of a site that was collected twice, with edits between, and what the runs printed."""
    config = tmp_path_factory.mktemp("hostile") / "watchlist.toml"
    with Site() as site:
        config.write_text(
            "[crawl]\ndelay = 0\nallow_private = true\nper_domain = 8\nrevisit_hours = [0.000001, 1000]\n"
            '[[topic]]\nname = "harbour"\nquery = "harbour"\n'
            f'[[source]]\nname = "post"\nfeeds = ["{site.url}/feed"]\n[[source]]\nname = "wrong"\nfeeds = ["{site.url}/wrong"]\n'
        )
        publish(site)
        first = newslake("run", "--plain", "-c", config)
        publish(site, " after all")
        second = newslake("run", "--plain", "-c", config)
        check = newslake("check", "-c", config)
        yield config, first, Done([], 0, second.stdout + check.stdout, second.stderr + check.stderr)


def is_plain(done: Done, steering: set[str] = STEERING) -> str:
    printed = (done.stdout + done.stderr).replace("\r\n", "\n")
    assert not set(printed) & steering, printed
    return printed


def records(config: Path, query: str) -> list[dict[str, Any]]:
    done = newslake("sql", "-c", config, "--json", query)
    assert done.returncode == 0, done.stderr
    return cast("list[dict[str, Any]]", json.loads(done.stdout))


def test_runs_and_checks_print_text(corpus: tuple[Path, Done, Done]) -> None:
    config, first, second = corpus
    assert f"{len(HOSTILE)}" in is_plain(first) and "wrong" in is_plain(second)
    rows = records(config, "SELECT count(*) AS n FROM articles")
    assert rows == [{"n": len(HOSTILE)}], first.stdout
    assert not list(config.parent.rglob("owned*"))
    titles = "\n".join(row["title"] for row in records(config, "SELECT title FROM articles"))
    # data is kept as data, not thrown away
    for said in ("'; DROP TABLE articles; --", "$(touch owned)", "[bold]rich[/bold]", "=cmd|", "{0} {article} %s"):
        assert said in titles


@pytest.mark.parametrize("shape", ["table", "csv", "json", "jsonl", "markdown"])
def test_queries_print_text(corpus: tuple[Path, Done, Done], shape: str) -> None:
    columns = "title, authors, section, tags, url, raw_url"
    done = newslake("sql", "-c", corpus[0], "-f", shape, f"SELECT {columns} FROM articles ORDER BY url")
    assert done.returncode == 0, done.stderr
    printed = is_plain(done, STEERING if shape in ("table", "markdown") else CONTROL)
    if shape == "csv":
        rows = list(csv.reader(io.StringIO(done.stdout)))
        assert len(rows) == len(HOSTILE) + 1
        assert not [cell for row in rows for cell in row if cell.startswith(FORMULA)]
    elif shape == "markdown":
        assert "<" not in printed and "](" not in printed
        assert len(printed.strip().splitlines()) == len(HOSTILE) + 2
    elif shape == "jsonl":
        assert len([json.loads(line) for line in printed.strip().splitlines()]) == len(HOSTILE)
    elif shape == "table":
        assert "[link=http" in re.sub(r"\s", "", printed)


def test_exports_hold_text(corpus: tuple[Path, Done, Done]) -> None:
    config = corpus[0]
    for name in ("out.csv", "out.jsonl"):
        is_plain(newslake("export", config.parent / name, "-c", config))
        text = (config.parent / name).read_bytes().decode()
        assert not set(text.replace("\r\n", "\n")) & CONTROL
    with (config.parent / "out.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file))
    assert len(rows) == len(HOSTILE) + 1
    assert not [cell for row in rows for cell in row if cell.startswith(FORMULA)]
    lines = (config.parent / "out.jsonl").read_text("utf-8").split("\n")
    assert len([json.loads(line) for line in lines if line]) == len(HOSTILE)


def test_other_commands_print_text(corpus: tuple[Path, Done, Done]) -> None:
    config = corpus[0]
    tried = newslake("topics", "try", "harbour", "-n", "50", "-c", config)
    assert "'; DROP TABLE articles; --" in is_plain(tried) and "[link=http" in tried.stdout
    is_plain(newslake("sources", "-c", config))
    is_plain(newslake("reclean", "-c", config))
    is_plain(newslake("topics", "try", "\x1b[2J[bold] (", "-c", config))
    is_plain(newslake("sql", "-c", config, "SELECT '\x1b[2J[bold]' FROM nowhere"))
    is_plain(newslake("diff", "http://\x1b[2J\u202e[bold].example/", "-c", config))
    edited = records(config, "SELECT article_id, title FROM articles WHERE revision > 1 ORDER BY title")
    assert edited, corpus[2].stdout
    chosen = [row for row in edited if "script" in row["title"] or "rich" in row["title"]] or edited[:2]
    for row in chosen[:2]:
        is_plain(newslake("diff", row["article_id"], "--all", "-c", config))
        web = config.parent / "diff.html"
        is_plain(newslake("diff", row["article_id"], "--all", "--html", web, "-c", config))
        text = web.read_text("utf-8")
        assert not re.search(r"<(?:script|img)", text) and not set(text) & STEERING


def test_markdown_of_artifacts_is_text() -> None:
    changes = [StateChange(f"s{number}", "failing", "ok", said) for number, said in enumerate(HOSTILE)]
    health = health_markdown(
        cast(
            "Any",
            [
                SimpleNamespace(source=f"s{n}", state="ok", reason=said, days=[], last_new_article=None)
                for n, said in enumerate(HOSTILE)
            ],
        ),
        changes,
        ZoneInfo("UTC"),
    )
    crawl = SimpleNamespace(seconds=1.0, reason="finished", detail=None)
    load = SimpleNamespace(new_articles=0, new_revisions=0, articles=0, outcomes={}, taken_down=0, came_back=0)
    failed = dict(zip(map(str, range(99)), HOSTILE, strict=False))
    summary = summary_markdown(
        cast(
            "Any",
            SimpleNamespace(
                run_id="1",
                state="failed",
                load=load,
                crawl=crawl,
                failed_sources=failed,
                set_aside=(),
                changes=changes,
                warnings=HOSTILE,
                told=SimpleNamespace(lines=HOSTILE),
                recovered=(),
            ),
        )
    )
    for text in (health, summary):
        assert not set(text) & STEERING
        assert not re.search(r"(?<!\\)(?:<|\]\(|!\[|`touch|\$\()", text.replace("Run `1`", ""))
        assert len([line for line in text.splitlines() if line.startswith("#")]) == 0
