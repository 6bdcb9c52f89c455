"""Measures one collection of a loopback site of real pages: newslake from crawl to SQL, and its peers on the same URLs.

    python benchmarks/collect.py [--json FILE] [--corpus DIR] [--pages N] [--rounds N] [--rewrite docs/benchmarks.md]

Every system runs in a fresh process, the site in one that nobody's figures count; the order turns from round to round and the
medians are reported. The peers have a virtual environment of their own, made on first use from requirements-bench.lock.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.peers.systems import PEERS, SYSTEMS  # noqa: E402
from benchmarks.sites.pages import CORPUS, SETS  # noqa: E402
from benchmarks.sites.real import write_watchlist  # noqa: E402

LOCK = ROOT / "requirements-bench.lock"
PEERS_HOME = ROOT / ".venv-bench"
SECONDS_PER_RUN = 900
SECONDS_BETWEEN_SAMPLES = 0.25
PR_SET_CHILD_SUBREAPER = 36
# Words that hardly an article in its language is without: the topic selects every page, so that nobody is spared work.
EVERYTHING = (
    "the OR and OR of OR der OR die OR das OR und OR in OR la OR le OR les OR el OR los OR il OR di OR de OR og OR er OR att OR"
    " ve OR bir OR bu OR na OR je OR se OR że OR ja OR и OR в OR на OR не OR у OR та OR що OR ұ OR de* OR ku* OR ng* OR"
    " 的 OR 是 OR の OR は OR を OR 이* OR 그* OR 대* OR 한* OR 에* OR في OR من OR και OR το"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of one run of one system."""

    pages: int
    errors: int
    wall: float  # seconds
    cpu: float  # seconds of user and system time, all descendants
    peak: float  # MB: proportional set size of all its processes together


def peers_python() -> Path:
    """Return the interpreter of the peers' environment, making it if it is missing or older than its lock."""
    python = PEERS_HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ready = PEERS_HOME / ".ready"
    if not ready.exists() or ready.stat().st_mtime < LOCK.stat().st_mtime:
        print(f"making {PEERS_HOME.name} from {LOCK.name} (once) …", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(PEERS_HOME)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "-r", str(LOCK)]
        subprocess.run(pip, check=True)
        ready.touch()
    return python


@contextmanager
def served(corpus: Path, sets: Sequence[str], pages: int | None) -> Iterator[tuple[psutil.Process, dict[str, Any]]]:
    """Start the site in its own process and yield its plan: sources for a watchlist, URLs of the articles."""
    command = [sys.executable, "-m", "benchmarks.sites.real", "--corpus", str(corpus), "--sets", *sets]
    command += ["--pages", str(pages)] if pages else []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as site:
        assert site.stdin is not None and site.stdout is not None
        line = site.stdout.readline()
        if not line:
            sys.exit("the site did not start; its complaint is above")
        try:
            yield psutil.Process(site.pid), json.loads(line)
        finally:
            site.stdin.close()  # it stops by itself


class Peak:
    """Watches the memory of a process and its descendants until it is told to stop."""

    def __init__(self, pid: int) -> None:
        self.megabytes = 0.0
        self._root = psutil.Process(pid)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._done.wait(SECONDS_BETWEEN_SAMPLES):
            self.megabytes = max(self.megabytes, self._now())

    def _now(self) -> float:
        total = 0
        try:
            family = [self._root, *self._root.children(recursive=True)]
        except psutil.NoSuchProcess:
            return 0.0
        for process in family:
            try:
                memory = process.memory_full_info()
                # Pages shared between forked workers are shared out among them where the system tells it.
                total += getattr(memory, "pss", memory.uss)
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue  # it ended between the two looks
        return total / 1e6

    def stop(self) -> float:
        self._done.set()
        self._thread.join()
        return self.megabytes


