"""All models of the evaluation at the paper's size, in one run of dbt.

usage: python -m benchmarks.evaluation [--items 21067] [--memory 2GB] [--keep FOLDER]

Builds the synthetic catalogue of benchmarks/whole_build.py up to its features (lists of 25 tags),
with 24 manual tags of two people per item and a million interactions. Then measures
`dbt run --select tagsmith.evaluation` as a child process, including its start: tagsmith, baselines
and people, their metrics with intervals and slices, calibration, efficiency. Each further system
costs a run of the verification stage (benchmarks/verification.py) and its share of these. No model
is called, and vectors of items and tags are in the ledger. Takes about five minutes.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from benchmarks.measured import Results
from benchmarks.synthetic import write_vectors_of
from benchmarks.whole_build import MODELS_ONLY, WholeBench, prepare
from python_udfs.embedding.encoder import SentenceBert

_TRUE_TAGS = 24
_USERS = 50_000
_INTERACTIONS = 1_000_000
_TABLES = (
    "evaluation_systems", "int_system_tags", "int_measured_lists", "int_tag_matches",
    "item_metrics", "offline_metrics", "system_differences", "judged_relevance",
)  # fmt: skip


class EvaluationBench(WholeBench):
    """The files of a whole build, with manual tags and interactions."""

    inputs = (*WholeBench.inputs, "manual_tags.parquet", "interactions.parquet")


def write_people(bench: EvaluationBench, n_items: int) -> None:
    """Write manual tags and interactions.

    Half of an item's manual tags are its own candidates, the others come from the schema, the first
    ones most often.
    """
    with bench.connect() as connection:
        connection.execute(
            f"""
            copy (
                with

                own as (
                    select item_id, tag
                    from int_candidates_by_path
                    group by item_id, tag
                    qualify row_number() over (
                        partition by item_id order by hash(item_id, tag)
                    ) <= {_TRUE_TAGS // 2}
                ),

                places as (
                    select tag, row_number() over (order by hash(tag)) - 1 as place,
                        count(*) over () as n
                    from stg_base_tags
                ),

                popular as (
                    select items.item_id, places.tag
                    from stg_items as items
                    cross join range({_TRUE_TAGS // 2}) as draws (draw)
                    inner join places
                        on places.place = floor(
                            places.n
                            * pow(hash(items.item_id, draw) / 18446744073709551616.0, 3)
                        )
                )

                select item_id, tag, ['ada', 'zoe'][1 + (hash(tag) % 2)::integer] as tagger
                from (from own union from popular) as given
                order by item_id, tag
            ) to '{bench.folder}/manual_tags.parquet'
            """
        )
        connection.execute(
            f"""
            copy (
                select
                    'item' || lpad(floor(
                        {n_items} * pow(hash(n) / 18446744073709551616.0, 3)
                    )::bigint::varchar, 8, '0') as item_id,
                    'user' || hash(n, 1) % {_USERS} as user_id,
                    'view' as event_type,
                    timestamp '2026-01-01' + to_minutes(n) as occurred_at
                from range({_INTERACTIONS}) as numbers (n)
            ) to '{bench.folder}/interactions.parquet'
            """
        )


def measure(bench: EvaluationBench, n_items: int, memory: str) -> None:
    """Prepare, measure two runs, print."""
    results = Results("evaluation", "Evaluation: all its models in one run of dbt")
    prepare(bench, n_items)
    bench.dbt(*MODELS_ONLY)
    write_people(bench, n_items)
    bench.dbt(*MODELS_ONLY)
    bench.dbt("run", "--select", "int_evaluation_items")
    with bench.connect() as connection:
        texts = "select item_text from int_evaluation_items"
        write_vectors_of(connection, SentenceBert().model_id, texts)
    os.environ["TAGSMITH_MEMORY_LIMIT"] = memory
    runs = {}
    for name in ("from nothing", "built again"):
        runs[name] = bench.dbt("run", "--select", "tagsmith.evaluation")
    results.add_runs(f"{n_items:,} items, DuckDB under {memory}", runs)
    results.add_slowest("Slowest models, built again", bench.folder, 12)
    results.add_counts(bench.counts(_TABLES))
    results.write()


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=21_067)
    parser.add_argument("--memory", default="2GB", help="memory limit of the database")
    parser.add_argument("--keep", type=Path, help="keep the databases in this folder")
    arguments = parser.parse_args()
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=False)
        measure(EvaluationBench(arguments.keep), arguments.items, arguments.memory)
        return
    with tempfile.TemporaryDirectory(prefix="tagsmith-bench-") as folder:
        measure(EvaluationBench(Path(folder)), arguments.items, arguments.memory)


if __name__ == "__main__":
    main()
