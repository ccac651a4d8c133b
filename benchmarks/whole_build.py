"""The main job at the paper's size, from catalogue to publication, run by `dbt build`.

usage: python -m benchmarks.whole_build [--items 21067] [--changed 100] [--keep FOLDER]

Writes a synthetic catalogue, schema and paths as a user's own files, and a ledger with all answers.
Then measures `dbt build` as a child process, including its start: from scratch, without changes,
with changed items, and without changes but with all tests. No model is called: the configured
endpoint does not exist. Takes about ten minutes, and 5 GB of disk.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

import duckdb

from benchmarks.measured import Results, Run, run_dbt
from benchmarks.synthetic import tag_names, write_vectors
from benchmarks.verification import NO_ENDPOINT, STAGE, Bench, answer, take_answers
from python_udfs.embedding.encoder import SentenceBert

_N_PATHS = 10
_TAGS_A_PATH = 10
_N_TAGS = 60_000
_N_BASE_TAGS = 2_000
# All inputs of verification.
_BEFORE_VERIFICATION = (
    "run", "--select", *(f"+{part}" for part in STAGE), "--exclude", *STAGE,
)  # fmt: skip
MODELS_ONLY = ("build", "--exclude-resource-type", "test", "unit_test")


class WholeBench(Bench):
    """A warehouse and ledger with a user's own files."""

    inputs: tuple[str, ...] = (
        "items.parquet",
        "base_tags.csv",
        "tag_categories.csv",
        "few_shot_examples.csv",
    )

    def dbt(self, *arguments: str) -> Run:
        """Run dbt on these files."""
        files = [self.folder / name for name in self.inputs]
        environment = {
            "TAGSMITH_WAREHOUSE": str(self.warehouse),
            "TAGSMITH_LEDGER": str(self.ledger),
            "TAGSMITH_PUBLISH_DIR": str(self.folder / "published"),
            # Models alone are measured (models/publication/audit.sql).
            "TAGSMITH_PUBLISH_WITHOUT_GATES": "true",
            **{f"TAGSMITH_{file.stem.upper()}": str(file) for file in files if file.exists()},
            **NO_ENDPOINT,
        }
        return run_dbt(arguments, self.folder, environment)

    def copy(self, folder: Path) -> WholeBench:
        """A copy that may be changed."""
        shutil.copytree(self.folder, folder, ignore=shutil.ignore_patterns("published", "logs"))
        return WholeBench(folder)


