"""Publication at the size of a platform: parquet, history and served features.

usage: python -m benchmarks.publish [--items 100000] [--growth]
           [--warehouse data/warehouse.duckdb] [--ledger data/ledger.duckdb]

Copies a built warehouse and its ledger, multiplies the published tables to this many items, and
measures `dbt build` of publication, snapshot and history as a child process, including its start:
first publication, no changes, and 1 % of the items changed. `--growth` repeats this at twice the
size and prints the ratios. DuckDB obeys TAGSMITH_MEMORY_LIMIT.

Synthetic: every item is a copy of a built one. Titles, names of people and reasons contain its
number; scores are lowered by up to 10 %, each value of its vector moves by up to 0.01, keys and
hashes are new, and its id begins with a hash, so that copies neither repeat nor are adjacent.
Schemas, tags and rows per item are unchanged. There is one removed item per 100 items. A changed
item has another title. All other tables keep their size; since tests would compare them with the
multiplied ones, no test runs.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.measured import PROJECT, Results, Run
from benchmarks.whole_build import MODELS_ONLY, WholeBench

PUBLISH = (*MODELS_ONLY, "--selector", "served")

# Tables of a version; item_tags comes before the features that list its tags.
TABLES = ("item_tags", "tag_decisions", "item_features", "item_tombstones")

# One row per new item: its original, its number, its factor on scores.
_COPIES = """
    create or replace temp table copies as
    select
        item_id as copied_id,
        md5(item_id || '-' || number)[:8] || '-' || item_id || '-' || number as item_id,
        number,
        1 - (hash(item_id, number) % 100000)::double / 1000000 as factor
    from (
        select item_id, row_number() over (order by item_id) - 1 as place
        from item_features
    ) as items
    cross join range({n_items} // {n_built} + 1) as numbers (number)
    where number * {n_built} + place < {n_items}
"""
# The columns that differ between copies, by table.
_REPLACED = {
    "item_tags": """
        copies.item_id as item_id,
        round(score * factor, 9) as score,
        round(ensemble_score * factor, 4) as ensemble_score,
        round(evaluation_score * factor, 8) as evaluation_score,
        reason || ' ' || number as reason,
        struct_update(
            provenance,
            paths := list_transform(provenance.paths, lambda path: struct_update(
                path, question_key := sha256(path.question_key || number))),
            verdicts := list_transform(provenance.verdicts, lambda verdict: struct_update(
                verdict,
                score := round(verdict.score * factor, 9),
                question_key := sha256(verdict.question_key || number))),
            search_key := sha256(provenance.search_key || number)
        ) as provenance
    """,
    "tag_decisions": """
        copies.item_id as item_id,
        round(score * factor, 9) as score,
        round(ensemble_score * factor, 4) as ensemble_score,
        round(lenient_score * factor, 9) as lenient_score,
        round(strict_score * factor, 9) as strict_score
    """,
    "item_features": """
        copies.item_id as item_id,
        title || ' ' || number as title,
        original_title || ' ' || number as original_title,
        list_transform(people, lambda name: name || ' ' || number) as people,
        coalesce(lists.tags_json, original.tags_json) as tags_json,
        list_transform(tag_vector, lambda part, place: round(
            part + ((hash(copies.item_id, place) % 2001)::bigint - 1000) / 100000, 6
        )::float) as tag_vector,
        sha256(content_hash || number) as content_hash,
        generated_at + to_seconds(number) as generated_at
    """,
}
# As in int_item_tag_lists.
_TAG_LISTS = """
    create or replace temp table lists as
    select
        item_id,
        to_json(list(
            {'tag': tag, 'category': category, 'score': round(score, 3), 'status': status}
            order by rank
        )) as tags_json
    from item_tags
    group by item_id
"""
_TOMBSTONES = """
    create or replace table item_tombstones as
    select 'gone-' || number as item_id, timestamp '2026-01-01' as first_seen_at
    from range({n_items} // 100) as numbers (number)
"""
# So that the first run publishes.
_FORGOTTEN = (
    "delete from ledger.main.publications",
    "delete from ledger.main.publication_events",
    "drop table if exists ledger.main.item_features_history",
)
_CHANGED = """
    update item_features
    set title = title || ' again', content_hash = sha256(content_hash || 'again')
    where item_id in (select item_id from item_features order by item_id limit {n_changed})
"""


@dataclass(frozen=True)
class Published:
    """Cost of one run, and the version that `current` names after it."""

    run: Run
    version: str
    n_bytes: int


def copy_built(warehouse: Path, ledger: Path, bench: WholeBench) -> None:
    """Copy both files; raises SystemExit if one is missing or being written."""
    for source, target in ((warehouse, bench.warehouse), (ledger, bench.ledger)):
        if not source.is_file():
            raise SystemExit(f"{source} is missing: run make build, or name another")
        try:
            # No writer can open it meanwhile.
            with duckdb.connect(source, read_only=True):
                shutil.copy(source, target)
                wal = Path(f"{source}.wal")
                if wal.exists():
                    shutil.copy(wal, f"{target}.wal")
        except duckdb.IOException as error:
            raise SystemExit(f"{source} is in use, try again later: {error}") from error


def multiply(bench: WholeBench, n_items: int) -> None:
    """Give the published tables `n_items` items, and delete publications from the ledger."""
    with bench.connect() as connection:
        built = _schemas(connection)
        n_built = len(connection.table("item_features"))
        if not n_built:
            raise SystemExit("the warehouse has no items")
        connection.execute(_COPIES.format(n_items=n_items, n_built=n_built))
        for table, replaced in _REPLACED.items():
            joined = ""
            if table == "item_features":
                connection.execute(_TAG_LISTS)
                joined = "left join lists on copies.item_id = lists.item_id"
            connection.execute(
                f"""
                create or replace table {table} as
                select original.* replace ({replaced})
                from {table} as original
                inner join copies on original.item_id = copies.copied_id
                {joined}
                """
            )
        connection.execute(_TOMBSTONES.format(n_items=n_items))
        if _schemas(connection) != built:
            raise SystemExit(f"schemas changed: {built}, {_schemas(connection)}")
        ((n_made, n_unique),) = connection.execute(
            "select count(*), count(distinct item_id) from item_features"
        ).fetchall()
        if not n_made == n_unique == n_items:
            raise SystemExit(f"{n_made} items were made, {n_unique} of them distinct")
        for statement in _FORGOTTEN:
            connection.execute(statement)
        connection.execute("checkpoint")
        connection.execute("checkpoint ledger")


def _schemas(connection: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[str, ...]]]:
    return {table: connection.execute(f"describe {table}").fetchall() for table in TABLES}


def publish(bench: WholeBench) -> Published:
    """Build what publishes, check that `current` holds the tables."""
    run = bench.dbt(*PUBLISH)
    current = bench.folder / "published" / "current"
    if not current.exists():
        raise SystemExit(f"nothing was published: see PUBLISH in {__file__}")
    tables = json.loads((current / "manifest.json").read_text())["tables"]
    n_read = {
        name: len(duckdb.read_parquet(str(current / table["file"])))
        for name, table in tables.items()
    }
    if n_read != bench.counts(list(n_read)):
        raise SystemExit(f"the version has other rows than the warehouse: {n_read}")
    version = current.resolve()
    n_bytes = sum(file.stat().st_size for file in version.iterdir())
    return Published(run, version.name, n_bytes)


def report(results: Results, warehouse: Path, ledger: Path, n_items: int) -> dict[str, Published]:
    """Publish three times at one size."""
    with tempfile.TemporaryDirectory(prefix="tagsmith-bench-") as folder:
        bench = WholeBench(Path(folder))
        copy_built(warehouse, ledger, bench)
        multiply(bench, n_items)
        # Otherwise the first run would parse the whole project.
        bench.dbt("parse")
        results.add_counts(bench.counts(TABLES))
        first = publish(bench)
        results.add_slowest(f"Slowest models, first publication of {n_items:,} items", bench.folder)
        same = publish(bench)
        bench.execute(_CHANGED.format(n_changed=n_items // 100))
        changed = publish(bench)
        if not first.version == same.version < changed.version:
            raise SystemExit(f"wrong versions: {first.version, same.version, changed.version}")
    found = {"first publication": first, "nothing changed": same, "1 % changed": changed}
    results.add(
        f"Publication of {n_items:,} items", ("run", *Run.COLUMNS, "version"),
        [(label, *p.run.cells(), f"{p.n_bytes / 1e6:,.1f} MB") for label, p in found.items()],
    )  # fmt: skip
    return found


def main() -> None:
    """Measure at one size or two."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=100_000, help="100 or more")
    parser.add_argument("--growth", action="store_true", help="also at twice the size")
    parser.add_argument("--warehouse", type=Path, default=PROJECT / "data" / "warehouse.duckdb")
    parser.add_argument("--ledger", type=Path, default=PROJECT / "data" / "ledger.duckdb")
    options = parser.parse_args()
    if options.items < 100:
        parser.error("--items must be 100 or more, so that 1 % is an item")
    results = Results("publish", "Publication: parquet, history and what readers are served")
    once = report(results, options.warehouse, options.ledger, options.items)
    if options.growth:
        twice = report(results, options.warehouse, options.ledger, 2 * options.items)
        rows = [
            (label, f"{large.run.wall_s / once[label].run.wall_s:.2f}",
             f"{large.run.cpu_s / once[label].run.cpu_s:.2f}",
             f"{large.run.peak_mb / once[label].run.peak_mb:.2f}",
             f"{large.n_bytes / once[label].n_bytes:.2f}")
            for label, large in twice.items()
        ]  # fmt: skip
        results.add("Twice the size", ("run", "wall", "CPU", "peak memory", "version"), rows)
    results.write()


if __name__ == "__main__":
    main()
