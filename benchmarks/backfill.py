"""Measures backfill: how many pages of a news archive one second of CPU reads.

    python benchmarks/backfill.py [--corpus DIR] [--pages N] [--share 0.02] [--warc FILE] [--queries 200] [--json FILE]
                                  [--rewrite docs/benchmarks.md]

Writes a WARC file from the corpus's pages of which `--share` are on a topic (or takes any given one), and reads it, each way in a
fresh process with one thread: newslake; the same with the prefilter off; plain fastwarc and trafilatura; and reading alone, which
is the floor. `matches_equal` says that newslake and the same without the prefilter selected the same pages, for the topics of the
archive and for `--queries` generated ones over every labelled set. `topics_1000_over_1` is the time a page takes with 1,000
topics over that with one. `workers` is the whole command, warehouse and all, with several processes. Ratios count: machines are
noisy.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.clean import labelled_sets, measures  # noqa: E402
from benchmarks.collect import rewrite  # noqa: E402
from benchmarks.peers.workers import measured  # noqa: E402
from benchmarks.sites.pages import CORPUS  # noqa: E402

SYSTEMS = ("newslake", "no_prefilter", "extract_all", "read_only")
TOPICS = (
    ("sanctions", "sanction* OR санкци* OR 制裁 OR 제재"),
    ("war", '(Ukraine OR Gaza) AND ("cease fire" OR ceasefire OR hostage*)'),
)
FETCHED = datetime(2026, 11, 1, tzinfo=UTC)


def corpus_pages(corpus: Path) -> Iterator[tuple[str, str, bytes]]:
    """Yield set, address and bytes of every labelled page."""
    module = measures(corpus)
    for name in labelled_sets(corpus):
        for row, body in module.pages(name):
            yield name, row.get("url") or f"http://example.org/{row['id']}", body


def capture_of(url: str, body: bytes) -> Any:
    from spiders.warc.model import Capture, Hints

    return Capture(url, FETCHED, 200, "text/html", body, Hints(), "", 0)


def articles(corpus: Path) -> list[tuple[str, str, bytes, Any]]:
    """Yield set, address, bytes and article (or None) of every labelled page."""
    from flows.clean import CleanArticle, clean
    from newslake.errors import PageError

    found = []
    for name, url, body in corpus_pages(corpus):
        try:
            page = clean(capture_of(url, body))
        except PageError:
            page = None
        found.append((name, url, body, page if isinstance(page, CleanArticle) else None))
    return found


def material(url: str, body: bytes) -> list[str]:
    """Return what cleaning needs to know before it finds a page's text."""
    from flows.clean import clean

    said: list[str] = []
    clean(capture_of(url, body), worth=lambda text: bool(said.append(text)))
    return said


def generated_queries(pages: list[tuple[str, str, bytes, Any]], count: int, seed: int = 7) -> list[tuple[str, str]]:
    """Generate queries from words, phrases, wildcards and Boolean combinations of the articles."""
    rng = random.Random(seed)
    texts = [article.text for *_, article in pages if article and len(article.text) > 500]

    def words(least: int) -> list[str]:
        while True:
            found = [word.strip(".,;:!?\"'()[]«»„“”…。、") for word in rng.choice(texts).split()]
            start = rng.randrange(max(1, len(found) - 12))
            chosen = [word for word in found[start : start + 12] if word.isalnum() and len(word) > 1]
            if len(chosen) >= least:
                return chosen

    def term() -> str:
        kind = rng.random()
        one = words(3)
        if kind < 0.2:
            return f'"{" ".join(one[:2])}"'
        if kind < 0.3:
            return f'"{" ".join(one[:2])}"~{rng.randrange(2, 9)}'
        long = max(one, key=len)
        if kind < 0.45 and len(long) > 5:
            return f"{long[:5]}*"
        if kind < 0.55 and len(long) > 5:
            return f"*{long[-5:]}"
        return f'"{long}"'

    def query() -> str:
        kind = rng.random()
        if kind < 0.4:
            return term()
        if kind < 0.6:
            return f"{term()} AND {term()}"
        if kind < 0.8:
            return f"{term()} OR {term()}"
        if kind < 0.9:
            return f"{term()} AND NOT {term()}"
        return f"({term()} OR {term()}) AND title:{term()}"

    from flows.topics import parse_query
    from newslake.errors import QueryError

    made: list[tuple[str, str]] = []
    while len(made) < count:
        text = query()
        try:
            parse_query(text)
        except QueryError:
            continue
        made.append((f"q{len(made)}", text))
    return made