def write_inputs(folder: Path, n_items: int, n_changed: int = 0) -> None:
    """Write the input files; the first `n_changed` items (by hash) have another summary."""
    names, _ = tag_names(_N_TAGS)
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            copy (
                select
                    'item' || lpad(i::varchar, 8, '0') as item_id,
                    'Title ' || i as title,
                    'A story of number ' || i || ' and of ' || sha256(i::varchar)
                        || case when row_number() over (order by hash(i)) <= {n_changed}
                            then ' that changed.' else '.' end as summary,
                    ['drama'] as genres,
                    date '1950-01-01' + (i % 27000)::integer as release_date,
                    '{{"language": "' || ['en', 'ko'][1 + (hash(i) % 2)::integer] || '"}}' as extra
                from range({n_items}) as items (i)
                order by i
            ) to '{folder}/items.parquet'
            """
        )
        connection.execute("create table names (tag varchar)")
        step = _N_TAGS // _N_BASE_TAGS
        connection.executemany("insert into names values (?)", [[t] for t in names[::step]])
        connection.execute(
            f"copy (select tag, 'subject' as category from names) to '{folder}/base_tags.csv'"
        )
        connection.execute(
            f"""
            copy (
                select 'text' as modality, 'path' || i as category,
                    case when i = 0 then 'broad' else 'sub' end as level,
                    'Name what fits.' as instruction, {_TAGS_A_PATH} as max_tags
                from range({_N_PATHS}) as paths (i)
            ) to '{folder}/tag_categories.csv'
            """
        )
        connection.execute(
            f"""
            copy (
                select 'text' as modality, 'path' || i as category, 'A story.' as input,
                    '[{{"name": "sea", "score": 0.9}}]' as output
                from range({_N_PATHS}) as paths (i)
            ) to '{folder}/few_shot_examples.csv'
            """
        )


def answer_generation(bench: WholeBench) -> None:
    """Answer all open generation questions; a few tags are frequent, most are rare."""
    bench.dbt("run", "--select", "+int_generation_questions")
    names, _ = tag_names(_N_TAGS)
    with bench.connect() as connection:
        connection.execute(
            """
            insert into ledger.main.llm_calls (
                call_id, role, model, base_url, question_keys, attempt, status, prompt_tokens,
                cached_tokens, completion_tokens, cost_usd, latency_ms, started_at, invocation_id
            )
            values ('benchmark', 'text', 'none', 'none', [], 1, 'ok', 0, 0, 0, 0, 0,
                timestamp '2026-01-01', 'benchmark')
            on conflict do nothing
            """
        )
        connection.execute("create or replace temp table names (place bigint, tag varchar)")
        for start in range(0, len(names), 1000):
            part = [(start + n, tag) for n, tag in enumerate(names[start : start + 1000])]
            marks = ", ".join(["(?, ?)"] * len(part))
            connection.execute(
                f"insert into names values {marks}", [value for row in part for value in row]
            )
        connection.execute(
            f"""
            insert into ledger.main.llm_answers
            with drawn as (
                select question_key, item_id, path, n,
                    floor(
                        {_N_TAGS} * pow(hash(question_key, n) / 18446744073709551616.0, 2.5)
                    )::bigint as place
                from int_generation_questions
                cross join range({_TAGS_A_PATH}) as positions (n)
                anti join ledger.main.llm_answers using (question_key)
            )
            select question_key, 'benchmark', 'text', any_value(item_id), any_value(path), null,
                'answered', null,
                to_json(list(
                    {{'name': tag, 'score': [0.9, 0.8, 0.7, 0.6][1 + (hash(tag, n) % 4)::int]}}
                    order by n
                ))::varchar,
                timestamp '2026-01-01'
            from drawn
            inner join names using (place)
            group by question_key
            """
        )


def prepare(bench: WholeBench, n_items: int) -> None:
    """Write the files, the vectors and an answer to every question, then delete the warehouse."""
    write_inputs(bench.folder, n_items)
    bench.dbt("seed")
    answer_generation(bench)
    bench.dbt(*_BEFORE_VERIFICATION)
    with bench.connect() as connection:
        write_vectors(connection, SentenceBert().model_id)
    answer(bench, ask_search=False)
    bench.warehouse.unlink()


def change(bench: WholeBench, n_items: int, n_changed: int) -> None:
    """Change items, with their questions answered beforehand on a copy."""
    rehearsal = bench.copy(bench.folder.with_name(f"{bench.folder.name}-rehearsal"))
    write_inputs(rehearsal.folder, n_items, n_changed)
    answer_generation(rehearsal)
    rehearsal.dbt(*_BEFORE_VERIFICATION)
    answer(rehearsal, ask_search=True)
    take_answers(bench, rehearsal)
    write_inputs(bench.folder, n_items, n_changed)


def measure(bench: WholeBench, n_items: int, n_changed: int) -> None:
    """Prepare, measure four builds, print and write."""
    results = Results("whole_build", "The whole build: from catalogue to publication")
    prepare(bench, n_items)
    runs = {"from nothing": bench.dbt(*MODELS_ONLY)}
    state = ["ledger.main.llm_calls", "ledger.main.embeddings", "ledger.main.llm_answers"]
    before = bench.counts(state)
    runs["nothing changed"] = bench.dbt(*MODELS_ONLY)
    results.add_slowest("Slowest models, nothing changed", bench.folder)
    if bench.counts(state) != before:
        raise SystemExit(f"something was asked or embedded: {before}, {bench.counts(state)}")
    results.add_counts(bench.counts(TABLES))
    change(bench, n_items, n_changed)
    runs[f"{n_changed} items changed"] = bench.dbt(*MODELS_ONLY)
    results.add_slowest(f"Slowest models, {n_changed} items changed", bench.folder, 4)
    runs["nothing changed, with all tests"] = bench.dbt("build")
    results.add_runs(f"Builds of {n_items:,} items", runs)
    results.write()


TABLES = (
    "stg_items",
    "int_generation_questions",
    "int_candidates_by_path",
    "int_evaluator_verdicts",
    "item_tags",
    "tag_decisions",
    "item_features",
)


def main() -> None:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--items", type=int, default=21_067)
    parser.add_argument("--changed", type=int, default=100)
    parser.add_argument("--keep", type=Path, help="keep the databases in this folder")
    arguments = parser.parse_args()
    if arguments.keep:
        arguments.keep.mkdir(parents=True, exist_ok=False)
        measure(WholeBench(arguments.keep), arguments.items, arguments.changed)
        return
    with tempfile.TemporaryDirectory(prefix="tagsmith-bench-") as folder:
        bench = WholeBench(Path(folder) / "bench")
        bench.folder.mkdir()
        measure(bench, arguments.items, arguments.changed)


if __name__ == "__main__":
    main()
