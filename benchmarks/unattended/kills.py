"""Kills runs at random moments and checks the corpus afterwards.

A trial starts from the first edition of the sample site, collected. Then the second edition is collected and the data maintained,
while the processes are killed, again and again. In the end the commands are let through, and the corpus must be the one of an
undisturbed trial.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flows.demo.site import SampleSite
from flows.maintain import maintain
from flows.watchlist import load_watchlist
from warehouse.database.connect import open_reader

COMMAND = [sys.executable, "-m", "flows.cli"]
ROOT = Path(__file__).resolve().parents[2]
# All that does not name a folder, a run or the moment of one.
CORPUS = (
    "SELECT article_id, url, source, title, text, content_hash, revision, authors, published_at, language FROM articles",
    "SELECT article_id, revision, title, text, content_hash FROM revisions",
    "SELECT article_id, topic, terms, in_title, round(score, 6), snippet FROM matches",
    "SELECT article_id, of_article_id, kind, round(similarity, 6) FROM copies",
    "SELECT list(article_id ORDER BY article_id) FROM articles GROUP BY story_id",
    "SELECT url_id, article_id, is_carrier FROM urls",
)
# Each of these finds what must not be.
WRONG = {
    "an article is there twice": "SELECT article_id FROM articles GROUP BY ALL HAVING count(*) > 1",
    "a revision is there twice": "SELECT article_id, revision FROM revisions GROUP BY ALL HAVING count(*) > 1",
    "a URL is there twice": "SELECT url_id FROM urls GROUP BY ALL HAVING count(*) > 1",
    "a URL has two outcomes in a run": "SELECT run_id, url_id FROM fetches GROUP BY ALL HAVING count(*) > 1",
    "a run's outcomes are not its URLs": (
        "SELECT run_id FROM runs WHERE discovered <> loaded + updated + unchanged + copies + off_topic + not_article + robots"
        " + refused + http_errors + network_errors + failed"
    ),
    "a run's rows are not its URLs": (
        "SELECT run_id FROM runs LEFT JOIN fetches USING (run_id) GROUP BY run_id, discovered"
        " HAVING coalesce(sum(urls), 0) <> discovered"
    ),
}


@dataclass
class Trials:
    kills: int = 0
    identical: int = 0
    problems: list[str] = field(default_factory=list)


class Bench:
    """A folder in which trials run one after the other, always at the same path, because captures are identified by theirs."""

    def __init__(self, folder: Path, site: SampleSite, source: str | None = None, *, prefect: float = 0.0) -> None:
        self.site = site
        self.home = folder / "home"
        self.aside = folder / "aside"
        self.config = site.watchlist(self.home)
        self.only = ["--source", source] if source else []
        self.prefect = prefect
        site.edition = 1
        self.let_through("run")
        shutil.copytree(self.home, self.aside)
        site.edition = 2
        started = time.monotonic()
        self.let_through("run")
        self.run_seconds = time.monotonic() - started
        started = time.monotonic()
        self.let_through("maintain")
        self.maintain_seconds = time.monotonic() - started
        self.expected = self.contents()

    def trial(self, kills: int, chance: random.Random, trials: Trials) -> None:
        """Kill this many times, finish, and compare."""
        shutil.rmtree(self.home)
        shutil.copytree(self.aside, self.home)
        said = []
        for _ in range(kills):
            what = "maintain" if chance.random() < 0.25 else "run"
            seconds = chance.uniform(0.05, 1.1) * (self.maintain_seconds if what == "maintain" else self.run_seconds)
            through_prefect = what == "run" and chance.random() < self.prefect
            said.append(f"{what} after {seconds:.2f} s{' (Prefect)' if through_prefect else ''}")
            self.kill(what, seconds + 20 * through_prefect, through_prefect)
        trials.kills += kills
        try:
            self.let_through("run")
            self.let_through("maintain")
            problem = self.problem()
        except subprocess.SubprocessError as error:
            problem = str(error)
        if problem:
            trials.problems.append(f"{problem}: {', '.join(said)}")
        else:
            trials.identical += kills

    def problem(self) -> str | None:
        """Return a sentence for each thing that is not as it should be."""
        watchlist = load_watchlist(self.config)
        if self.contents() != self.expected:
            return "the corpus differs"
        with open_reader(watchlist.warehouse) as con:
            for words, query in WRONG.items():
                if rows := con.execute(query).fetchall():
                    return f"{words} ({len(rows)})"
        if broken := maintain(watchlist, dry_run=True).broken:
            return f"{len(broken)} captures cannot be read"
        left = list((self.home / "data/state/runs").iterdir()) + list((self.home / "data/state").glob("damaged/*"))
        return f"{left[0]} is left" if left else None

    def contents(self) -> list[list[tuple[Any, ...]]]:
        with open_reader(load_watchlist(self.config).warehouse) as con:
            return [con.execute(f"{query} ORDER BY ALL").fetchall() for query in CORPUS]

    def _command(self, what: str, through_prefect: bool = False) -> list[str]:
        options = [] if what != "run" else ["--prefect" if through_prefect else "--plain", *self.only]
        return [*COMMAND, what, *options, "--config", str(self.config)]

    def let_through(self, what: str) -> None:
        done = subprocess.run(
            self._command(what),
            capture_output=True,
            text=True,
            check=False,
            env=environment(),
            timeout=600,
            stdin=subprocess.DEVNULL,
        )
        if done.returncode:
            raise subprocess.SubprocessError(f"{what} ended with {done.returncode}: {(done.stderr or done.stdout)[-500:]}")

    def kill(self, what: str, seconds: float, through_prefect: bool = False) -> None:
        process = subprocess.Popen(
            self._command(what, through_prefect),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment(),
            start_new_session=True,
        )
        kill_after(process, seconds)


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("PREFECT_")} | {"PYTHONPATH": str(ROOT)}


def kill_after(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Kill a process and all that it started, crawl and workers too, unless it ends first."""
    import psutil

    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        tree = []
        try:
            parent = psutil.Process(process.pid)
            tree = [parent, *parent.children(recursive=True)]
        except psutil.NoSuchProcess:
            pass
        for each in tree:
            try:
                os.kill(each.pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        process.wait()


def run_trials(
    folder: Path, kills: int, seed: int, *, per_trial: int = 4, prefect: float = 0.0, tell: Callable[[str], None] = print
) -> Trials:
    """Run trials of `per_trial` kills each; `prefect` is the share of killed runs that go through Prefect."""
    trials, chance = Trials(), random.Random(seed)
    with SampleSite() as site:
        bench = Bench(folder, site, prefect=prefect)
        tell(f"undisturbed: run {bench.run_seconds:.1f} s, maintain {bench.maintain_seconds:.1f} s; seed {seed}")
        while trials.kills < kills:
            bench.trial(min(per_trial, kills - trials.kills), chance, trials)
            tell(f"{trials.kills} kills, {trials.identical} identical{', ' + trials.problems[-1] if trials.problems else ''}")
    return trials
