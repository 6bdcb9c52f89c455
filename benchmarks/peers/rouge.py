"""Computes ROUGE-LSum with the rouge-score library: pairs of texts on standard input, F1 scores on standard output.

    python benchmarks/peers/rouge.py < pairs.jsonl

Reads `[read, true]` a line and prints a number a line. It runs in the peers' environment, which alone has the library. As in the
evaluation of Fundus, no word is stemmed and texts are compared sentence by sentence. Two things differ, because the sets are in
twenty languages: a word is `\\w+`, as in the corpus's measures (the library's own words are ASCII alone), and sentences are found
without a model trained on one language.
"""

from __future__ import annotations

import json
import re
import sys
from concurrent.futures import ProcessPoolExecutor

# A sentence ends at its mark and a space, in East Asian scripts at the mark alone.
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'”’»)]*\s+(?=[\W\d_]*[^\W\d_])|(?<=[。！？])")
PAIRS_AT_ONCE = 8


class Words:
    """Splits a text as the corpus's measures do."""

    def tokenize(self, text: str) -> list[str]:
        return re.findall(r"\w+", text.lower())


def sentences(text: str) -> str:
    """Return a text with a sentence a line, which is what the library compares."""
    return "\n".join(part.strip() for line in text.splitlines() for part in SENTENCE_END.split(line) if part.strip())


def score(line: str) -> float:
    """Return the F1 of a pair of texts: the share of words in the longest common subsequences of their sentences."""
    from rouge_score.rouge_scorer import RougeScorer

    read, true = json.loads(line)
    scorer = RougeScorer(["rougeLsum"], use_stemmer=False, split_summaries=False, tokenizer=Words())
    return float(scorer.score(sentences(true), sentences(read or ""))["rougeLsum"].fmeasure)


def main() -> None:
    with ProcessPoolExecutor() as pool:
        for value in pool.map(score, sys.stdin.read().splitlines(), chunksize=PAIRS_AT_ONCE):
            print(round(value, 6))


if __name__ == "__main__":
    main()
