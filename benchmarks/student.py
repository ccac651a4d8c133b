"""The student on real films: how good its tags are beside cheap methods, and what it costs.

usage: python -m benchmarks.student --data FOLDER [--part test] [--vectors FILE] [--copies 100000]

Reads `items.parquet`, `plots.parquet` and `human_tags.parquet` of FOLDER in place. Films with an
overview and a clean human tag (kinds content, genre, time); the schema is every such tag of 10 or
more films. Films with 20 or more clean tags are measured: bits 32 to 63 of the SHA-256 of the id,
modulo 10, make them test (0 to 2), tune (3 to 5) or, with all other films, training data. What a
system is made of was chosen on tune; test was read once. A hit is an exact match, recall counts all
clean tags of the film, intervals are 95 % by bootstrap over films.

Sentence-BERT vectors for the methods that need them take 20 minutes on one core; `--vectors` keeps
them in a file. The cost is that of child processes: features, ten models, curves and lists of 25
for all films of the catalogue, then the same for 100,000 items, of which all beyond the catalogue
are copies without labels.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_array

from benchmarks.measured import Results, Run
from python_udfs.embedding.encoder import SentenceBert
from python_udfs.evaluation.baselines import Baseline, knn_transfer, linear_classifier
from python_udfs.evaluation.bootstrap import Resamples
from python_udfs.evaluation.items import Items, TaggedItems, labels_of
from python_udfs.evaluation.top_places import top_places
from python_udfs.student.features import Features
from python_udfs.student.linear import fit
from python_udfs.student.tags import student_tags
from tagsmith.real_catalogue import data_folder

_MEASURED = ("P@5", "P@10", "P@25", "R@25", "MRR@25")
_SAMPLES = 1000
Vectors = NDArray[np.float32]
Scores = NDArray[np.floating]


@dataclass(frozen=True)
class Films:
    """Films in the order of their ids: `table` as `student_tags` takes it, `item_text`, `part`."""

    table: pa.Table
    labels: pa.Table
    tags: pa.Array
    n_clean: NDArray[np.int64]
    part: NDArray[np.int64]

    @classmethod
    def read(cls, data: Path) -> Films:
        """Read and split the films of a folder."""
        connection = data_folder(data, "items", "plots", "human_tags")
        connection.execute(
            """
            create table clean as
            select distinct human_tags.item_id::varchar as item_id, lower(keyword) as tag
            from human_tags
            inner join items on human_tags.item_id = items.item_id
            where kind in ('content', 'genre', 'time') and items.overview <> ''
            """
        )
        films = connection.sql(
            """
            select
                items.item_id::varchar as item_id,
                (('0x' || sha256(items.item_id::varchar)[:8])::ubigint % 5)::integer as fold,
                (('0x' || sha256(items.item_id::varchar)[9:16])::ubigint % 10)::bigint as part,
                concat_ws(' ', title, tagline, overview) as short_text,
                concat_ws(' ', title, tagline, overview, plot) as text,
                list_concat(
                    list_transform(genres, lambda x: 'genre:' || x),
                    list_transform(countries, lambda x: 'country:' || x),
                    list_transform(
                        list_concat(string_split(director, ', '), top_cast),
                        lambda x: 'person:' || x
                    ),
                    ['decade:' || (year(release_date) // 10), 'language:' || original_language]
                ) as facts,
                concat_ws(
                    chr(10),
                    'Title: ' || title || coalesce(' (' || year(release_date) || ')', ''),
                    'Countries: ' || array_to_string(countries, ', '),
                    'Genres: ' || array_to_string(genres, ', '),
                    'Summary: ' || overview,
                    'Synopsis: ' || left(plot, 1500)
                ) as item_text,
                (select count(*) from clean where clean.item_id = items.item_id::varchar) as n_clean
            from items
            left join plots on items.item_id = plots.item_id
            where items.item_id::varchar in (select item_id from clean)
            order by items.item_id::varchar
            """
        ).to_arrow_table()
        labels = connection.sql(
            """
            select item_id, tag, 1.0::double as weight
            from clean
            where tag in (select tag from clean group by tag having count(*) >= 10)
            order by all
            """
        ).to_arrow_table()
        return cls(
            films, labels, pc.unique(labels["tag"]).sort(),
            np.asarray(films["n_clean"]), np.asarray(films["part"]),
        )  # fmt: skip

    def rows(self, part: str) -> NDArray[np.int64]:
        """The films of `train`, `tune` or `test`."""
        parts = {"test": self.part < 3, "tune": (self.part >= 3) & (self.part < 6)}
        if part == "train":
            return np.flatnonzero((self.n_clean < 20) | (self.part >= 6))
        return np.flatnonzero((self.n_clean >= 20) & parts[part])


def vectors_of(films: Films, file: Path | None) -> Vectors:
    """Sentence-BERT vectors (films, d): read from the file, or computed and kept there."""
    item_ids = films.table["item_id"].to_pylist()
    if file and file.is_file():
        kept = np.load(file)
        place = {str(item_id): number for number, item_id in enumerate(kept["ids"])}
        return np.asarray(kept["v"][[place[item_id] for item_id in item_ids]])
    found = SentenceBert().encode(films.table["item_text"].to_pylist())
    if file:
        np.savez(file, ids=np.array(item_ids), v=found)
    return found


def systems(
    films: Films, vectors: Vectors, labels: csr_array
) -> dict[str, Callable[[str], Scores]]:
    """By name, what gives the scores (measured films, tags) of a part."""
    train = films.rows("train")

    def baseline(learner: Baseline, given: Vectors) -> Callable[[str], Scores]:
        genres = csr_array((len(given), 1), dtype=np.float32)
        predict = learner(TaggedItems(Items(given, genres)[train], labels[train]))
        return lambda part: predict(Items(given, genres)[films.rows(part)])

    def student(given: Vectors) -> Callable[[str], Scores]:
        model = fit(given[train], labels[train])
        return lambda part: model.scores(given[films.rows(part)])

    def changed(column: str, values: pa.Array) -> Vectors:
        place = films.table.schema.get_field_index(column)
        table = films.table.set_column(place, column, values)
        return Features.learn(table).vectors(table)

    own = Features.learn(films.table).vectors(films.table)
    no_facts = pa.array([[]] * len(films.table), pa.list_(pa.string()))
    beside = np.hstack([own, (vectors - vectors[train].mean(axis=0)) * np.float32(0.7)])
    return {
        "kNN on Sentence-BERT": baseline(knn_transfer, vectors),
        "ridge on Sentence-BERT": baseline(linear_classifier, vectors),
        "sigmoid on Sentence-BERT": student(vectors - vectors[train].mean(axis=0)),
        "kNN on the student's features": baseline(
            knn_transfer, own / np.linalg.norm(own, axis=1, keepdims=True)
        ),
        "ridge on the student's features": baseline(linear_classifier, own),
        "student without facts": student(changed("facts", no_facts)),
        "student without plots": student(changed("text", films.table["short_text"])),
        "student and Sentence-BERT": student(beside),
        "student": student(own),
    }


def measured(scores: Scores, labels: csr_array, n_clean: NDArray[np.int64]) -> NDArray[np.float64]:
    """The figures of _MEASURED for each film, (films, 5)."""
    places, _ = top_places(scores, 25)
    hits = np.take_along_axis(labels.toarray() > 0, places, axis=1)
    ranks = np.where(hits.any(axis=1), hits.argmax(axis=1) + 1, np.inf)
    return np.column_stack(
        [hits[:, :5].mean(axis=1), hits[:, :10].mean(axis=1), hits.mean(axis=1),
         hits.sum(axis=1) / n_clean, 1 / ranks]
    )  # fmt: skip


def add_quality(results: Results, films: Films, file: Path | None, part: str) -> None:
    """Measure every system on a part."""
    ids = films.table["item_id"].combine_chunks()
    labels = labels_of(films.labels, ids, films.tags)
    rows = films.rows(part)
    draws = Resamples.make(len(rows), _SAMPLES, seed=1)
    lines, figures = [], {}
    for name, scores_of in systems(films, vectors_of(films, file), labels).items():
        figures[name] = measured(scores_of(part), labels[rows], films.n_clean[rows])
        found = draws.means(figures[name])
        gain = draws.means(figures[name][:, :1] - figures["kNN on Sentence-BERT"][:, :1])
        lines.append(
            [name]
            + [f"{v:.3f} ({a:.3f} to {b:.3f})"
               for v, a, b in zip(found.value, found.low, found.high, strict=True)]
            + [f"{gain.value[0]:+.3f} ({gain.low[0]:+.3f} to {gain.high[0]:+.3f})"]
        )  # fmt: skip
    results.add(
        f"{len(rows)} films of {part}, {len(films.tags):,} base tags, learnt from "
        f"{len(films.rows('train')):,} films",
        ("system", *_MEASURED, "P@5 above kNN"),
        lines,
    )


def add_calibration(results: Results, films: Films) -> None:
    """Scores of cross-fitted tags beside the share of them that people gave."""
    found = student_tags(films.table, films.labels, tags_per_item=25, least_items=200)
    connection = duckdb.connect()
    connection.register("found", found)
    connection.register("labels", films.labels)
    lines = connection.execute(
        """
        select
            floor(found.score * 10) / 10 as bin, count(*), avg(found.score),
            avg((labels.tag is not null)::integer)
        from found
        left join labels on found.item_id = labels.item_id and found.tag = labels.tag
        group by bin order by bin
        """
    ).fetchall()
    error = sum(n * abs(score - share) for _, n, score, share in lines) / len(found)
    results.add(
        "Calibration of all films, cross-fitted, 25 tags each",
        ("score from", "tags", "mean score", "share that people gave"),
        [
            (f"{low:.1f}", f"{n:,}", f"{score:.3f}", f"{share:.3f}")
            for low, n, score, share in lines
        ],
        f"expected calibration error {error:.4f}",
    )


def cost(data: Path, n_items: int) -> tuple[Run, int]:
    """Run in a child process: tags of `n_items` items, copies without labels beyond the films."""
    films = Films.read(data)
    table = films.table.select(["item_id", "fold", "text", "facts"])
    n_copies = max(n_items - len(table), 0)
    rows = np.arange(len(table) + n_copies) % len(table)
    copies = table.take(pa.array(rows[len(table) :]))
    names = pa.array([f"copy{number}" for number in range(n_copies)], pa.string())
    table = pa.concat_tables([table, copies.set_column(0, "item_id", names)])[:n_items]
    load = os.getloadavg()[0]
    start, cpu = time.monotonic(), time.process_time()
    found = student_tags(table, films.labels, tags_per_item=25, least_items=200)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Run(time.monotonic() - start, time.process_time() - cpu, peak, load), len(found)


def add_cost(results: Results, data: Path, sizes: Mapping[str, int]) -> None:
    """Measure each size in a process of its own."""
    runs = {}
    for label, n_items in sizes.items():
        spawned = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(1, mp_context=spawned) as pool:
            runs[label], _ = pool.submit(cost, data, n_items).result()
    results.add_runs("Cost: trained five times and all items scored", runs)


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with items.parquet")
    parser.add_argument("--vectors", type=Path, help="file for the vectors of Sentence-BERT")
    parser.add_argument("--copies", type=int, default=100_000, help="items of the large run")
    parser.add_argument("--part", choices=("tune", "test"), default="tune")
    parser.add_argument("--only", choices=("quality", "cost"), help="measure one of the two")
    arguments = parser.parse_args()
    if not (arguments.data / "items.parquet").is_file():
        print(f"no items.parquet in {arguments.data}: nothing to do (set DATA=folder)")
        return
    results = Results("student", "The student: its tags and its cost")
    films = Films.read(arguments.data)
    if arguments.only != "cost":
        add_quality(results, films, arguments.vectors, arguments.part)
        add_calibration(results, films)
    if arguments.only != "quality":
        sizes = {"7,000 films": 7_000, f"{arguments.copies:,} items": arguments.copies}
        add_cost(results, arguments.data, sizes)
    results.write()


if __name__ == "__main__":
    main()
