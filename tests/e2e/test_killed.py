"""Runs and maintenance killed at random moments, and what a power cut leaves: the next run finishes it, by itself."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from benchmarks.unattended.kills import WRONG, run_trials
from flows.collect import collect
from flows.demo.site import SampleSite
from flows.watchlist import load_watchlist
from tests.e2e.interrupting import interrupted
from tests.flows.command import ask

SEED = 6


def test_killed_at_random_moments_the_corpus_is_that_of_an_undisturbed_run(tmp_path: Path) -> None:
    trials = run_trials(tmp_path, 6, SEED, per_trial=3)
    assert trials.identical == trials.kills == 6, trials.problems


@pytest.mark.parametrize("seed", range(3))
def test_writes_that_a_power_cut_took_are_fetched_again(tmp_path: Path, seed: int) -> None:
    """The journal and the captures lose their ends, each at a byte of its own, and the journal gets a hole of zeros."""
    chance = random.Random(seed)
    with SampleSite() as site:
        config = site.watchlist(tmp_path)
        config.write_text(config.read_text("utf-8").replace("[crawl]", '[crawl]\nkeep_captures = "all"'), "utf-8")
        interrupted(config, '"event": "finished"').communicate(timeout=60)
        (crawl,) = tmp_path.glob("data/state/runs/*/crawl")
        for name in ("journal.jsonl", "crawl-00000.warc.gz"):
            os.truncate(crawl / name, chance.randrange((crawl / name).stat().st_size))
        journal = bytearray((crawl / "journal.jsonl").read_bytes())
        hole = chance.randrange(len(journal) + 1)
        journal[hole : hole + 300] = bytes(len(journal[hole : hole + 300]))
        (crawl / "journal.jsonl").write_bytes(journal)
        for _ in range(2):
            assert collect(load_watchlist(config)).state == "completed"
        expected = sorted((article.title, article.source) for article in site.expected())
    assert sorted(ask(config, "SELECT title, source FROM articles")) == expected
    for words, query in WRONG.items():
        assert ask(config, query) == [], words
    assert not list((tmp_path / "data/state/runs").iterdir())
    assert not (tmp_path / "data/state/set-aside").exists()
