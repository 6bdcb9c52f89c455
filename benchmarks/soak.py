"""Measures months unattended: hundreds of runs over simulated weeks, on a faulty site, with the clock put forward.

    python benchmarks/soak.py [--runs N] [--kills N] [--json FILE] [--seed N] [--rewrite docs/benchmarks.md]

One process collects again and again, 30 to 150 simulated minutes apart, from a loopback site whose articles appear, are edited
and vanish. Some edits take the topic's word out, some articles have a print page, and one outlet's pages are bombs. More than
a tenth of the answers are faulty: timeouts, slow bodies, resets, bodies that break off, 429, 500, 502 and 503 with and without
Retry-After, names that do not resolve, and hours in which an outlet answers nothing else. Every 25th run is the command
`newslake run` instead, killed at some moment. Maintenance runs every night, every other time during a run, and a process reads
all the time. After a third of the runs all sources get other names; after two thirds the project's folder moves. In the end,
after calm runs, what the warehouse holds is compared with the books of the site, and what `AT` says of each kept snapshot with
what the warehouse held then.

`--kills` are trials of benchmarks/unattended/kills.py on top: after kills at random moments, the corpus must be that of an
undisturbed run.
Linux and a C compiler are needed, see benchmarks/unattended/clock.py.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import psutil

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.collect import hand_out  # noqa: E402
from benchmarks.sites.changing import Site  # noqa: E402
from benchmarks.sites.real import write_watchlist  # noqa: E402
from benchmarks.sites.stories import DAY, HOUR, LATE_LOOKS, LOOKS, OUTLETS, WORD  # noqa: E402
from benchmarks.unattended import clock  # noqa: E402
from benchmarks.unattended.judge import MINUTES, lost_of, narrow_bounds, wrongly_gone  # noqa: E402
from benchmarks.unattended.kills import COMMAND, WRONG, kill_after, run_trials  # noqa: E402
from benchmarks.unattended.kills import environment as command_environment  # noqa: E402
from benchmarks.unattended.reader import reading  # noqa: E402
from benchmarks.unattended.states import States  # noqa: E402
from flows.collect import collect  # noqa: E402
from flows.maintain import maintain, maintain_line  # noqa: E402
from flows.watchlist import Watchlist, load_watchlist  # noqa: E402
from newslake.errors import NewslakeError, WarehouseBusy  # noqa: E402
from warehouse.database.connect import open_reader  # noqa: E402

ARTICLES_A_RUN = 4
SHARE = 0.12  # of answers that are faults, storms aside
TIMEOUT = 3.0
KILL_EVERY = 25
SETTLED = 20  # runs after which memory is first measured
CALM_HOURS = (1, 9, 9, 9)  # the last runs, without faults: longer than any wait for another try
KEEP = {"keep_snapshots_days": 1, "keep_unchanged_days": 2}  # so that a few days show whether the files stay bounded
KEEP_CAPTURES_DAYS = 2
SETTLED_DAYS = 5  # nights until the first files have had their time
OUTCOMES, ROWS = "a run's outcomes are not its URLs", "a run's rows are not its URLs"
RENAMED, MOVED = 1 / 3, 2 / 3  # the shares of the runs after which the sources get other names, and the folder moves
TOPICS = (ROOT / "benchmarks/sql/topic_of_revisions.sql").read_text("utf-8")
SAME = {"a text is two articles of a source": "SELECT source, content_hash FROM articles GROUP BY ALL HAVING count(*) > 1"}


@dataclass
class Soak:
    """Counts of the soak."""

    runs: int = 0
    killed_runs: int = 0
    recovered: int = 0
    lock_errors: int = 0
    seconds: list[float] = field(default_factory=list)
    states: Counter[str] = field(default_factory=Counter)
    memory: list[float] = field(default_factory=list)  # MB after each run of this process
    files: list[int] = field(default_factory=list)  # after each maintenance
    old_states: States = field(default_factory=States)
    narrow: set[str] = field(default_factory=set)  # columns whose bounds in the catalog exclude a stored value
    problems: list[str] = field(default_factory=list)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=300)
    parser.add_argument("--kills", type=int, default=200, help="on the sample site (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--keep", type=Path, help="leave the data of the soak in this folder, which must not be there yet")
    parser.add_argument("--rewrite", type=Path, help="put the table into this Markdown file")
    parser.add_argument("--soak", type=Path, help=argparse.SUPPRESS)  # the process whose clock is put forward, in this folder
    arguments = parser.parse_args()
    if arguments.soak:
        figures = soak(arguments.soak, arguments.runs, arguments.seed)
        (arguments.soak / "figures.json").write_text(json.dumps(figures), "utf-8")
        return 0
    with tempfile.TemporaryDirectory(prefix="newslake-soak-") as folder:
        home = arguments.keep or Path(folder) / "soak"
        home.mkdir(parents=True)
        environment = command_environment() | clock.environment(home)
        # Not as a script: workers that clean would import it again, each of them in each run.
        start = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from benchmarks.soak import main; sys.exit(main())"
        command = [sys.executable, "-c", start, "--soak", str(home), "--runs", str(arguments.runs), "--seed", str(arguments.seed)]
        if subprocess.run(command, env=environment, check=False).returncode:
            return 1
        figures = json.loads((home / "figures.json").read_text("utf-8"))
        figures |= {"kills": 0, "kills_identical": 0}
        if arguments.kills:
            trials = run_trials(Path(folder) / "kills", arguments.kills, arguments.seed, tell=say)
            figures |= {"kills": trials.kills, "kills_identical": trials.identical}
            figures["problems"] += trials.problems
    hand_out(arguments, "soak", figures, table(figures))
    return 0 if is_well(figures) else 1


def is_well(figures: dict[str, Any]) -> bool:
    wrong = any(figures[name] for name in ("lost", "twice", "gone_wrong", "matches_wrong", "old_states_wrong"))
    wrong = wrong or figures["lock_errors"] or figures["problems"]
    return not wrong and figures["kills_identical"] == figures["kills"]


def table(figures: dict[str, Any]) -> str:
    rows = {
        "runs, simulated days": f"{figures['runs']}, {figures['days']}",
        "pages fetched": f"{figures['pages']:,}",
        "articles, revisions in the end": f"{figures['articles']:,}, {figures['revisions']:,}",
        "faulty answers": f"{figures['faults']:,} of {figures['answers']:,} ({figures['fault_share']:.1%})",
        "lost articles and revisions": str(figures["lost"]),
        "twice": str(figures["twice"]),
        "taken down, of which not noticed or too early": f"{figures['gone']}, {figures['gone_wrong']}",
        "matches of earlier revisions alone, wrong matches": f"{figures['left_topic']}, {figures['matches_wrong']}",
        "old states compared, of which wrong": f"{figures['old_states']}, {figures['old_states_wrong']}",
        "columns with too narrow bounds in the catalog, all read right": f"{len(figures['narrow'])}",
        "errors of readers or writers": f"{figures['lock_errors']} in {figures['reads']:,} reads alongside the runs",
        "runs killed on the way, and finished by the next": f"{figures['killed_runs']}",
        "kills on the sample site, corpus identical": f"{figures['kills']}, {figures['kills_identical']}",
        f"memory after run {figures['memory_first_run']} and at the end, MB": (
            f"{figures['memory_mb_first']}, {figures['memory_mb_last']}"
        ),
        "files after an early maintenance, at the end, and most": (
            f"{figures['files_first']}, {figures['files_last']}, {figures['files_most']}"
        ),
    }
    lines = ["| simulated weeks, chaos on | |", "| --- | ---: |", *(f"| {name} | {value} |" for name, value in rows.items())]
    return "\n".join([*lines, *(f"\n- {problem}" for problem in figures["problems"])])


def say(text: str) -> None:
    print(text, flush=True)


def soak(folder: Path, runs: int, seed: int) -> dict[str, Any]:
    """Do the runs, in a process whose clock is put forward, and return the figures."""
    chance, counted = random.Random(seed), Soak()
    begin = time.time()
    steps = [chance.uniform(*MINUTES) * 60 for _ in range(runs)]
    per_hour = ARTICLES_A_RUN / (sum(MINUTES) / 2 / 60) / len(OUTLETS)
    with Site(begin, begin + sum(steps), per_hour, SHARE, TIMEOUT, seed) as site:
        config, at, reads = write_config(folder / "home", site), 0, 0
        for share in (RENAMED, MOVED, 1.0):
            until = round(runs * share)
            watchlist = load_watchlist(config)
            with reading(config) as reader:
                _runs(site, config, counted, chance, steps[at:until], runs)
                if share == 1.0:
                    site.share = 0.0
                    for hours in CALM_HOURS:
                        clock.forward(int(hours * HOUR))
                        one_run(watchlist, counted)
                    tend(watchlist, counted, done=False)
            at, reads = until, reads + reader.reads
            counted.lock_errors += len(reader.errors)
            counted.problems += [f"reader: {error}" for error in reader.errors]
            if share == RENAMED:
                write_config(config.parent, site, "-renamed")
            elif share == MOVED:
                config = config.parent.rename(folder / "moved") / config.name
        return compare(site, watchlist, counted, time.time() - begin) | {"reads": reads, "seed": seed}


def _runs(site: Site, config: Path, counted: Soak, chance: random.Random, steps: list[float], runs: int) -> None:
    """Do one run after each step of the clock (seconds), and maintain every night."""
    watchlist, night = load_watchlist(config), datetime.now(UTC).date()
    for number, step in enumerate(steps, counted.runs + 1):
        clock.forward(int(step))
        is_night, night = datetime.now(UTC).date() > night, datetime.now(UTC).date()
        alongside = is_night and night.toordinal() % 2 == 0
        if number % KILL_EVERY == 0:
            killed_run(site, config, counted, chance)
        else:
            one_run(watchlist, counted, alongside=config if alongside else None)
        if is_night:
            tend(watchlist, counted, done=alongside and number % KILL_EVERY != 0)
        counted.runs += 1
        tell(site, counted, number, runs)


def write_config(home: Path, site: Site, suffix: str = "") -> Path:
    file = write_watchlist(
        home,
        site.sources(suffix),
        {WORD: WORD},
        timeout=TIMEOUT,
        revisit_hours=list(LOOKS),
        revisit_days=list(LATE_LOOKS),
        keep_captures_days=KEEP_CAPTURES_DAYS,
    )
    with file.open("a", encoding="utf-8") as out:
        out.write("\n[maintain]\n" + "".join(f"{key} = {value}\n" for key, value in KEEP.items()))
    return file


def one_run(watchlist: Watchlist, counted: Soak, alongside: Path | None = None) -> None:
    """Collect once in this process, and maintain at the same time if a watchlist file is given. Check the books."""
    upkeep = _command("maintain", "--config", str(alongside)) if alongside else None
    began = time.monotonic()
    try:
        collected = collect(watchlist)
        counted.states[collected.state] += 1
        counted.recovered += len(collected.recovered)
        if collected.crawl.reason != "finished":
            counted.problems.append(f"run {counted.runs + 1}: the crawl {collected.crawl.reason}: {collected.crawl.detail}")
        counted.problems += [f"run {counted.runs + 1}: {warning}" for warning in collected.warnings]
        with open_reader(watchlist.warehouse) as con:
            since = datetime.now(UTC) - timedelta(days=1)
            recent = WRONG[ROWS].replace(" GROUP BY run_id", " WHERE started_at > ? GROUP BY run_id")
            counted.old_states.remember(con)
            for (run_id,) in con.execute(recent, [since]).fetchall():
                counted.problems.append(f"run {counted.runs + 1}: {ROWS}: {run_id}")
    except WarehouseBusy as error:
        counted.lock_errors += 1
        counted.problems.append(f"run {counted.runs + 1}: {error}")
    except (NewslakeError, duckdb.Error) as error:
        counted.problems.append(f"run {counted.runs + 1}: {type(error).__name__}: {error}")
    counted.seconds.append(time.monotonic() - began)
    counted.memory.append(psutil.Process().memory_info().rss / 1e6)
    if upkeep:
        said = upkeep.communicate(timeout=300)[0]
        if upkeep.returncode:
            counted.problems.append(f"maintain alongside run {counted.runs + 1} ended with {upkeep.returncode}: {said[-500:]}")


def killed_run(site: Site, config: Path, counted: Soak, chance: random.Random) -> None:
    """Start `newslake run` in its own process and kill it at a random moment."""
    site.keeps_books = False
    process = _command("run", "--plain", "--config", str(config))
    usual = sum(counted.seconds[-10:]) / len(counted.seconds[-10:]) if counted.seconds else 5.0
    kill_after(process, chance.uniform(0.2, 1.3) * usual + 1)  # it has to start, too
    counted.killed_runs += process.returncode < 0
    time.sleep(0.5)  # answers that it will never read
    site.keeps_books = True


def _command(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=command_environment(),
        start_new_session=True,
    )


def tend(watchlist: Watchlist, counted: Soak, *, done: bool) -> None:
    """Maintain in this process, unless that was done during the run, and count the files."""
    if not done:
        try:
            report = maintain(watchlist)
            if report.broken:
                counted.problems.append(f"run {counted.runs + 1}: {maintain_line(report)}: {report.broken[0]}")
        except WarehouseBusy as error:
            counted.lock_errors += 1
            counted.problems.append(f"maintain after run {counted.runs + 1}: {error}")
        except NewslakeError as error:
            counted.problems.append(f"maintain after run {counted.runs + 1}: {error}")
    for column, wrong in narrow_bounds(watchlist.warehouse):
        counted.narrow.add(column)
        counted.problems += [f"after run {counted.runs + 1}: {wrong}"] if wrong else []
    counted.files.append(sum(path.is_file() for path in (watchlist.base / "data").rglob("*")))


def tell(site: Site, counted: Soak, number: int, runs: int) -> None:
    books = site.books
    say(
        f"run {number}/{runs}, day {(time.time() - site.begin) / DAY:.1f}: "
        f"{counted.seconds[-1] if counted.seconds else 0:.1f} s, "
        f"{books.answers} answers, {sum(books.faults.values()) / max(1, books.answers):.1%} faulty, "
        f"{counted.memory[-1] if counted.memory else 0:.0f} MB, {counted.files[-1] if counted.files else 0} files, "
        f"{counted.killed_runs} killed, {len(counted.problems)} problems"
        + (f"; the last: {counted.problems[-1]}" if counted.problems else "")
    )


# What the site knows against what the warehouse holds


def compare(site: Site, watchlist: Watchlist, counted: Soak, seconds: float) -> dict[str, Any]:
    with open_reader(watchlist.warehouse) as con:
        held = con.execute("SELECT url, revision, text FROM articles").fetchall()
        texts = con.execute("SELECT a.url, r.text FROM revisions r JOIN articles a USING (article_id)").fetchall()
        lost = list(lost_of(site, {url: text for url, _, text in held}, texts, time.time()))
        times = con.execute("SELECT url, gone_at, first_seen_at FROM articles").fetchall()
        gone = {url: at for url, at, _ in times}
        gone_wrong = list(wrongly_gone(site, gone, {url: seen for url, _, seen in times}, time.time()))
        matches_wrong = con.execute(TOPICS).fetchall()
        ((left_topic,),) = con.execute("SELECT count(*) FROM matches WHERE NOT current").fetchall()
        states_wrong = list(counted.old_states.differing(con))
        counted.problems += [str(one) for one in (*gone_wrong[:20], *matches_wrong[:20], *states_wrong[:20])]
        twice = 0
        for words, query in (WRONG | SAME).items():
            if words != ROWS and (rows := con.execute(query).fetchall()):
                twice += len(rows)
                counted.problems.append(f"{words}: {rows[:3]}")
        ((pages,),) = con.execute("SELECT count(*) FROM fetches WHERE kind = 'page' AND requested_at IS NOT NULL").fetchall()
        first = min(SETTLED, len(counted.memory)) - 1
        for what in lost[:20]:
            counted.problems.append(f"lost: {what}")
            say(f"lost: {what}")
        for path in lost[:5]:
            for row in con.execute(
                "SELECT r.started_at, f.outcome, f.detail, f.requested_at FROM fetches f JOIN runs r USING (run_id)"
                " WHERE contains(f.url, ?) ORDER BY 1 LIMIT 30",
                [path.split()[0]],
            ).fetchall():
                say(f"  {row}")
    left = [path.name for path in (watchlist.state / "runs").iterdir()] + [p.name for p in watchlist.state.glob("damaged/*")]
    counted.problems += [f"{name} is left" for name in left]
    faults = sum(site.books.faults.values())
    return {
        "runs": counted.runs,
        "days": round(seconds / DAY, 1),
        "pages": pages,
        "answers": site.books.answers,
        "faults": faults,
        "fault_share": round(faults / site.books.answers, 4),
        "faults_by_kind": dict(site.books.faults.most_common()),
        "articles": len(held),
        "revisions": len(texts),
        "stories": len(site.stories),
        "lost": len(lost),
        "twice": twice,
        "gone": sum(at is not None for at in gone.values()),
        "gone_wrong": len(gone_wrong),
        "left_topic": left_topic,
        "matches_wrong": len(matches_wrong),
        "old_states": counted.old_states.compared,
        "old_states_wrong": len(states_wrong),
        "lock_errors": counted.lock_errors,
        "killed_runs": counted.killed_runs,
        "recovered_runs": counted.recovered,
        "states": dict(counted.states),
        "memory_first_run": first + 1,
        "memory_mb_first": round(counted.memory[first]),
        "memory_mb_last": round(counted.memory[-1]),
        "files_first": counted.files[min(SETTLED_DAYS, len(counted.files) - 1)],
        "files_last": counted.files[-1],
        "files_most": max(counted.files),
        "seconds_a_run": round(sum(counted.seconds) / len(counted.seconds), 1),
        "narrow": sorted(counted.narrow),
        "problems": counted.problems,
    }


if __name__ == "__main__":
    os.environ.setdefault("NO_COLOR", "1")
    sys.exit(main())
