"""The peers of `dedup.py`, each in a fresh process: documents on standard input, pairs and figures on standard output.

    python benchmarks/peers/copies.py NAME < documents.json

Input: a list of texts. Output: {"pairs": [[i, j], …], "seconds": …, "peak_mb": …}. Runs in an interpreter that has none of
newslake's dependencies, so imports stand where they are used.
"""

from __future__ import annotations

import json
import re
import resource
import sys
import time
from collections.abc import Callable

Pairs = list[tuple[int, int]]
# text-dedup's defaults: word 5-grams, 250 permutations, Jaccard 0.7.
NGRAM, PERMUTATIONS, THRESHOLD = 5, 250, 0.7
_WORDS = re.compile(r"\w+")


def shingles(text: str, length: int = NGRAM) -> list[str]:
    words = _WORDS.findall(text.lower())
    return [" ".join(words[place : place + length]) for place in range(max(1, len(words) - length + 1))]


def datasketch(texts: list[str]) -> Pairs:
    """Use MinHashLSH with the default settings of text-dedup, where texts that share a band are duplicates."""
    from datasketch import MinHash, MinHashLSH

    lsh = MinHashLSH(threshold=THRESHOLD, num_perm=PERMUTATIONS)
    pairs = []
    for number, text in enumerate(texts):
        signature = MinHash(num_perm=PERMUTATIONS)
        signature.update_batch([shingle.encode() for shingle in set(shingles(text))])
        pairs += [(other, number) for other in lsh.query(signature)]
        lsh.insert(number, signature)
    return pairs


def rensa(texts: list[str]) -> Pairs:
    """Use rensa's own deduplicator, at the same threshold."""
    from rensa import RMinHash, RMinHashDeduplicator

    found = RMinHashDeduplicator(threshold=THRESHOLD, num_perm=128, use_lsh=True, num_bands=16)
    pairs = []
    for number, text in enumerate(texts):
        signature = RMinHash(num_perm=128, seed=42)
        signature.update(shingles(text))
        pairs += [(int(other), number) for other in found.get_duplicates(signature)]
        found.add(str(number), signature)
    # a duplicate of a duplicate is not kept by `add`, so each finds the first one of its kind
    return pairs


def simhash(texts: list[str]) -> Pairs:
    """Use 64 bits over word 5-grams; copies differ in at most three bits."""
    from simhash import Simhash, SimhashIndex

    index = SimhashIndex([], k=3)
    pairs = []
    for number, text in enumerate(texts):
        value = Simhash(shingles(text))
        pairs += [(int(other), number) for other in index.get_near_dups(value)]
        index.add(str(number), value)
    return pairs


PEERS: dict[str, Callable[[list[str]], Pairs]] = {"datasketch": datasketch, "rensa": rensa, "simhash": simhash}


def main() -> None:
    texts = json.load(sys.stdin)
    started = time.perf_counter()
    pairs = PEERS[sys.argv[1]](texts)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"pairs": pairs, "seconds": seconds, "peak_mb": peak}, sys.stdout)


if __name__ == "__main__":
    main()
