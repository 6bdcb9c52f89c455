"""Measures what learning the layout of an outlet is worth: pages read one by one, and by what other pages of the outlet taught.

    python benchmarks/learning/layouts.py [--pages N] [--systems newslake,learned,trafilatura,newspaper4k] [--json FILE]
                                 [--corpus DIR] [--rewrite docs/benchmarks.md]

Ten outlets of `sites/outlets.py` publish `--pages` pages each, half of them with structured data. newslake learns from the first
half as from a run, and every system reads the second half. Lines that an outlet repeats are cut in both readings of newslake, as
in any run. With `--corpus`, the labelled pages of real outlets are read by what two others of the same outlet confirm (a run
demands five, which few of these outlets have), each page by the pages without it, as it is and without its structured data.

`--json` writes `{"outlets": {outlet: {"data"|"bare": {system: {text, authors, day, cpu_ms, pages}}}}, "hosts": …}`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from benchmarks.clean import judge, labelled_sets, measures, readings  # noqa: E402
from benchmarks.collect import rewrite  # noqa: E402
from benchmarks.sites.outlets import FETCHED, OUTLETS, Made, pages  # noqa: E402
from flows.clean.outlet.layout import Layout  # noqa: E402
from flows.learn.evidence import ENOUGH  # noqa: E402
from flows.learn.memory import layouts_by_source  # noqa: E402
from flows.learn.source import Before, learn  # noqa: E402
from flows.refine.page import PageTask, Refined, refine_page  # noqa: E402
from flows.refine.repeated_lines import without_repeated  # noqa: E402
from flows.topics import compile_topics  # noqa: E402
from spiders.warc.model import Capture, Hints  # noqa: E402

SYSTEMS = ("newslake", "learned", "trafilatura", "newspaper4k")
FIGURES = ("text", "authors", "day", "cpu_ms")
MEASURED = ("body", "title", "authors", "day", "minute")
FEWEST_OF_A_HOST, TWO = 4, 2
MATCHER = compile_topics([])
Row = dict[str, Any]
# What declares facts on a page: JSON-LD, meta elements of dates and authors, microdata and RDFa.
_DATA = (
    re.compile(rb"<script[^>]+ld\+json.*?</script>", re.I | re.S),
    re.compile(rb"<meta\b[^>]*(?:date|time|author|creator|byl|publi|pub)[^>]*>", re.I),
    re.compile(rb"\s(?:itemprop|itemtype|itemscope|typeof|property|rel)=(?:\"[^\"]*\"|'[^']*')", re.I),
)


def read(
    found: Sequence[tuple[str, str, bytes]], at: datetime, layouts: tuple[Layout, ...] = (), *, observe: bool = False
) -> list[tuple[Refined, float]]:
    """Read pages, given as id, address and bytes, and return each with the milliseconds that it took."""
    made = []
    for key, url, body in found:
        task = PageTask(key, "outlet", url, Path("page"), 0, layouts=layouts, observe=observe)
        capture = Capture(url, at, 200, "text/html", body, Hints(), "", 0)
        began = time.process_time()
        made.append((refine_page(task, capture, MATCHER), 1000 * (time.process_time() - began)))
    return made


def layouts_of(refined: Sequence[Refined], at: datetime, enough: int = ENOUGH) -> tuple[Layout, ...]:
    return layouts_by_source(learn(refined, Before(), UUID(int=0), at, enough).layouts).get("outlet", ())


def as_read(refined: Refined, ms: float) -> Row:
    page = refined.article.page if refined.article else None
    return {
        "text": page.text if page else "",
        "title": page.title if page else None,
        "authors": list(page.authors) if page else [],
        "published": page.published_at.isoformat() if page and page.published_at else None,
        "note": refined.detail,
        "error": None,
        "ms": ms,
    }


def of_newslake(first: Sequence[Made], second: Sequence[Made], *, learned: bool) -> list[Row]:
    """Return what newslake reads from the second half, with or without what the first half teaches."""
    layouts: tuple[Layout, ...] = ()
    if learned:
        layouts = layouts_of([one for one, _ in read([(m.url, m.url, m.html) for m in first], FETCHED, observe=True)], FETCHED)
    found = read([(m.url, m.url, m.html) for m in second], FETCHED, layouts)
    cut, _ = without_repeated([one for one, _ in found], [], [], MATCHER)
    return [as_read(one, ms) for one, (_, ms) in zip(cut, found, strict=True)]


def f1(got: str, want: str) -> float:
    a, b = (Counter(re.findall(r"\w+", said.lower())) for said in (got, want))
    common = (a & b).total()
    return 2 * common / (a.total() + b.total()) if common else 0.0


def figures(made: Sequence[Made], rows: Sequence[Row]) -> dict[str, float]:
    """Return the means over pages: F1 of text and authors, whether the day is right, CPU."""
    sums = dict.fromkeys(FIGURES, 0.0)
    for page, row in zip(made, rows, strict=True):
        names, wanted = set(row["authors"]), set(page.authors)
        sums["text"] += f1(row["text"] or "", page.text)
        sums["authors"] += 2 * len(names & wanted) / max(1, len(names) + len(wanted))
        sums["day"] += (row["published"] or "")[:10] == f"{page.published:%Y-%m-%d}"
        sums["cpu_ms"] += row["ms"]
    return {key: round(sums[key] / len(made), 3) for key in FIGURES} | {"pages": len(made)}


def write_corpus(folder: Path, made: Sequence[Made], name: str) -> None:
    """Write pages as a set of a corpus, for the systems that `clean.py` compares."""
    place = folder / "articles" / name
    (place / "html").mkdir(parents=True)
    rows = []
    for number, page in enumerate(made):
        (place / "html" / f"{number}.html.gz").write_bytes(gzip.compress(page.html))
        rows.append(json.dumps({"id": str(number), "html": f"html/{number}.html.gz", "url": page.url}))
    (place / "truth.jsonl").write_text("\n".join(rows), "utf-8")


def of_outlets(count: int, systems: Sequence[str]) -> dict[str, dict[str, dict[str, dict[str, float]]]]:
    found: dict[str, dict[str, dict[str, dict[str, float]]]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for outlet in OUTLETS:
            made = pages(outlet, count)
            first, second = made[: count // 2], made[count // 2 :]
            write_corpus(Path(folder), second, outlet.name)
            groups: dict[str, dict[str, dict[str, float]]] = {"data": {}, "bare": {}}
            for system in systems:
                if system in ("newslake", "learned"):
                    rows = of_newslake(first, second, learned=system == "learned")
                else:
                    rows = readings(system, outlet.name, Path(folder), 1, None)
                for group, has_data in (("data", True), ("bare", False)):
                    chosen = [(page, row) for page, row in zip(second, rows, strict=True) if page.has_data is has_data]
                    groups[group][system] = figures([page for page, _ in chosen], [row for _, row in chosen])
            found[outlet.name] = groups
            print(outlet.name, json.dumps(groups["bare"]), flush=True)
    return found


def of_hosts(corpus: Path) -> dict[str, dict[str, Any]]:
    """Return for labelled pages as they are and without their data: pages read by a layout, and the sums of what changed."""
    measure = measures(corpus)
    by_host: dict[str, list[tuple[str, bytes, Row]]] = defaultdict(list)
    for name in labelled_sets(corpus):
        folder = corpus / "articles" / name
        for line in (folder / "truth.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            host = (urlsplit(row.get("url") or "").hostname or "").removeprefix("www.")
            if host:
                by_host[host].append((f"{name} {row['id']}", gzip.decompress((folder / row["html"]).read_bytes()), row))
    now = datetime.now(UTC)
    changed: dict[str, dict[str, Any]] = {
        kind: {"pages": 0, "hosts": set(), "better": 0, "worse": 0} | dict.fromkeys(MEASURED, 0.0) for kind in ("data", "bare")
    }
    for host, ours in sorted(by_host.items()):
        if len(ours) < FEWEST_OF_A_HOST:
            continue
        seen = [one for one, _ in read([(key, row["url"], body) for key, body, row in ours], now, observe=True)]
        for at, (key, body, row) in enumerate(ours):
            layouts = layouts_of(seen[:at] + seen[at + 1 :], now, TWO)
            for kind in changed if layouts else ():
                page = [(key, row["url"], body if kind == "data" else without_data(body))]
                before, after = (
                    judge(measure, [row | {"own": set()}], [as_read(*read(page, now, by)[0])])[0] for by in ((), layouts)
                )
                apart = {name: float(after[name]) - float(before[name]) for name in MEASURED if name in before}
                for name, by_how_much in apart.items():
                    changed[kind][name] += by_how_much
                changed[kind]["pages"] += 1
                changed[kind]["hosts"].add(host)
                changed[kind]["better"] += any(value > 0.005 for value in apart.values())
                changed[kind]["worse"] += any(value < -0.005 for value in apart.values())
    return {kind: sums | {"hosts": len(sums["hosts"])} for kind, sums in changed.items()}


def without_data(body: bytes) -> bytes:
    for pattern in _DATA:
        body = pattern.sub(b"", body)
    return body


def table(found: dict[str, dict[str, dict[str, dict[str, float]]]], systems: Sequence[str]) -> str:
    """Return a Markdown table of the pages without data, and the means of both kinds of pages."""
    lines = [f"| outlet | system | {' | '.join(FIGURES)} |", "| --- | --- |" + " ---: |" * len(FIGURES)]
    for outlet, groups in found.items():
        for system in systems:
            cells = [f"{groups['bare'][system][key]:g}" for key in FIGURES]
            lines.append(f"| {outlet} | {system} | {' | '.join(cells)} |")
    for group, words in (("bare", "all, pages without data"), ("data", "all, pages with data")):
        for system in systems:
            means = [sum(groups[group][system][key] for groups in found.values()) / len(found) for key in FIGURES]
            lines.append(f"| **{words}** | {system} | {' | '.join(f'{mean:.3g}' for mean in means)} |")
    return "\n".join(lines)


def host_table(found: dict[str, dict[str, Any]]) -> str:
    names = ("pages", "hosts", "better", "worse", *MEASURED)
    lines = ["", f"| real pages | {' | '.join(names)} |", "| --- |" + " ---: |" * len(names)]
    for kind, words in (("data", "as they are"), ("bare", "without their data")):
        cells = [f"{value:+.2f}" if isinstance(value := found[kind][name], float) else str(value) for name in names]
        lines.append(f"| {words} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=60, help="pages of each outlet, half of them to learn from")
    parser.add_argument("--systems", default=",".join(SYSTEMS))
    parser.add_argument("--corpus", type=Path, help="also read the labelled pages below this folder, by outlet")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rewrite", type=Path, help="the document whose table between <!-- layouts --> marks is to be replaced")
    args = parser.parse_args()
    systems = args.systems.split(",")
    found = of_outlets(args.pages, systems)
    shown = table(found, systems)
    hosts = of_hosts(args.corpus) if args.corpus else None
    if hosts:
        shown += "\n" + host_table(hosts)
    print(shown)
    if args.json:
        args.json.write_text(json.dumps({"outlets": found, "hosts": hosts}, indent=1) + "\n", encoding="utf-8")
    if args.rewrite:
        rewrite(args.rewrite, "layouts", shown)


if __name__ == "__main__":
    main()