def rare_topics(count: int) -> list[tuple[str, str]]:
    """Return topics of names that are on no page: the search for them is measured."""
    rng = random.Random(3)
    syllables = ("ba", "ko", "ri", "mun", "del", "tas", "vo", "shen", "qir", "lu", "fen", "dra", "zil", "ox", "ham", "pet", "gur")

    def name() -> str:
        return "".join(rng.choice(syllables) for _ in range(4))

    return [(f"rare{n}", f'{name()} OR "{name()} {name()}" OR ({name()}* AND {name()})') for n in range(count)]


def compare_matches(pages: list[tuple[str, str, bytes, Any]], queries: list[tuple[str, str]]) -> dict[str, Any]:
    """Check by set that the prefilter lets through every page that the matcher selects, as bytes and as text."""
    from flows.topics import Matcher, parse_query
    from flows.topics.prefilter import Prefilter

    parsed = [(name, parse_query(text)) for name, text in queries]
    matcher, prefilter = Matcher(parsed), Prefilter(parsed)
    lost: dict[str, list[str]] = {}
    matched = let_through = 0
    for name, url, body, article in pages:
        possible = prefilter.possible_topics(body, "text/html")
        said = material(url, body) if article else []
        possible &= set().union(*map(prefilter.possible_topics_of_text, said))
        let_through += len(possible)
        lost.setdefault(name, [])
        if article:
            selected = {match.topic for match in matcher.match(article.title, article.text, article.language)}
            matched += len(selected)
            lost[name] += [f"{topic}: {url}" for topic in selected - possible]
    return {
        "queries": len(queries),
        "unfiltered": len(prefilter.unfiltered),
        "pages": len(pages),
        "matches": matched,
        "let_through": let_through,
        "lost": {name: each for name, each in lost.items() if each},
    }


def write_archive(pages: list[tuple[str, str, bytes, Any]], count: int, share: float, folder: Path) -> Path:
    """Write a WARC file of `count` captures of which `share` hold an article on a topic."""
    from flows.topics import Matcher, parse_query
    from spiders.warc.model import Exchange, Hints
    from spiders.warc.write import CaptureWriter

    matcher = Matcher([(name, parse_query(text)) for name, text in TOPICS])
    on: list[tuple[str, bytes]] = []
    off: list[tuple[str, bytes]] = []
    for _, url, body, article in pages:
        hit = article and matcher.match(article.title, article.text, article.language)
        (on if hit else off).append((url, body))
    rng = random.Random(1)
    wanted = round(count * share)
    chosen = [rng.choice(on) for _ in range(wanted)] + [rng.choice(off) for _ in range(count - wanted)]
    rng.shuffle(chosen)
    writer = CaptureWriter(folder, "archive", max_bytes=1 << 40)
    for url, body in chosen:
        headers = [("Content-Type", "text/html")]
        writer.write(Exchange(url, "GET", [], 200, headers, body, FETCHED, None, Hints(), {}))
    writer.close()
    return next(folder.glob("archive-*"))


def work(system: str, warc: Path, topics: int) -> dict[str, Any]:
    """Read an archive with one of the systems, in this process."""
    # 1 and 1,000 topics select the same pages, so that only the looking up differs
    queries = list(TOPICS) if topics == len(TOPICS) else [TOPICS[0], *rare_topics(topics - 1)]
    pages = cleaned = 0
    matches: list[str] = []
    if system in ("newslake", "no_prefilter"):
        from flows.clean import reset_caches
        from flows.refine.page import PageTask, refine_page
        from flows.refine.pool import PAGES_BETWEEN_RESETS
        from flows.topics import Matcher, parse_query
        from flows.topics.prefilter import Prefilter
        from spiders.warc.model import Capture
        from spiders.warc.read import iter_captures

        parsed = [(name, parse_query(text)) for name, text in queries]
        matcher, prefilter = Matcher(parsed), Prefilter(parsed)
        task = PageTask("", "", "", warc, 0, was_filtered=True)
        started = time.process_time()
        for capture in iter_captures(warc):
            assert isinstance(capture, Capture)
            pages += 1
            if system == "newslake" and not prefilter.may_match(capture):
                continue
            cleaned += 1
            if cleaned % PAGES_BETWEEN_RESETS == 0:
                reset_caches()
            refined = refine_page(task, capture, matcher, prefilter if system == "newslake" else None)
            if refined.outcome is None and refined.article:
                topics_of = ",".join(match.topic for match in refined.article.matches)
                matches.append(f"{capture.offset} {topics_of}")
    else:
        from fastwarc.warc import ArchiveIterator, WarcRecordType
        from trafilatura import bare_extraction

        started = time.process_time()
        with warc.open("rb") as stream:
            for record in ArchiveIterator(stream, record_types=WarcRecordType.response):
                body = record.reader.read()
                pages += 1
                if system == "extract_all":
                    cleaned += 1
                    bare_extraction(body, url=record.headers.get("WARC-Target-URI"), with_metadata=True)
    seconds = time.process_time() - started
    peak = _peak_mb()
    return {"pages": pages, "cleaned": cleaned, "cpu": seconds, "peak_mb": round(peak, 1), "matches": matches}


