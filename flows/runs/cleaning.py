"""Clean and match the pages that a run captured. A run that captured none does not load what this takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flows.learn.memory import Learned
from flows.learn.source import Before, learn
from flows.refine.joined import first_ids, joined
from flows.refine.owned import at_own_address
from flows.refine.page import Refined
from flows.refine.pool import refine
from flows.refine.repeated_lines import without_repeated
from flows.refine.uniform import without_uniform
from flows.runs.account import Entry
from flows.runs.folder import RunFolder
from flows.runs.memory import Memory, read_pages
from flows.runs.pages import page_tasks
from flows.runs.progress import Watcher
from flows.topics import compile_topics
from flows.watchlist import Watchlist
from spiders.urls.owners import Owners
from warehouse.records import RepeatedLine


class CleanedPages(NamedTuple):
    """The pages of a run by their key, the lines that sources repeat, and what was learned of layouts."""

    refined: dict[str, Refined]
    repeated: list[RepeatedLine]
    learned: Learned


def clean_pages(watchlist: Watchlist, run: RunFolder, captured: Sequence[Entry], known: Memory, watch: Watcher) -> CleanedPages:
    """Clean and match the captured pages, and cut lines that a source repeats."""
    tasks = page_tasks(captured, {source.name: source for source in watchlist.sources}, run.crawl, known)
    watch.cleaning(len(tasks))
    seconds = watchlist.crawl.cleaning_seconds
    tags = watchlist.source_tags
    pages = without_uniform(refine(tasks, watchlist.topics, tags, seconds_per_source=seconds, by_turns=True, on_page=watch.page))
    learned = learn(pages, Before(known.places, known.evidence), run.run_id, run.started_at)
    pages = at_own_address(pages, Owners(source.site for source in watchlist.sources))
    matcher = compile_topics(watchlist.topics, tags)
    pages = joined(pages, read_pages(watchlist, *first_ids(pages)), matcher)
    pages, repeated = without_repeated(pages, known.texts, known.repeated, matcher)
    return CleanedPages({page.key: page for page in pages}, repeated, learned)
