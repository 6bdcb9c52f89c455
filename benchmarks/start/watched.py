"""What `guard.py` measures, each in a process of one checkout that takes a measure whenever it is told its name.

    PYTHONPATH=CHECKOUT python -P benchmarks/start/watched.py CHECKOUT < names of measures, one a line

Output: a line each, the seconds of CPU that it took. Nothing of this checkout is loaded but this file.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import cached_property
from pathlib import Path

START = "import sys; from flows.cli import main; sys.argv[0] = 'newslake'; sys.exit(main())"
ARTICLES = 150  # of a load
QUESTIONS = 10
TIMES = 3  # that the pages of the sample site are cleaned


class Watched:
    """The measures of one checkout, and what they need, made when it is needed first."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._loads = 0

    @cached_property
    def site(self) -> Path:
        """A folder with a watchlist of the sample site that was collected until it had nothing new."""
        from flows.demo.site import SampleSite

        folder = Path("site").absolute()
        self._site = self._open.enter_context(SampleSite())
        self._site.watchlist(folder)
        for _ in range(2):
            self.command("run", "--plain")
        return folder

    @cached_property
    def lake(self):  # type: ignore[no-untyped-def]  # the type is of the checkout that is measured
        """A lake with the first articles."""
        from warehouse.location import Location

        made = Location(catalog=f"ducklake:sqlite:{Path('catalog.sqlite').absolute()}", data=str(Path("lake").absolute()))
        return made.model_copy(update={"events": False})  # their encoder is installed by those who want it

    def command(self, *words: str, folder: Path | None = None) -> float:
        """Return the CPU of a command and of all that it waited for."""
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", START, *words],
            cwd=folder or "site",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        assert process.stderr
        said = process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"newslake {' '.join(words)} ended with {process.returncode}: {said.decode()}")
        return used.ru_utime + used.ru_stime

    def asked(self, *words: str) -> float:
        return self.command(*words, folder=self.site)

    def collected(self) -> float:
        """Collect the sample site into an empty folder."""
        assert self.site
        folder = Path(f"first{time.monotonic_ns()}")
        self._site.watchlist(folder)
        return self.command("run", "--plain", folder=folder)

    @cached_property
    def _pages(self) -> list:  # type: ignore[type-arg]
        from spiders.warc.model import Capture
        from spiders.warc.read import iter_captures

        files = sorted(self.site.rglob("*.warc.gz"))
        return [page for file in files for page in iter_captures(file) if isinstance(page, Capture)]

    def cleaned(self) -> float:
        """Clean the pages of the sample site."""
        from flows.clean import clean

        assert self._pages
        before = time.process_time()
        for page in self._pages * TIMES:
            clean(page)
        return time.process_time() - before

    def loaded(self) -> float:
        """Load a few hundred made articles."""
        from benchmarks.corpora.loading import batches, seconds

        (batch,) = batches(1, self._loads)
        self._loads += 1
        fetches = batch.fetches[:ARTICLES]
        cpu: float = seconds(self.lake, replace(batch, run=replace(batch.run, discovered=ARTICLES), fetches=fetches))[1]
        return cpu

    def searched(self) -> float:
        """Search the made articles for words of one of them, in a process that searched before."""
        from flows.search.search import Searcher
        from flows.topics import parse_query
        from warehouse.database.connect import open_reader

        if not self._loads:
            self.loaded()
        with open_reader(self.lake) as con:
            ((text,),) = con.execute("SELECT text FROM articles WHERE language = 'en' ORDER BY article_id LIMIT 1").fetchall()
            words = text.split()[: 2 * QUESTIONS]
            before = time.process_time()
            searcher = Searcher(con)
            for one, other in zip(words[::2], words[1::2], strict=True):
                searcher.search(parse_query(f'"{one}" AND "{other}"'), limit=20)
            return time.process_time() - before


MEASURES: dict[str, Callable[[Watched], float]] = {
    "newslake --help": lambda watched: watched.asked("--help"),
    "newslake sql 'SELECT 1'": lambda watched: watched.asked("sql", "SELECT 1"),
    "newslake search ferry": lambda watched: watched.asked("search", "ferry"),
    "newslake run --plain, nothing new": lambda watched: watched.asked("run", "--plain"),
    "the sample site, collected first": Watched.collected,
    "its pages, cleaned": Watched.cleaned,
    f"{ARTICLES} made articles, loaded": Watched.loaded,
    f"{QUESTIONS} searches": Watched.searched,
}


def main() -> None:
    import warehouse

    if not Path(warehouse.__file__).is_relative_to(sys.argv[1]):
        sys.exit(f"{warehouse.__file__} is not of {sys.argv[1]}")
    watched = Watched()
    with watched._open:
        for line in sys.stdin:
            print(MEASURES[line.rstrip("\n")](watched), flush=True)


if __name__ == "__main__":
    main()