def _peak_mb() -> float:
    """Return the peak memory of this process; `getrusage` would include what its parent had at the fork."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")).split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_process(system: str, warc: Path, topics: int) -> dict[str, Any]:
    command = [sys.executable, __file__, "--system", system, "--warc", str(warc), "--topics", str(topics)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{system} ended with {done.returncode}; its complaint is above")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--warc", type=Path, help="an archive to read instead of one made from the corpus")
    parser.add_argument("--pages", type=int, default=3_000)
    parser.add_argument("--share", type=float, default=0.02, help="of the pages that are on a topic")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2, help="processes of the whole command")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--rewrite", type=Path, help="the document whose table between <!-- backfill --> marks is to be replaced")
    parser.add_argument("--system", choices=SYSTEMS, help=argparse.SUPPRESS)
    parser.add_argument("--topics", type=int, default=2, help=argparse.SUPPRESS)
    args = parser.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    if args.system:
        print(json.dumps(work(args.system, args.warc, args.topics)))
        return
    pages = articles(args.corpus)
    compared = compare_matches(pages, [*TOPICS, *generated_queries(pages, args.queries)])
    with tempfile.TemporaryDirectory() as folder:
        warc = args.warc or write_archive(pages, args.pages, args.share, Path(folder))
        del pages
        runs = {system: in_process(system, warc, 2) for system in SYSTEMS}
        many, one = in_process("newslake", warc, 1_000), in_process("newslake", warc, 1)
        command = measured(warc, TOPICS, args.workers)
        size = warc.stat().st_size
    speeds = {system: round(each["pages"] / each["cpu"], 1) for system, each in runs.items()}
    equal = runs["newslake"]["matches"] == runs["no_prefilter"]["matches"] and not compared["lost"]
    result = {
        "pages_per_cpu_second": speeds,
        "over_extract_all": {system: round(speed / speeds["extract_all"], 2) for system, speed in speeds.items()},
        "matches_equal": equal,
        "matches": len(runs["newslake"]["matches"]),
        "cleaned": runs["newslake"]["cleaned"],
        "pages": runs["newslake"]["pages"],
        "archive_bytes": size,
        "topics_1000_over_1": round(many["cpu"] / one["cpu"], 3),
        "peak_mb": runs["newslake"]["peak_mb"],
        "workers": command,
        "generated": compared,
    }
    table = [
        "| way | pages a CPU second | over fastwarc + trafilatura | cleaned | matches | peak MB |",
        "| --- |" + " ---: |" * 5,
    ]
    for system, each in runs.items():
        cells = (speeds[system], result["over_extract_all"][system], each["cleaned"], len(each["matches"]), each["peak_mb"])
        table.append(f"| {system} | {' | '.join(f'{cell:,}' for cell in cells)} |")
    lost_in_all = sum(map(len, compared["lost"].values()))
    table += [
        "",
        f"{result['pages']:,} pages, {size / 1e6:,.0f} MB, {result['matches'] / result['pages']:.1%} on topic;"
        f" 1,000 topics over one: {result['topics_1000_over_1']}. Matches equal to those without the prefilter: {equal}, also for"
        f" {compared['queries']} queries over {compared['pages']:,} labelled pages: {compared['matches']:,} matches,"
        f" {lost_in_all} lost.",
        "",
        f"The command, warehouse included, with {command['workers']} workers: {command['pages_per_second']} pages a second;"
        f" {command['cpu_seconds_of_the_workers']} CPU s of the workers, {command['cpu_seconds_of_the_command']} of the command;"
        f" the largest worker holds {command['peak_mb_of_a_worker']} MB, all processes {command['peak_mb_together']} MB.",
    ]
    print("\n".join(table))
    for name, lost in compared["lost"].items():
        print(f"lost in {name}: {lost[:5]}")
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    if args.rewrite:
        rewrite(args.rewrite, "backfill", "\n".join(table))


if __name__ == "__main__":
    main()
