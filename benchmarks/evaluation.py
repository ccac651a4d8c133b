"""The offline evaluation at the paper's size, as `dbt run` sees it.

usage: python -m benchmarks.evaluation [--items 21067] [--systems 10] [--tags 25] [--keep FOLDER]

Writes synthetic lists of ten systems and two people, with four truths (all manual tags, those of
the schema, each person's), and a vector of every string in the ledger; then measures `dbt run` of
the metrics, intervals, slices and judged labels as a child process, start included. No model is
called. An item's lists and true tags are drawn from one pool of its own, so that about a fifth of
them meet, and strings lie at cosines of 0.2 to 0.9 (benchmarks/synthetic.py).
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.measured import machine, slowest_models
from benchmarks.synthetic import tag_names, write_vectors
from benchmarks.verification import Bench
from python_udfs.embedding.encoder import SentenceBert

_OFFLINE = "path:models/evaluation/offline"
MODELS = [
    f"{name},{_OFFLINE}"
    for name in (
        "int_schema_names", "int_true_tags+", "int_item_groups+", "int_relevance_labels+",
        "label_agreement",
    )
]  # fmt: skip
TABLES = (
    "int_system_tags", "stg_manual_tags", "int_measured_lists", "int_compared_tags",
    "int_similar_tags", "int_tag_matches", "int_list_matches", "item_metrics", "offline_metrics",
    "system_differences", "judged_relevance",
)  # fmt: skip
_N_STRINGS = 60_000
_N_BASE_TAGS = 2_000
_TRUE_TAGS = 24
_POOL = 100


@dataclass(frozen=True)
class Size:
    """How much is evaluated."""

    items: int = 21_067
    systems: int = 10
    tags: int = 25


def write_inputs(connection: duckdb.DuckDBPyConnection, size: Size) -> None:
    """Write the tables that the measured models read."""
    names, _ = tag_names(_N_STRINGS)
    connection.register(
        "named", pa.table({"place": range(len(names)), "tag": pa.array(names, pa.string())})
    )
    connection.execute("create temp table names as from named")
    connection.execute(
        f"""
        create table stg_base_tags as
        select tag, []::varchar[] as aliases from names where place < {_N_BASE_TAGS};
        create table int_base_tag_names as
        select tag as name, tag as base_tag, true as is_base_tag from stg_base_tags;
        create table stg_items as
        select
            'item' || i as item_id, 'A story.' as summary,
            case when i % 2 = 0 then repeat('a story. ', 200) end as synopsis,
            date '1950-01-01' + (i % 27000)::integer as release_date,
            '{{"language": "en"}}'::json as extra
        from range({size.items}) as numbers (i);
        create table stg_posters as select item_id from stg_items where hash(item_id) % 2 = 0;
        create table stg_interactions as
        select
            'item' || floor({size.items} * pow(hash(n) / 18446744073709551616.0, 3))::bigint
                as item_id,
            'user' || hash(n, 1) % 50000 as user_id
        from range(1000000) as numbers (n);
        create temp table pools as
        select item_id, n, tag
        from (
            select item_id, n,
                floor({_N_STRINGS} * pow(hash(item_id, n) / 18446744073709551616.0, 2.5))::bigint
                    as place
            from stg_items cross join range({_POOL}) as numbers (n)
        ) as drawn
        inner join names using (place)
        qualify row_number() over (partition by item_id, tag order by n) = 1;
        create table stg_manual_tags as
        select item_id, tag, [['ada'], ['zoe']][1 + (row_number() over item_order) % 2] as taggers
        from pools
        window item_order as (partition by item_id order by hash(tag, 'true', item_id))
        qualify row_number() over item_order <= {_TRUE_TAGS};
        create table evaluation_systems as
        select
            case when s = 0 then 'tagsmith' when s = 1 then 'text_only' else 'system' || s end
                as system,
            case when s = 0 then 'tagsmith' when s < 6 then 'ablation' else 'floor' end as family
        from range({size.systems}) as numbers (s)
        union all select 'human:ada', 'human'
        union all select 'human:zoe', 'human';
        create table int_system_tags as
        select
            system, item_id,
            (row_number() over list_order)::integer as rank, tag,
            tag in (select tag from stg_base_tags) as in_schema
        from pools cross join evaluation_systems
        where family <> 'human'
        window list_order as (
            partition by system, item_id order by hash(tag, system, item_id)
        )
        qualify row_number() over list_order <= {size.tags}
        union all
        select
            'human:' || taggers[1], item_id,
            (row_number() over (partition by taggers, item_id order by tag))::integer, tag,
            tag in (select tag from stg_base_tags)
        from stg_manual_tags;
        create table item_tags as
        select item_id, tag, rank,
            ['mood', 'setting', 'subject'][1 + (hash(tag) % 3)::integer] as category,
            {{'paths': [
                {{'path': ['text:mood', 'image:mood'][1 + (hash(tag, 1) % 2)::integer]}},
                {{'path': ['text:all', 'image:mood'][1 + (hash(tag, 2) % 2)::integer]}}
            ]}} as provenance
        from int_system_tags where system = 'tagsmith';
        create table relevance_labels as
        select 'real' as catalogue, item_id, tag, annotator,
            (hash(tag, item_id, annotator) % 2)::integer as is_relevant
        from item_tags cross join (values ('one'), ('other')) as annotators (annotator)
        where hash(item_id) % 100 = 0;
        -- What write_vectors reads.
        create table int_candidates_by_path as select distinct tag from pools;
        """
    )


def measure(bench: Bench, size: Size) -> None:
    """Prepare, measure two runs, print."""
    print(machine())
    print(size, flush=True)
    bench.dbt("run", "--select", "run_settings")
    with bench.connect() as connection:
        write_inputs(connection, size)
        write_vectors(connection, SentenceBert().model_id)
    print("from nothing  ", bench.dbt("run", "--select", *MODELS), flush=True)
    for name, seconds in slowest_models(bench.folder, 10):
        print(f"    {seconds:6.1f} s {name}")
    print("built again   ", bench.dbt("run", "--select", *MODELS), flush=True)
    for table, n_rows in bench.counts(TABLES).items():
        print(f"    {n_rows:12,} {table}")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=Size.items)
    parser.add_argument("--systems", type=int, default=Size.systems)
    parser.add_argument("--tags", type=int, default=Size.tags, help="of a list")
    parser.add_argument("--keep", type=Path, help="leave the databases in this folder")
    arguments = parser.parse_args()
    size = Size(arguments.items, arguments.systems, arguments.tags)
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=False)
        measure(Bench(arguments.keep), size)
        return
    with tempfile.TemporaryDirectory(prefix="tagsmith-bench-") as folder:
        measure(Bench(Path(folder)), size)


if __name__ == "__main__":
    main()
