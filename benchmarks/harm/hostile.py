"""Measures a hostile web: collects every file of the corpus as an outlet.

    python benchmarks/harm/hostile.py [--corpus DIR] [--batch N] [--only WORD] [--json FILE] [--rewrite docs/benchmarks.md]

Serves each file below feeds, sitemaps, robots and hostile on loopback, as feed, sitemap, section, page and robots.txt, and runs
`newslake run --plain` over them in batches with a time limit. Reports for each group: files, URLs by outcome, `crashes` (a
traceback, an exit code that the command does not have, a file without an outcome), `hangs` (a batch over its time, a page over
the time of a page), details that are Python errors (`TypeError: …`), and the peak memory of any process. In addition, from
bytes in memory: links of feeds that feedparser calls well-formed, ours and its own, and robots.txt against the truth of its
cases.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

import feedparser  # noqa: E402

from benchmarks.collect import rewrite  # noqa: E402
from benchmarks.sites.hostile import Outlet, Site, outlets, serve  # noqa: E402
from benchmarks.sites.pages import CORPUS  # noqa: E402
from newslake.errors import ListingError  # noqa: E402
from spiders.listings.feeds import read_feed  # noqa: E402
from spiders.middlewares.robots import Rules, product_token  # noqa: E402
from spiders.urls.canonical import absolute, url_id  # noqa: E402

# However slow the machine: two seconds a file, which has several URLs.
SECONDS_A_FILE = 2.0
TOO_SLOW = {"cleaning-timeout", "cleaning-crashed"}
BASE = "http://feed.test/feed"


def run_batch(site: Site, chosen: list[Outlet], folder: Path) -> dict[str, Any]:
    """Collect these outlets once. Return the rows of `fetches` and how the command ended."""
    site.outlets = {outlet.name: outlet for outlet in chosen}
    folder.mkdir()
    watchlist = folder / "watchlist.toml"
    sources = []
    for outlet in chosen:
        given = {key: value for key, value in outlet.source().model_dump(exclude_defaults=True).items() if value}
        sources.append("[[source]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in given.items()))
    watchlist.write_text(
        "[crawl]\ndelay = 0\nper_domain = 4\ntimeout = 20\nallow_private = false\n"
        '[[topic]]\nname = "all"\nquery = "a OR e OR i"\n' + "\n".join(sources),
        "utf-8",
    )
    proxy = f"http://127.0.0.1:{site.port}"
    environment = os.environ | {"http_proxy": proxy, "https_proxy": proxy, "no_proxy": "", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "flows.cli"]
    started = time.perf_counter()
    try:
        done = subprocess.run(
            [*command, "run", "--plain", "-c", watchlist],
            capture_output=True,
            text=True,
            env=environment,
            timeout=120 + SECONDS_A_FILE * len(chosen),
        )
    except subprocess.TimeoutExpired:
        return {"hang": True, "said": "", "rows": [], "seconds": time.perf_counter() - started}
    seconds = time.perf_counter() - started
    asked = subprocess.run(
        [*command, "sql", "-c", watchlist, "--json", "SELECT source, kind, url, outcome, reason, detail FROM fetches"],
        capture_output=True,
        text=True,
        env=environment,
    )
    said = done.stdout[-2000:] + done.stderr[-2000:] if done.returncode not in (0, 1) or "Traceback" in done.stderr else ""
    rows = json.loads(asked.stdout) if asked.returncode == 0 else []
    return {"hang": False, "said": said or asked.stderr[-2000:], "rows": rows, "seconds": seconds}


def measure_crawls(corpus: Path, size: int, only: str) -> dict[str, Any]:
    chosen = [outlet for outlet in outlets(corpus) if only in outlet.file]
    groups: dict[str, Counter[str]] = {}
    problems: list[str] = []
    slowest = 0.0
    with serve() as site, tempfile.TemporaryDirectory() as folder:
        for number, start in enumerate(range(0, len(chosen), size)):
            part = chosen[start : start + size]
            result = run_batch(site, part, Path(folder) / str(number))
            slowest = max(slowest, result["seconds"] / len(part))
            files = {outlet.name: outlet.file for outlet in part}
            if result["said"]:
                problems.append(f"batch of {part[0].file}: {result['said']}")
            seen: set[str] = set()
            for row in result["rows"]:
                file = files[row["source"]]
                seen.add(row["source"])
                counts = groups.setdefault(_group(file), Counter())
                counts["URLs"] += 1
                counts[row["outcome"]] += 1
                detail = row["detail"] or ""
                if row["reason"] == "error":
                    counts["unexplained"] += 1
                    problems.append(f"{file} ({row['kind']}): {detail[:200]}")
                if row["reason"] in TOO_SLOW:
                    counts["hangs"] += 1
                    problems.append(f"{file} ({row['kind']}): {detail[:200]}")
            for outlet in part:
                counts = groups.setdefault(_group(outlet.file), Counter())
                counts["files"] += 1
                counts["hangs"] += result["hang"]
                if outlet.name not in seen and not result["hang"]:
                    counts["crashes"] += 1
                    problems.append(f"{outlet.file}: no outcome")
            print(f"{part[0].file}: {result['seconds']:.0f} s, {len(result['rows'])} URLs", file=sys.stderr, flush=True)
        outside = len(site.outside)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "groups": {name: dict(counts) for name, counts in groups.items()},
        "problems": problems,
        "seconds_a_file": round(slowest, 2),
        "peak_mb": round(peak),
        "hosts_outside_kept_away": outside,
    }


def _group(file: str) -> str:
    parts = file.partition("#")[0].split("/")
    return "/".join(parts[: 2 if parts[0] != "robots" else 1]) if len(parts) > 2 else parts[0]


def feed_files(corpus: Path) -> Iterator[Path]:
    yield from (
        path
        for path in sorted((corpus / "feeds").rglob("*"))
        if path.is_file() and path.name not in ("cases.jsonl", "reference.jsonl")
    )


def measure_links(corpus: Path) -> dict[str, Any]:
    """Count the links of feeds that feedparser calls well-formed: all, and those that we find too."""
    found = Counter[str]()
    missing: list[str] = []
    slowest = (0.0, "")
    for file in feed_files(corpus):
        body = file.read_bytes()
        started = time.perf_counter()
        try:
            ours = {url_id(link.url) for link in read_feed(body, BASE, "application/xml").links}
        except ListingError as error:
            ours = set()
            refused = error.happened
        else:
            refused = "read"
        slowest = max(slowest, (time.perf_counter() - started, str(file.relative_to(corpus))))
        found["files"] += 1
        theirs = feedparser.parse(
            io.BytesIO(body), response_headers={"content-type": "application/xml", "content-location": BASE}
        )
        if theirs.bozo:
            continue
        # FeedBurner's feeds give the article's own address as well as the counter's, which we ignore
        own = (entry.get("feedburner_origlink") or entry.get("link") for entry in theirs.entries)
        links = {url_id(link) for address in own if (link := absolute(BASE, address))}
        found["wellformed"] += 1
        found["feedparser"] += len(links)
        found["newslake"] += len(links & ours)
        found["more"] += len(ours - links)
        if links - ours:
            missing.append(f"{file.relative_to(corpus)}: {len(links - ours)} of {len(links)} missing, {refused}")
    return {**found, "missing": missing, "slowest_seconds": round(slowest[0], 2), "slowest": slowest[1]}


def measure_robots(corpus: Path) -> dict[str, Any]:
    """Compare robots.txt decisions with the truth of the cases, as a crawl with that user agent would decide."""
    agree: Counter[str] = Counter()
    total: Counter[str] = Counter()
    others: list[str] = []
    for line in (corpus / "robots/cases.jsonl").read_text("utf-8").splitlines():
        case = json.loads(line)
        url = urljoin("https://www.site.local/", case["url"])
        token = product_token(case["user_agent"])
        ours = Rules(case["robots"].encode("utf-8", "surrogatepass"), token).allowed(url, token)
        total[case["suite"]] += 1
        agree[case["suite"]] += ours == case["allowed"]
        if ours != case["allowed"]:
            others.append(f"{case['suite']} {case['test']}: {case['user_agent']!r} {case['url']}: {'allow' if ours else 'deny'}")
    return {"agree": dict(agree), "cases": dict(total), "others": others}


def markdown(figures: dict[str, Any]) -> str:
    crawls, links, robots = figures["crawls"], figures["links"], figures["robots"]
    keys = ("files", "URLs", "crashes", "hangs", "unexplained")
    rows = [f"| {name} | {' | '.join(str(counts.get(key, 0)) for key in keys)} |" for name, counts in crawls["groups"].items()]
    total = sum((Counter(counts) for counts in crawls["groups"].values()), Counter[str]())
    outcomes = ", ".join(f"{name} {count:,}" for name, count in total.most_common() if name not in keys)
    return "\n".join(
        [
            f"| corpus | {' | '.join(keys)} |",
            "| --- " + "| ---: " * len(keys) + "|",
            *rows,
            f"| all | {' | '.join(f'{total[key]:,}' for key in keys)} |",
            "",
            f"Outcomes: {outcomes}.",
            f"Peak memory of any process {crawls['peak_mb']} MB; {crawls['seconds_a_file']} s a file in the slowest batch.",
            "",
            f"Links of {links['wellformed']:,} feeds that feedparser calls well-formed: {links['feedparser']:,} by feedparser,"
            f" {links['newslake']:,} of them by newslake, and {links['more']:,} that feedparser does not give.",
            "",
            "robots.txt, decisions as the cases say: "
            + ", ".join(f"{suite} {robots['agree'][suite]} of {count}" for suite, count in robots["cases"].items())
            + ".",
        ]
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--batch", type=int, default=200, help="outlets in one collection")
    parser.add_argument("--only", default="", help="only files whose path has this word")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rewrite", type=Path)
    given = parser.parse_args()
    figures = {"links": measure_links(given.corpus), "robots": measure_robots(given.corpus)}
    figures["crawls"] = measure_crawls(given.corpus, given.batch, given.only)
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False), "utf-8")
    table = markdown(figures)
    print(table)
    for problem in (*figures["crawls"]["problems"], *figures["links"]["missing"], *figures["robots"]["others"]):
        print(problem, file=sys.stderr)
    if given.rewrite:
        rewrite(given.rewrite, "hostile", table)
    bad = sum(counts.get(key, 0) for counts in figures["crawls"]["groups"].values() for key in ("crashes", "hangs"))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