def adopt_orphans() -> None:
    """Have processes that a system leaves behind become children of this one, so that their CPU is counted too (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def reap_orphans(but: psutil.Process) -> None:
    """End processes that a system left running, and wait for them."""
    orphans = [child for child in psutil.Process().children() if child != but]
    for orphan in orphans:
        orphan.terminate()
    _, alive = psutil.wait_procs(orphans, timeout=10)
    for orphan in alive:
        orphan.kill()


def measure(name: str, python: Path, folder: Path, site: psutil.Process) -> Measured:
    """Run one system in a fresh process.

    Raises:
        SystemExit: it did not end well; its log is on screen.
    """
    environment = os.environ | {"NO_PROXY": "127.0.0.1,localhost", "no_proxy": "127.0.0.1,localhost"}
    log = folder / "system.log"
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with log.open("w", encoding="utf-8") as output:
        command = [str(python), str(ROOT / "benchmarks" / "peers" / "systems.py"), name, str(folder)]
        process = subprocess.Popen(command, stdout=output, stderr=output, cwd=folder, env=environment)
        memory = Peak(process.pid)
        try:
            code = process.wait(SECONDS_PER_RUN)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        wall = time.perf_counter() - start
        peak = memory.stop()
    reap_orphans(site)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if code:
        sys.exit(f"{name} ended with {code}:\n{log.read_text('utf-8')[-4000:]}")
    result = json.loads((folder / "result.json").read_text("utf-8"))
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Measured(result["pages"], result["errors"], wall, cpu, peak)


def medians(runs: Sequence[Measured]) -> Measured:
    return Measured(
        round(statistics.median(run.pages for run in runs)),
        round(statistics.median(run.errors for run in runs)),
        statistics.median(run.wall for run in runs),
        statistics.median(run.cpu for run in runs),
        statistics.median(run.peak for run in runs),
    )


def run_rounds(
    names: Sequence[str], rounds: int, plan: dict[str, Any], site: psutil.Process, keep: Path | None = None
) -> dict[str, Measured]:
    peers = peers_python() if set(names) & set(PEERS) else Path(sys.executable)
    runs: dict[str, list[Measured]] = {name: [] for name in names}
    for number in range(rounds):
        turn = number % len(names)
        for name in (*names[turn:], *names[:turn]):
            folder = Path(tempfile.mkdtemp(prefix=f"newslake-bench-{name}-"))
            try:
                (folder / "urls.json").write_text(json.dumps(plan["urls"]), "utf-8")
                write_watchlist(folder, plan["sources"], {"everything": EVERYTHING})
                runs[name].append(measure(name, peers if name in PEERS else Path(sys.executable), folder, site))
            finally:
                if keep:
                    shutil.copytree(folder, keep / f"{name}-{number}", dirs_exist_ok=True)
                shutil.rmtree(folder, ignore_errors=True)
            last = runs[name][-1]
            print(f"round {number + 1} {name}: {last.pages} pages, {last.wall:.1f} s, {last.cpu:.1f} CPU s", file=sys.stderr)
    return {name: medians(measured) for name, measured in runs.items()}


def report(results: dict[str, Measured], pages: int, rounds: int) -> dict[str, Any]:
    """Return what `--json` writes. Rates count finished pages, so that giving up early is no gain."""
    whole, plain = results.get("newslake"), results.get("newslake_plain")
    return {
        "pages": pages,
        "rounds": rounds,
        "pages_per_second": {name: round(run.pages / run.wall, 2) for name, run in results.items()},
        "pages_per_cpu_second": {name: round(run.pages / run.cpu, 2) for name, run in results.items()},
        "cpu_ms_per_page": {name: round(1000 * run.cpu / max(run.pages, 1), 1) for name, run in results.items()},
        "wall_s": {name: round(run.wall, 2) for name, run in results.items()},
        "cpu_s": {name: round(run.cpu, 2) for name, run in results.items()},
        "peak_mb": {name: round(run.peak) for name, run in results.items()},
        "errors": {name: run.errors for name, run in results.items()},
        "prefect_overhead_s": round(whole.wall - plain.wall, 2) if whole and plain else None,
        "prefect_overhead_cpu_s": round(whole.cpu - plain.cpu, 2) if whole and plain else None,
        "cores": os.cpu_count(),
        "versions": versions(),
    }


def versions() -> dict[str, str]:
    ours = {name: version(name) for name in ("newslake", "scrapy", "trafilatura", "prefect", "duckdb")}
    locked = dict(line.split(" ")[0].split("==") for line in LOCK.read_text("utf-8").splitlines() if "==" in line)
    return ours | {name: locked[name] for name in ("news-please", "newspaper4k")} | {"python": sys.version.split()[0]}


def table(figures: dict[str, Any]) -> str:
    """Return the figures as Markdown; the ratio is our pages per CPU second over theirs."""
    ours = figures["pages_per_cpu_second"].get("newslake")
    lines = [
        "| system | pages/s | pages per CPU s | CPU ms a page | ours is × as many per CPU s | peak MB | not done |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, rate in figures["pages_per_cpu_second"].items():
        ratio = f"{ours / rate:.2f}" if ours and rate else ""
        speed, cpu = figures["pages_per_second"][name], figures["cpu_ms_per_page"][name]
        lines.append(
            f"| {name} | {speed:.1f} | {rate:.1f} | {cpu:.0f} | {ratio} |"
            f" {figures['peak_mb'][name]} | {figures['errors'][name]} |"
        )
    lines += ["", f"{figures['pages']} pages, medians of {figures['rounds']} rounds, {figures['cores']} cores."]
    if figures["prefect_overhead_s"] is not None:
        wall, cpu = figures["prefect_overhead_s"], figures["prefect_overhead_cpu_s"]
        lines.append(f"Prefect's share of this first run, which also makes its database: {wall:.1f} s, {cpu:.1f} CPU s.")
    lines.append(", ".join(f"{name} {number}" for name, number in figures["versions"].items()) + ".")
    return "\n".join(lines)


def rewrite(file: Path, name: str, text: str) -> None:
    """Replace the text between `<!-- name -->` and `<!-- /name -->`."""
    old = file.read_text("utf-8")
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    if old.count(start) != 1 or old.count(end) != 1:
        sys.exit(f"{file} needs one {start} and one {end}; it was left as it is")
    head, rest = old.split(start)
    file.write_text(f"{head}{start}\n{text}\n{end}{rest.split(end)[1]}", "utf-8")


def hand_out(arguments: argparse.Namespace, name: str, figures: dict[str, Any], text: str) -> None:
    """Print a table, and write figures and table where the options `--json` and `--rewrite` say."""
    print(text)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    if arguments.rewrite:
        rewrite(arguments.rewrite, name, text)


def main_of_rounds(
    doc: str | None, name: str, rounds: int, measure: Callable[[int], dict[str, Any]], table: Callable[[dict[str, Any]], str]
) -> int:
    """Run a benchmark that has no options but `--json`, `--rounds` and `--rewrite`.

    Args:
        doc: the description of the command.
        name: of the table in the Markdown file.
        rounds: so many unless the option says otherwise.
    """
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--rewrite", type=Path, help="put the table into this Markdown file")
    arguments = parser.parse_args()
    figures = measure(arguments.rounds)
    hand_out(arguments, name, figures, table(figures))
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="folder that holds articles/ (default: %(default)s)")
    parser.add_argument("--sets", nargs="+", default=SETS, help="sets of pages (default: %(default)s)")
    parser.add_argument("--pages", type=int, help="at most so many pages (default: all)")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; the medians are reported (default: %(default)s)")
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS), help="which to run (default: all)")
    parser.add_argument("--rewrite", type=Path, help="put the table into this Markdown file")
    parser.add_argument("--keep", type=Path, help="leave what each run wrote in this folder")
    arguments = parser.parse_args()
    adopt_orphans()
    with served(arguments.corpus, arguments.sets, arguments.pages) as (site, plan):
        results = run_rounds(arguments.systems, arguments.rounds, plan, site, arguments.keep)
    figures = report(results, len(plan["urls"]), arguments.rounds)
    hand_out(arguments, "collect", figures, table(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
