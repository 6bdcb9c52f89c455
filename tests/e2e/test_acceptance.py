"""The main job on real pages: where the corpus of labelled pages lies beside the project, a collection is held against it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "corpus"

if (CORPUS / "articles").is_dir():

    @pytest.mark.e2e
    @pytest.mark.timeout(600)
    def test_every_page_that_the_topics_select_is_an_article() -> None:
        """At least 100 pages of at least 30 publishers, through feeds, sitemaps and sections: none missing, none twice, every URL
        with one outcome; a second run loads nothing and asks for no article again."""
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.acceptance", "--pages", "150", "--corpus", str(CORPUS)],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=580,
        )
        assert done.returncode == 0, done.stdout + done.stderr
