"""The student on the published split of MPST: 71 tags of plots (Kar et al., 2018).

usage: python -m benchmarks.mpst --data FOLDER

Reads `items.parquet`, `plots.parquet` (column mpst_split) and `human_tags.parquet` of FOLDER in
place. A system names the first 3 and the first 5 tags of every test film that has tags; micro-F1
counts hits over all films, "tags learnt" the different tags that a system names at all, as in the
publication. How far rare tags are lifted was chosen on 800 films of train; test was read once.
Vectors of Sentence-BERT are of the text's first 256 tokens.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array

from benchmarks.measured import Results
from python_udfs.embedding.encoder import SentenceBert
from python_udfs.evaluation.items import labels_of
from python_udfs.student.features import Features
from python_udfs.student.linear import fit
from tagsmith.real_catalogue import data_folder

# Of the logarithm of a tag's share in train, taken off its log-odds.
_LIFT = 0.3
Scores = NDArray[np.floating]


@dataclass(frozen=True)
class Plots:
    """Films in the order of their ids, their labels (films, tags), and the rows of both parts."""

    table: pa.Table
    labels: csr_array
    train: NDArray[np.int64]
    test: NDArray[np.int64]

    @classmethod
    def read(cls, data: Path) -> Plots:
        """Read the films of a folder that have a plot."""
        connection = data_folder(data, "items", "plots", "human_tags")
        table = connection.sql(
            """
            select
                items.item_id::varchar as item_id,
                mpst_split as part,
                concat_ws(' ', title, overview, plot) as text,
                list_concat(
                    genres, countries, string_split(director, ', '), top_cast,
                    [(year(release_date) // 10)::varchar]
                ) as facts
            from items inner join plots on items.item_id = plots.item_id
            order by items.item_id::varchar
            """
        ).to_arrow_table()
        given = connection.sql(
            """
            select distinct item_id::varchar as item_id, lower(keyword) as tag, 1.0 as weight
            from human_tags where source = 'mpst'
            order by all
            """
        ).to_arrow_table()
        tags = given["tag"].unique().sort()
        labels = labels_of(given, table["item_id"].combine_chunks(), tags)
        is_train = np.asarray(table["part"]) == "train"
        is_labelled = np.diff(labels.indptr) > 0
        return cls(
            table.drop_columns("part"),
            labels,
            np.flatnonzero(is_labelled & is_train),
            np.flatnonzero(is_labelled & ~is_train),
        )

    def scores(self, table: pa.Table) -> Scores:
        """Log-odds (test films, tags) of the student, learnt from the films of train."""
        vectors = Features.learn(table).vectors(table)
        model = fit(vectors[self.train], self.labels[self.train])
        scores = model.scores(vectors[self.test]).astype(np.float64)
        return np.log(scores / (1 - scores))


def cells(plots: Plots, scores: Scores) -> list[str]:
    """Micro-F1 in percent and tags learnt, of the first 3 and of the first 5."""
    truth = plots.labels[plots.test].toarray() > 0
    order = np.argsort(-scores, axis=1, kind="stable")
    found = []
    for k in (3, 5):
        listed = order[:, :k]
        n_hits = np.take_along_axis(truth, listed, axis=1).sum()
        f1 = 2 * n_hits / (listed.size + truth.sum())
        found += [f"{100 * f1:.1f}", str(len(np.unique(listed)))]
    return found


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with plots.parquet")
    arguments = parser.parse_args()
    if not (arguments.data / "plots.parquet").is_file():
        print(f"no plots.parquet in {arguments.data}: nothing to do (set DATA=folder)")
        return
    results = Results("mpst", "The student on the published split of MPST")
    plots = Plots.read(arguments.data)
    shares = np.asarray(plots.labels[plots.train].mean(axis=0)).ravel()
    rarity = -_LIFT * np.log(shares + 1e-4)
    no_facts = pa.array([[]] * len(plots.table), pa.list_(pa.string()))
    vectors = SentenceBert().encode(plots.table["text"].to_pylist())
    tables = {
        "student without facts": plots.table.set_column(2, "facts", no_facts),
        "student": plots.table,
        "student that reads meaning": plots.table.append_column(
            "embedding", pa.array(list(vectors), pa.list_(pa.float32()))
        ),
    }
    lines = [["most frequent tags", *cells(plots, np.tile(shares, (len(plots.test), 1)))]]
    for name, table in tables.items():
        scores = plots.scores(table)
        lines.append([name, *cells(plots, scores)])
        lines.append([f"{name}, rare tags lifted", *cells(plots, scores + rarity)])
    results.add(
        f"{len(plots.test):,} films of test, {plots.labels.shape[1]} tags, learnt from "
        f"{len(plots.train):,} films of train",
        ("system", "top 3: F1", "tags learnt", "top 5: F1", "tags learnt"),
        lines,
    )
    results.write()


if __name__ == "__main__":
    main()
