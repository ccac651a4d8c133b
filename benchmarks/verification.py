"""The verification stage at the paper's size, run by `dbt run`.

usage: python -m benchmarks.verification [--items 21067] [--scale 1] [--keep FOLDER]

Writes a synthetic catalogue (benchmarks/synthetic.py) and a ledger with all answers, then measures
`dbt run` of models/search and models/verification as a child process, including its start: from
scratch, without changes, and with 100 changed items. No model is called: the configured endpoint
does not exist. Takes some minutes, and 3 GB of disk.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import duckdb

from benchmarks.measured import Results, Run, run_dbt
from benchmarks.synthetic import Size, change_items, write_catalogue, write_vectors
from python_udfs.embedding.encoder import SentenceBert

STAGE = ("path:models/search", "path:models/verification")
# Nothing listens there, so any call would fail the benchmark.
NO_ENDPOINT = {
    "OPENAI_API_KEY": "none",
    "OPENAI_BASE_URL": "http://127.0.0.1:9/v1",
    "TAGSMITH_MODEL": "none",
}


class Bench:
    """One warehouse and ledger under a folder."""

    def __init__(self, folder: Path) -> None:
        """Name the two files; they need not exist."""
        self.folder = folder
        self.warehouse = folder / "warehouse.duckdb"
        self.ledger = folder / "ledger.duckdb"

    def dbt(self, *arguments: str) -> Run:
        """Run dbt on this warehouse and ledger."""
        environment = {
            "TAGSMITH_WAREHOUSE": str(self.warehouse),
            "TAGSMITH_LEDGER": str(self.ledger),
            **NO_ENDPOINT,
        }
        return run_dbt(arguments, self.folder, environment)

    def connect(self) -> duckdb.DuckDBPyConnection:
        """Open both files."""
        connection = duckdb.connect(str(self.warehouse))
        connection.execute(f"attach '{self.ledger}' as ledger")
        return connection

    def execute(self, *statements: str) -> None:
        """Execute statements on both files."""
        with self.connect() as connection:
            for statement in statements:
                connection.execute(statement)

    def counts(self, tables: Sequence[str]) -> dict[str, int]:
        """Rows by table."""
        with self.connect() as connection:
            return {table: len(connection.table(table)) for table in tables}

    def copy(self, folder: Path) -> Bench:
        """A copy that may be changed."""
        folder.mkdir(parents=True)
        other = Bench(folder)
        shutil.copy(self.warehouse, other.warehouse)
        shutil.copy(self.ledger, other.ledger)
        return other


def prepare(bench: Bench, size: Size) -> None:
    """Write the catalogue, the vectors and an answer to every question."""
    bench.dbt("seed", "--select", "sample_evaluators")
    bench.dbt("run", "--select", "run_settings", "evaluators", "stg_model_endpoints", "stg_prompts")
    with bench.connect() as connection:
        write_catalogue(connection, size)
        write_vectors(connection, SentenceBert().model_id)
    answer(bench, ask_search=False)
    drop_stage(bench)


def answer(bench: Bench, ask_search: bool) -> None:
    """Answer all questions of the stage, step by step, without a model."""
    bench.dbt("run", "--select", *STAGE, "--exclude", "int_search_evidence+")
    if not ask_search:
        bench.execute(
            """
            insert into ledger.main.search_results
            select
                search_key, 'local', '1', item_id, tag, 'empty', '[]', timestamp '2026-01-01'
            from int_search_queries
            on conflict do nothing
            """
        )
    bench.dbt("run", "--select", "int_search_evidence", "int_evaluator_questions")
    bench.execute(
        """
        insert into ledger.main.llm_answers
        select
            question_key, 'benchmark', evaluator, item_id, null, tag, 'answered', null,
            '{"score": ' || round((hash(question_key) % 1000) / 1000, 3) || '}',
            timestamp '2026-01-01'
        from int_evaluator_questions
        on conflict do nothing
        """
    )
    bench.dbt(
        "run", "--select", "int_evaluator_answers", "int_evaluator_verdicts", "int_reason_questions"
    )
    bench.execute(
        """
        insert into ledger.main.llm_answers
        select
            question_key, 'benchmark', 'reason', item_id, null, tag, 'answered', null,
            '{"reason": "the story says so"}', timestamp '2026-01-01'
        from int_reason_questions
        on conflict do nothing
        """
    )


def drop_stage(bench: Bench) -> None:
    """Drop what the stage builds."""
    with bench.connect() as connection:
        names = [path.stem for path in Path("models/verification").glob("*.sql")]
        names += [path.stem for path in Path("models/verification").glob("*.py")]
        for name in names:
            kinds = connection.execute(
                "select table_type from information_schema.tables where table_name = ?", [name]
            ).fetchall()
            for (kind,) in kinds:
                connection.execute(f"drop {'view' if kind == 'VIEW' else 'table'} {name}")
        connection.execute("checkpoint")


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=Size.items)
    parser.add_argument("--candidates", type=int, default=Size.candidates, help="of an item")
    parser.add_argument("--tags", type=int, default=Size.tags, help="distinct tags")
    parser.add_argument("--base-tags", type=int, default=Size.base_tags)
    parser.add_argument("--scale", type=int, default=1, help="times the items")
    parser.add_argument("--changed", type=int, default=100, help="items changed in the last run")
    parser.add_argument("--keep", type=Path, help="keep the databases in this folder")
    arguments = parser.parse_args()
    size = Size(
        arguments.items * arguments.scale,
        arguments.candidates,
        arguments.tags,
        arguments.base_tags,
    )
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=False)
        measure(Bench(arguments.keep), size, arguments.changed)
        return
    with tempfile.TemporaryDirectory(prefix="tagsmith-bench-") as folder:
        measure(Bench(Path(folder)), size, arguments.changed)


def measure(bench: Bench, size: Size, n_changed: int) -> None:
    """Prepare, measure three runs, print and write."""
    results = Results("verification", "The verification stage, search included")
    print(size, flush=True)
    prepare(bench, size)
    before = bench.counts(["ledger.main.llm_calls", "ledger.main.embeddings"])
    runs = {"from nothing": bench.dbt("run", "--select", *STAGE)}
    results.add_slowest("Slowest models, from nothing", bench.folder)
    runs["nothing changed"] = bench.dbt("run", "--select", *STAGE)
    if bench.counts(list(before)) != before:
        raise SystemExit(f"calls or embeddings were made: {before}")
    results.add_counts(bench.counts(TABLES))
    if n_changed:
        runs[f"{n_changed} items changed"] = change(bench, n_changed)
        results.add_slowest(f"Slowest models, {n_changed} items changed", bench.folder, 3)
    results.add_runs(f"Runs of {size}", runs)
    results.write()


def take_answers(bench: Bench, rehearsal: Bench) -> None:
    """Put the answers of a copy into the ledger of `bench`, and remove the copy."""
    bench.execute(
        f"attach '{rehearsal.ledger}' as rehearsal (read_only)",
        "insert into ledger.main.llm_answers from rehearsal.main.llm_answers "
        "on conflict do nothing",
    )
    shutil.rmtree(rehearsal.folder)


def change(bench: Bench, n_items: int) -> Run:
    """Change items, answer the new questions beforehand, and measure.

    A copy yields the questions. Embedding and search are real.
    """
    rehearsal = bench.copy(bench.folder / "rehearsal")
    with rehearsal.connect() as connection:
        change_items(connection, n_items)
    answer(rehearsal, ask_search=True)
    take_answers(bench, rehearsal)
    with bench.connect() as connection:
        change_items(connection, n_items)
    return bench.dbt("run", "--select", *STAGE)


TABLES = (
    "int_candidates_by_path",
    "int_candidates_ensembled",
    "int_similar_candidates",
    "int_tag_texts",
    "int_base_tag_matches",
    "int_candidates_aligned",
    "int_mapped_tags",
    "int_evaluator_verdicts",
    "int_novel_reranked",
    "int_tags_concatenated",
    "int_tag_duplicates",
    "int_tags_selected",
)

if __name__ == "__main__":
    main()
