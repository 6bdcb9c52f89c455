"""Measures how cost grows: with the corpus, the names of a batch, and the pages of a run.

    python benchmarks/growth.py [--corpus 10000,…] [--names 10,…] [--pages 100,…] [--folder DIR] [--json FILE] [--draw docs]

All articles and pages are made. The corpora are those of `query.py`; --folder is where they are kept, and a million articles take
an hour and 20 GB the first time. A size is measured once, or in the median of three loads and of forty searches, in CPU time.
What the file of --json has of other sizes is kept and drawn as well, so that sizes can be measured one by one. An empty list
measures none: `--pages ''`.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.corpora.asked import timed  # noqa: E402
from benchmarks.corpora.loading import batches, copied, seconds  # noqa: E402
from benchmarks.corpora.questions import names, questions  # noqa: E402
from benchmarks.plots import growth_svg  # noqa: E402
from benchmarks.query import lake  # noqa: E402
from benchmarks.sites.many_pages import served  # noqa: E402
from benchmarks.sites.real import write_watchlist  # noqa: E402
from flows.search.search import Searcher  # noqa: E402
from flows.topics import parse_query  # noqa: E402
from flows.watchlist import load_watchlist  # noqa: E402
from warehouse.database.connect import open_reader  # noqa: E402

SIZES = {"corpus": (10_000, 100_000, 1_000_000), "names": (10, 100, 1_000, 10_000), "pages": (100, 300, 1_000, 3_000, 10_000)}
NEWSLAKE = str(Path(sys.executable).with_name("newslake"))
LOADS, QUESTIONS, LIMIT = 3, 40, 20
NAMED = 10_000  # articles in the corpus in which names are looked for
Figures = dict[str, float]


def of_corpus(size: int, folder: Path) -> Figures:
    """Load a thousand articles into a corpus of that size, without names and events, and search it for two words."""
    file, _ = lake(folder, size)
    location = load_watchlist(file).warehouse
    with copied(location.model_copy(update={"events": False, "names": False})) as place:
        without = place.model_copy(update={"events": False, "names": False})
        loads = [seconds(without, batch)[1] for batch in batches(LOADS + 1)]  # the first one does not count
    with open_reader(location) as con:
        searcher = Searcher(con)
        asked = [parse_query(question.query) for question in questions(size, QUESTIONS)["2"]]
        searcher.search(asked[0], limit=LIMIT)
        _, used = timed(lambda query: searcher.search(query, limit=LIMIT), asked, 1)
    return {
        "load_cpu_seconds": round(statistics.median(loads[1:]), 3),
        "search_cpu_seconds": round(statistics.median(used), 4),
    }


def of_names(size: int, folder: Path) -> Figures:
    """Look for so many names in ten thousand articles, by one command."""
    file, _ = lake(folder, NAMED)
    with tempfile.TemporaryDirectory() as place:
        wanted = Path(place, "names.csv")
        wanted.write_text("\n".join(["name", *names(size)]) + "\n", "utf-8")
        used = cpu_of(["search", "--batch", str(wanted), "--config", str(file), "--json"], Path(place))
    return {"cpu_seconds": round(used, 2)}


def of_pages(size: int, folder: Path) -> Figures:
    """Collect a site of so many pages into an empty warehouse."""
    with tempfile.TemporaryDirectory(dir=folder) as place, served(size) as sources:
        write_watchlist(Path(place), sources, {"all": "report"})
        used = cpu_of(["run", "--plain"], Path(place))
        with open_reader(load_watchlist(Path(place, "watchlist.toml")).warehouse) as con:
            ((loaded,),) = con.execute("SELECT count(*) FROM articles").fetchall()
    if loaded != size:
        sys.exit(f"{loaded:,} of {size:,} pages were loaded")
    return {"cpu_seconds": round(used, 2)}


def cpu_of(words: list[str], folder: Path) -> float:
    """Return the seconds of CPU of a command and of all that it waits for."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([NEWSLAKE, *words], cwd=folder, stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


MEASURED: dict[str, Callable[[int, Path], Figures]] = {"corpus": of_corpus, "names": of_names, "pages": of_pages}
# Each with its title, what x is, and the figures that are drawn, by their names.
PLOTS = {
    "corpus": (
        "A load of 1,000 articles, and a search for two words",
        "articles in the corpus",
        {"load_cpu_seconds": "load", "search_cpu_seconds": "search"},
    ),
    "names": ("Names looked for in 10,000 articles", "names in the batch", {"cpu_seconds": "newslake search --batch"}),
    "pages": ("A first collection", "pages of the run", {"cpu_seconds": "newslake run --plain"}),
}


def drawn(name: str, figures: dict[str, Figures]) -> str:
    """Draw what was measured at each size."""
    title, x_name, curves = PLOTS[name]
    points = {called: [(float(size), one[key]) for size, one in figures.items() if key in one] for key, called in curves.items()}
    return growth_svg(title, x_name, "CPU seconds", points)


def table(figures: dict[str, dict[str, Figures]]) -> str:
    lines = ["| | size | CPU seconds |", "| --- | ---: | ---: |"]
    for name, (title, _, curves) in PLOTS.items():
        for size, one in figures.get(name, {}).items():
            lines.append(f"| {title} | {int(size):,} | {' / '.join(f'{one[key]:g}' for key in curves)} |")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, sizes in SIZES.items():
        parser.add_argument(f"--{name}", default=",".join(map(str, sizes)), help="sizes (default: %(default)s)")
    parser.add_argument("--folder", type=Path, help="where corpora are made, and kept")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    parser.add_argument("--draw", type=Path, help="draw growth-*.svg into this folder")
    arguments = parser.parse_args()
    known = arguments.json and arguments.json.exists()
    figures: dict[str, dict[str, Any]] = json.loads(arguments.json.read_text("utf-8")) if known else {}
    with tempfile.TemporaryDirectory(prefix="newslake-growth-") as scratch:
        for name, measure in MEASURED.items():
            for size in filter(None, getattr(arguments, name).split(",")):
                figures.setdefault(name, {})[size] = measure(int(size), arguments.folder or Path(scratch))
                print(name, size, json.dumps(figures[name][size]), file=sys.stderr, flush=True)
                figures[name] = dict(sorted(figures[name].items(), key=lambda one: int(one[0])))
                if arguments.json:
                    arguments.json.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")
    print(table(figures))
    if arguments.draw:
        for name, each in figures.items():
            (arguments.draw / f"growth-{name}.svg").write_text(drawn(name, each), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
