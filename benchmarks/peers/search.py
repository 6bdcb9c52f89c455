"""The peers of `query.py` in full-text search, each in a fresh process.

    python benchmarks/peers/search.py NAME FOLDER ROUNDS FILE... < questions.json

FILE...: Parquet files with the columns title and text; FOLDER, empty, is for the index. Input: {"1": [["word"], …], …} by kind
of question, each a list of words that an article must have, or a phrase. Output: {"p50_ms": median of all but phrases,
"ms": {kind: median}, "cpu_ms": {kind: median}, "index_s": …, "index_bytes": …, "peak_mb": …}. Runs in an interpreter that has
none of newslake's dependencies, so imports stand where they are used.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.corpora.used import cpu, peak_mb

HITS = 20
HEAP = 1 << 29  # bytes that tantivy may use before it writes a segment
THREADS = 2
MEMORY = "12GB"  # for duckdb; the rest goes to the disk
Ask = Callable[[str, Sequence[str]], int]
Indexed = tuple[Ask, float]  # and the seconds that indexing took


def tantivy(folder: Path, given: list[str]) -> Indexed:
    """Index title and text with the default tokenizer; a search returns the numbers and scores of its best articles."""
    import pyarrow.parquet as pq
    import tantivy as library

    schema = library.SchemaBuilder().add_text_field("title").add_text_field("text").add_integer_field("number", stored=True)
    index = library.Index(schema.build(), path=str(folder))
    began = time.perf_counter()
    writer = index.writer(heap_size=HEAP, num_threads=THREADS)
    number = 0
    for file in given:
        for batch in pq.ParquetFile(file).iter_batches(2_000, columns=["title", "text"]):
            for row in batch.to_pylist():
                writer.add_document(library.Document(title=row["title"], text=row["text"], number=number))
                number += 1
    writer.commit()
    writer.wait_merging_threads()
    seconds = time.perf_counter() - began
    index.reload()
    searcher = index.searcher()

    def ask(kind: str, words: Sequence[str]) -> int:
        query = f'"{words[0]}"' if kind == "phrase" else " ".join(f"+{word}" for word in words)
        hits = searcher.search(index.parse_query(query, ["title", "text"]), HITS).hits
        return len([searcher.doc(address)["number"] for _, address in hits])

    return ask, seconds


def fts(folder: Path, given: list[str]) -> Indexed:
    """Index a plain table with DuckDB's extension, for all scripts and without stemming; it knows no phrases."""
    import duckdb

    con = duckdb.connect(str(folder / "plain.duckdb"), config={"allow_unsigned_extensions": "true", "memory_limit": MEMORY})
    con.execute(f"SET threads = {THREADS}")
    con.execute(f"LOAD '{files('duckdb_extension_fts') / 'extensions' / f'v{duckdb.__version__}' / 'fts.duckdb_extension'}'")
    con.execute("CREATE TABLE docs AS SELECT row_number() OVER () AS id, title, text FROM read_parquet(?)", [given])
    options = r"stemmer = 'none', stopwords = 'none', ignore = '[^\p{L}\p{N}]+', strip_accents = 1, lower = 1, overwrite = 1"

    began = time.perf_counter()
    con.execute(f"PRAGMA create_fts_index('docs', 'id', 'title', 'text', {options})")
    seconds = time.perf_counter() - began

    def ask(kind: str, words: Sequence[str]) -> int:
        score = "fts_main_docs.match_bm25(id, ?, conjunctive := 1)"
        query = f"SELECT id, {score} AS score FROM docs WHERE score IS NOT NULL ORDER BY score DESC LIMIT {HITS}"
        return len(con.execute(query, [" ".join(words)]).fetchall())

    return ask, seconds


SYSTEMS: dict[str, Callable[[Path, list[str]], Indexed]] = {"tantivy": tantivy, "fts": fts}


def timed(ask: Ask, asked: dict[str, list[list[str]]], rounds: int) -> dict[str, Any]:
    """Ask each question `rounds` times; return the medians over questions of their medians, in ms."""
    wall: dict[str, list[float]] = {}
    used: dict[str, list[float]] = {}
    found: dict[str, int] = {}
    for kind, questions in asked.items():
        wall[kind], used[kind] = [], []
        for words in questions:
            times = []
            for _ in range(rounds):
                began, before = time.perf_counter(), cpu()
                found[kind] = found.get(kind, 0) + (ask(kind, words) > 0)
                times.append((time.perf_counter() - began, cpu() - before))
            wall[kind].append(statistics.median(each for each, _ in times))
            used[kind].append(statistics.median(each for _, each in times))
    of_words = [each for kind in "123" for each in wall.get(kind, [])]
    return {
        "p50_ms": round(1000 * statistics.median(of_words), 2),
        "ms": {kind: round(1000 * statistics.median(times), 2) for kind, times in wall.items() if times},
        "cpu_ms": {kind: round(1000 * statistics.median(times), 2) for kind, times in used.items() if times},
        "answered": {kind: round(count / rounds / len(asked[kind]), 3) for kind, count in found.items()},
    }


def main() -> None:
    name, folder, rounds, given = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4:]
    asked: dict[str, list[list[str]]] = json.load(sys.stdin)
    ask, seconds = SYSTEMS[name](folder, given)
    figures: dict[str, Any] = {"index_s": round(seconds, 1)}
    figures["index_bytes"] = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    figures |= timed(ask, asked, rounds)
    figures["peak_mb"] = peak_mb()
    json.dump(figures, sys.stdout)


if __name__ == "__main__":
    main()
