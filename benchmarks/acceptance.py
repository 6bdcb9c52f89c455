"""The acceptance of a collection: two runs of newslake on real pages, compared with their truth.

    python -m benchmarks.acceptance [--corpus DIR] [--sets NAMES] [--pages N] [--keep DIR]

Every page that a topic selects on its true title and body must be in `articles`, none twice, and the outcomes of a run must add
up to what it discovered. A second run right after the first must load nothing and request no article again.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.sites.pages import CORPUS, SETS, Page
from benchmarks.sites.real import RealSite
from flows.topics import Topic, TopicMatch, compile_topics

__all__ = ["TOPICS", "Miss", "check", "missed", "wanted"]

TOPICS = {
    "russia-ukraine": (
        "(Ukrain* OR Ukrajin* OR Украин* OR Україн* OR Ucrania OR Ucraina OR 우크라이나 OR ウクライナ OR 乌克兰) AND"
        " (Russia* OR Russland* OR Russie OR Rusia OR Rusko OR Putin* OR Kremlin OR Moscow"
        " OR Росси* OR Росі* OR 러시아 OR ロシア OR 俄罗斯)"
    ),
    "economy": (
        'inflation OR Inflation* OR recession OR tariff* OR Zölle OR "interest rates" OR "central bank" OR "stock market"'
        " OR Konjunktur OR economía OR économie OR ekonomi OR economic OR 経済 OR 경제 OR 经济"
        " OR (price* AND (oil OR gas OR fuel OR energy))"
    ),
    "police-and-courts": (
        "(police OR Polizei* OR policía OR polizia OR policie OR politi OR politiet OR lögregl* OR 警察 OR 경찰"
        ' OR court OR Gericht* OR tribunal OR mahkeme* OR prosecutor* OR Staatsanwalt*) AND NOT ("box office" OR "video game")'
    ),
}
SQL = {file.stem: file.read_text("utf-8") for file in (Path(__file__).parent / "sql").glob("*.sql")}


@dataclass(frozen=True, slots=True)
class Miss:
    """A page that topics select on its truth and that the corpus lacks, or has without those topics."""

    url: str
    page: Page
    topics: dict[str, TopicMatch]
    outcome: str
    detail: str | None


class Newslake:
    """Runs the command on one watchlist."""

    def __init__(self, watchlist: Path) -> None:
        self._command = str(Path(sys.executable).with_name("newslake"))
        self._config = ["--config", str(watchlist)]

    def run(self) -> dict[str, Any]:
        started = time.perf_counter()
        done = subprocess.run([self._command, "run", *self._config, "--json"], stdout=subprocess.PIPE, text=True, check=False)
        if done.returncode not in (0, 1) or not done.stdout:
            sys.exit(f"newslake run ended with {done.returncode}; its complaint is above")
        result: dict[str, Any] = json.loads(done.stdout)
        return result | {"seconds": time.perf_counter() - started}

    def sql(self, query: str) -> list[dict[str, Any]]:
        command = [self._command, "sql", "-", *self._config, "--json"]
        done = subprocess.run(command, input=query, stdout=subprocess.PIPE, text=True, check=True)
        rows: list[dict[str, Any]] = json.loads(done.stdout)
        return rows


def wanted(truth: dict[str, Page]) -> dict[str, dict[str, TopicMatch]]:
    """Return the topics that select each page on its true title and body, for pages that any topic selects."""
    matcher = compile_topics([Topic(name=name, query=query) for name, query in TOPICS.items()])
    found = {url: matcher.match(page.title or "", page.body, page.language) for url, page in truth.items()}
    return {url: {match.topic: match for match in matches} for url, matches in found.items() if matches}


def missed(truth: dict[str, Page], fetches: list[dict[str, Any]]) -> list[Miss]:
    by_url = {row["url"]: row for row in fetches}
    misses: list[Miss] = []
    for url, topics in wanted(truth).items():
        row = by_url.get(url)
        if row is None:
            misses.append(Miss(url, truth[url], topics, "never discovered", None))
        elif row["outcome"] == "copy":
            continue  # its article is there under another URL of its source
        elif row["article_id"] is None:
            misses.append(Miss(url, truth[url], topics, row["outcome"], row["detail"]))
        elif lacking := {name: match for name, match in topics.items() if name not in row["topics"]}:
            misses.append(
                Miss(url, truth[url], lacking, f"{row['outcome']}, but not under the topic", f"{row['length']} characters")
            )
    return misses


def check(site: RealSite, keep: Path | None = None) -> int:
    """Run newslake on the site, compare with the truth, and print what differs. Return 0 if nothing does.

    Args:
        keep: leave the watchlist and all data in this folder.
    """
    folder = keep or Path(tempfile.mkdtemp(prefix="newslake-check-"))
    try:
        return _check(site, Newslake(site.watchlist(folder, TOPICS)))
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


def _check(site: RealSite, newslake: Newslake) -> int:
    publishers = {page.publisher for page in site.truth.values()}
    print(f"{len(site.truth)} pages of {len(publishers)} publishers, {len(site.outlets)} outlets")
    failures: list[str] = []

    first = newslake.run()
    fetches = newslake.sql(SQL["fetches"].format(run=first["run_id"]))
    print(f"run 1: {first['state']}, {first['seconds']:.1f} s, {first['new_articles']} articles; {_totals(first)}")
    misses = missed(site.truth, fetches)
    selected = wanted(site.truth)
    print(f"{len(selected)} pages are selected by their truth, {len(misses)} of them not as they should be")
    for miss in misses:
        _show(miss)
    if misses:
        failures.append(f"{len(misses)} selected pages are missing")
    _show_extra(site, fetches, selected)
    failures += [f"{name} failed: {why}" for name, why in first["failed_sources"].items()]
    failures += [f"{row['why']}, {row['times']} times: {row['what']}" for row in newslake.sql(SQL["duplicates"])]
    failures += _sums(newslake, first, "run 1")

    asked = Counter(site.requests)
    second = newslake.run()
    print(f"run 2: {second['state']}, {second['seconds']:.1f} s, {second['new_articles']} articles; {_totals(second)}")
    again = {url: times for url, times in (site.requests - asked).items() if url in site.truth}
    if second["new_articles"] or second["new_revisions"]:
        failures.append(f"run 2 loaded {second['new_articles']} articles and {second['new_revisions']} revisions")
    if again:
        failures.append(f"run 2 asked for {len(again)} articles again, such as {next(iter(again))}")
    if first["articles"] != second["articles"]:
        failures.append(f"articles went from {first['articles']} to {second['articles']}")
    failures += _sums(newslake, second, "run 2")

    for failure in failures:
        print(f"FAILED: {failure}")
    print("all holds" if not failures else f"{len(failures)} failures")
    return 1 if failures else 0


def _totals(run: dict[str, Any]) -> str:
    total: Counter[str] = Counter()
    for counts in run["outcomes"].values():
        total.update(counts)
    return ", ".join(f"{count} {outcome}" for outcome, count in total.most_common())


def _sums(newslake: Newslake, run: dict[str, Any], name: str) -> list[str]:
    row = newslake.sql(SQL["sums"].format(run=run["run_id"]))[0]
    summed = sum(sum(counts.values()) for counts in run["outcomes"].values())
    print(f"{name}: {row['discovered']} discovered, {row['outcomes']} outcomes in SQL, {summed} in the summary")
    good = row["discovered"] == row["outcomes"] == row["urls"] == summed and not row["open"]
    return [] if good else [f"{name}: outcomes do not add up: {row}, summary {summed}"]


def _show(miss: Miss) -> None:
    print(f"- {miss.url}\n    {miss.page.original_url} ({miss.page.id}, {miss.page.language or 'language unknown'})")
    print(f"    {miss.outcome}{f': {miss.detail}' if miss.detail else ''}; true body has {len(miss.page.body)} characters")
    for name, match in miss.topics.items():
        print(f"    {name}: {', '.join(match.terms[:6])}{' (in the title)' if match.in_title else ''}")


def _show_extra(site: RealSite, fetches: list[dict[str, Any]], selected: dict[str, dict[str, TopicMatch]]) -> None:
    """Print articles that only our text selects: boilerplate taken for text, or a truth that is a teaser. Not a failure."""
    extra = [row for row in fetches if row["article_id"] and row["url"] in site.truth and row["url"] not in selected]
    print(f"{len(extra)} articles are selected by what was cleaned and not by their truth")
    for row in extra:
        print(f"  {row['url']} {row['topics']}: {row['length']} characters, truth {len(site.truth[row['url']].body)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="folder that holds articles/ (default: %(default)s)")
    parser.add_argument("--sets", nargs="+", default=SETS, help="sets of pages (default: %(default)s)")
    parser.add_argument("--pages", type=int, help="at most so many pages (default: all)")
    parser.add_argument("--keep", type=Path, help="leave watchlist, captures and warehouse in this folder")
    arguments = parser.parse_args()
    with RealSite(arguments.corpus, arguments.sets, arguments.pages) as site:
        return check(site, arguments.keep)


if __name__ == "__main__":
    sys.exit(main())
