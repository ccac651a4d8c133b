"""dbt as a user runs it, with its own warehouse, ledger and folders.

Most commands run in this process (dbtRunner), so that dbt, torch and others are imported once. A
command that is killed or waits, whose files are read, or that must know the ledger alone, has a
process of its own.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import os
import shutil
import signal
import subprocess
import sys
import threading
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import duckdb
import pytest

from tagsmith.cli import main
from tests.python.conftest import ROOT
from tests.python.e2e.catalogues import Catalogue
from tests.python.endpoint import MODEL, Endpoint

__all__ = [
    "MODELS_ONLY",
    "Ledger",
    "Project",
    "Ran",
    "assert_same_tables",
    "perturb_vectors",
    "run_here",
    "tagsmith_here",
]

_DBT = Path(sys.executable).with_name("dbt")
_INPUTS = {
    "items": "parquet", "base_tags": "csv", "tag_categories": "csv", "few_shot_examples": "csv",
    "documents": "csv", "manual_tags": "csv",
}  # fmt: skip
MODELS_ONLY = ("--exclude-resource-type", "test", "unit_test")
_EVERYTHING = ("--selector", "everything", *MODELS_ONLY)
# What belongs to the run and not to its result.
_ABOUT_THE_RUN = {
    "publications", "audit", "published_history",
    "int_item_features_current", "item_tag_changes", "item_changes", "int_tag_decisions_current",
    "int_run_items", "int_items_kept", "run_measures", "run_health",
}  # fmt: skip
# Tables that may differ between ledgers with the same answers: the model, time and cost of a call,
# and the number of calls at once.
_OF_ONE_LEDGER = {
    "run_settings", "llm_usage", "pipeline_summary", "question_failures", "item_features_published",
    "item_time_to_features", "efficiency", "int_call_stretches", "int_item_waits",
    "estimate_accuracy", "item_costs",
}  # fmt: skip
_COLUMNS_OF_ONE_LEDGER = {"call_id", "answered_at", "generated_at", "first_seen_at"}
_BESIDE_THE_MAIN_JOB = {
    file.stem
    for folder in ("evaluation", "experiments", "recommendation")
    for file in (ROOT / "models" / folder).iterdir()
    if file.suffix in {".sql", ".py"}
}


@dataclass(frozen=True)
class Ran:
    """Exit status and output of a dbt command."""

    code: int
    output: str


@dataclass(frozen=True)
class Ledger:
    """The ledger's rows at one moment."""

    calls: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    searches: list[dict[str, Any]]
    n_embeddings: int

    @cached_property
    def answered(self) -> dict[str, dict[str, Any]]:
        """Answers by question key."""
        return {row["question_key"]: row for row in self.answers}

    @property
    def counts(self) -> dict[str, int]:
        """Rows by table, calls by role."""
        by_role = Counter(f"calls of {row['role']}" for row in self.calls)
        return {
            "calls": len(self.calls),
            "answers": len(self.answers),
            "searches": len(self.searches),
            "embeddings": self.n_embeddings,
            **dict(sorted(by_role.items())),
        }

    def since(self, before: Ledger) -> Ledger:
        """Rows added since `before`; fails if a row of `before` is gone or changed."""
        old_calls = {row["call_id"] for row in before.calls}
        old_searches = {row["search_key"] for row in before.searches}
        assert old_calls <= {row["call_id"] for row in self.calls}
        for key, row in before.answered.items():
            assert self.answered[key] == row
        return Ledger(
            [row for row in self.calls if row["call_id"] not in old_calls],
            [row for row in self.answers if row["question_key"] not in before.answered],
            [row for row in self.searches if row["search_key"] not in old_searches],
            self.n_embeddings - before.n_embeddings,
        )

    def asked(self, *roles: str) -> Counter[str]:
        """How often each question of these roles was sent."""
        return Counter(
            key for row in self.calls if row["role"] in roles for key in row["question_keys"]
        )

    def items(self, *roles: str) -> set[str]:
        """The items with answers of these roles."""
        return {row["item_id"] for row in self.answers if row["role"] in roles}


@contextlib.contextmanager
def _as_a_process(environment: Mapping[str, str], folder: Path) -> Iterator[io.StringIO]:
    """Environment, folder, output, warnings and signals of a process, put back at its end."""
    output = io.StringIO()
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    log = logging.StreamHandler(output)
    log.setLevel(logging.WARNING)
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.chdir(folder),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(output),
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        # dbt-duckdb adds the folder `.` to it.
        patch.setattr(sys, "path", list(sys.path))
        # What the command adds stays: MKL reads MKL_CBWR (torch_first) at its first product only.
        for name in os.environ.keys() - environment.keys():
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        # dbt-duckdb would make an event loop in each thread and never close it.
        patch.setattr("dbt.adapters.duckdb.environments._ensure_event_loop", lambda: None)
        logging.getLogger().addHandler(log)
        try:
            yield output
        finally:
            logging.getLogger().removeHandler(log)
            for number, handler in handlers.items():
                signal.signal(number, handler)


def run_here(words: list[str], environment: Mapping[str, str], folder: Path) -> Ran:
    """Run a command of dbt in this process with the environment and folder of another."""
    with _as_a_process(environment, folder) as output:
        from dbt.cli.main import dbtRunner

        ran = dbtRunner().invoke(words)
    if isinstance(ran.exception, KeyboardInterrupt):
        raise ran.exception
    return Ran(0 if ran.success else 1, output.getvalue())


class _Here:
    """In place of the module `subprocess`: what would start dbt runs it in this process."""

    @staticmethod
    def run(
        command: list[str], *, cwd: Path, env: Mapping[str, str], check: bool
    ) -> subprocess.CompletedProcess[str]:
        """Print what dbt says; its exit status is returned."""
        _, *words = command
        ran = run_here(words, env, cwd)
        sys.stdout.write(ran.output)
        return subprocess.CompletedProcess(command, ran.code)


def tagsmith_here(arguments: Sequence[str], environment: Mapping[str, str], folder: Path) -> Ran:
    """Run a command of `tagsmith`, and the commands of dbt that it starts, in this process."""
    with _as_a_process(environment, folder) as output, pytest.MonkeyPatch.context() as patch:
        patch.setattr("tagsmith.systems.subprocess", _Here)
        code = main(arguments)
    return Ran(code, output.getvalue())


class Project:
    """A place to build in: folder with inputs, warehouse and ledger.

    All projects of a session are seen by dbt under one path, a link that is set before each
    command, so that dbt's parsed project serves all of them and tables can be compared.
    """

    def __init__(self, folder: Path, slot: Path, endpoint: Endpoint) -> None:
        self.folder = folder
        self.endpoint = endpoint
        # The checkout whose models and package build it; a copy has that of its original.
        self.checkout = ROOT
        self._slot = slot
        self.environment: dict[str, str] = {}

    @classmethod
    def create(
        cls, folder: Path, slot: Path, endpoint: Endpoint, catalogue: Catalogue | None
    ) -> Self:
        """A project with the inputs of `catalogue`, or with the sample seeds."""
        project = cls(folder, slot, endpoint)
        folder.mkdir(parents=True)
        if catalogue is not None:
            catalogue.write(folder)
            project.environment = {
                f"TAGSMITH_{name.upper()}": str(slot / f"{name}.{suffix}")
                for name, suffix in _INPUTS.items()
            }
            project.environment["TAGSMITH_POSTER_ROOT"] = str(ROOT / "seeds/posters")
        return project

    def copy(self, folder: Path, *leave: str) -> Project:
        """A project in the same state; `leave` names files to omit."""
        ignored = shutil.ignore_patterns("logs", *leave)
        shutil.copytree(self.folder, folder, symlinks=True, ignore=ignored)
        project = Project(folder, self._slot, self.endpoint)
        project.checkout = self.checkout
        project.environment = dict(self.environment)
        return project

    def take_parsed(self, other: Project) -> None:
        """Let dbt begin from the parsed project of `other`, which has the same checkout."""
        parsed = Path("target/partial_parse.msgpack")
        (self.folder / "target").mkdir(exist_ok=True)
        shutil.copy(other.folder / parsed, self.folder / parsed)

    def forget(self) -> None:
        """Empty the ledger of all answers; the embeddings stay, since they take seconds."""
        with duckdb.connect(self.folder / "ledger.duckdb") as connection:
            for table in ("llm_calls", "llm_answers", "search_results"):
                connection.execute(f"delete from {table}")

    def perturb_vectors(self, noise: float) -> None:
        """Move every value of every vector by up to `noise`, as another processor may round it."""
        with duckdb.connect(self.folder / "ledger.duckdb") as connection:
            perturb_vectors(connection, noise)

    def command(self, *arguments: str, variables: Mapping[str, Any] | None = None) -> list[str]:
        """A command line of dbt in this project; reasons are asked for, so that all roles are."""
        command = [str(_DBT), "--no-use-colors", *arguments]
        variables = {"evaluator_reasons": True, **(variables or {})}
        command += ["--target-path", str(self._slot / "target")]
        command += ["--log-path", str(self._slot / "logs")]
        return [*command, "--vars", json.dumps(variables)]

    def start(
        self, *arguments: str, variables: Mapping[str, Any] | None = None
    ) -> subprocess.Popen[str]:
        """Start a command; the caller waits for it or kills it."""
        self._take_slot()
        return subprocess.Popen(
            self.command(*arguments, variables=variables),
            cwd=self.checkout,
            env=self._process_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str, variables: Mapping[str, Any] | None = None) -> Ran:
        """Run a command to its end in this process, successful or not.

        A project with a package of its own (PYTHONPATH) needs its own process.
        """
        if "PYTHONPATH" in self.environment:
            return self.run_apart(*arguments, variables=variables)
        self._take_slot()
        # No test reads what dbt would write about a command that runs here.
        _, *words = self.command("--no-write-json", *arguments, variables=variables)
        return run_here(words, self._process_environment(), self.checkout)

    def run_apart(self, *arguments: str, variables: Mapping[str, Any] | None = None) -> Ran:
        """Run a command to its end in a process of its own, successful or not."""
        process = self.start(*arguments, variables=variables)
        output, _ = process.communicate()
        return Ran(process.returncode, output)

    def tagsmith(self, *arguments: str) -> Ran:
        """Run a command of `tagsmith`; it calls dbt in the project's folder."""
        self._take_slot()
        return tagsmith_here(arguments, self._process_environment(), self.checkout)

    def kill_build(self, n_replies: int) -> None:
        """Start a build and kill it by SIGKILL after this many replies of the endpoint."""
        arrived = threading.Event()
        self.endpoint.on_reply = lambda count: arrived.set() if count >= n_replies else None
        process = self.start("build", *MODELS_ONLY)
        try:
            assert arrived.wait(120), "the build never came that far"
        finally:
            process.kill()
            output, _ = process.communicate()
            self.endpoint.on_reply = None
        assert process.returncode == -signal.SIGKILL, output[-3000:]

    def interrupt_build(self, n_replies: int, number: signal.Signals) -> tuple[Ran, int]:
        """Start a build and signal it after this many replies; return how many there were."""
        arrived = threading.Event()
        self.endpoint.on_reply = lambda count: arrived.set() if count >= n_replies else None
        process = self.start("build", *MODELS_ONLY)
        assert arrived.wait(120), "the build never came that far"
        n_before = self.endpoint.n_calls
        process.send_signal(number)
        output, _ = process.communicate(timeout=60)
        self.endpoint.on_reply = None
        return Ran(process.returncode, output), n_before

    def build(
        self,
        *arguments: str,
        variables: Mapping[str, Any] | None = None,
        evaluated: bool = False,
        apart: bool = False,
    ) -> Ran:
        """`dbt build` without its tests: the main job or everything, here or in a process apart."""
        selection = _EVERYTHING if evaluated else MODELS_ONLY
        run = self.run_apart if apart else self.run
        ran = run("build", *selection, *arguments, variables=variables)
        assert ran.code == 0, ran.output[-6000:]
        return ran

    def _take_slot(self) -> None:
        self._slot.unlink(missing_ok=True)
        self._slot.symlink_to(self.folder)

    def _process_environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TAGSMITH_", "OPENAI_", "DBT_", "TAVILY_"))
        }
        return {
            **kept,
            "DO_NOT_TRACK": "1",
            "HF_HUB_OFFLINE": "1",
            "TOKENIZERS_PARALLELISM": "false",
            "TAGSMITH_WAREHOUSE": str(self._slot / "warehouse.duckdb"),
            "TAGSMITH_LEDGER": str(self._slot / "ledger.duckdb"),
            "TAGSMITH_PUBLISH_DIR": str(self._slot / "published"),
            # Most tests here build without dbt's own.
            "TAGSMITH_PUBLISH_WITHOUT_GATES": "true",
            "TAGSMITH_CACHE": str(self._slot / "cache"),
            "TAGSMITH_MODEL": MODEL,
            "OPENAI_BASE_URL": self.endpoint.base_url,
            "OPENAI_API_KEY": self.endpoint.key,
            **self.environment,
        }

    # --- what came of it

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the warehouse, opened alone."""
        with duckdb.connect(self.folder / "warehouse.duckdb", read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def ledger_query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the ledger, attached as dbt attaches it."""
        with duckdb.connect() as connection:
            connection.execute(f"attach '{self.folder / 'ledger.duckdb'}' as ledger (read_only)")
            return connection.execute(sql).fetchall()

    def tables(self, *, of_any_ledger: bool = False) -> dict[str, list[str]]:
        """The rows of every table except those about the run, as sorted text.

        `of_any_ledger` omits values that differ between two ledgers with the same answers.
        """
        tables = {}
        with duckdb.connect(self.folder / "warehouse.duckdb", read_only=True) as connection:
            columns = connection.execute(
                "select table_name, list(column_name order by column_index) from duckdb_columns() "
                "where not internal and database_name = current_database() "
                "and schema_name = 'main' group by table_name"
            ).fetchall()
            for table, names in columns:
                if table in _ABOUT_THE_RUN or (of_any_ledger and table in _OF_ONE_LEDGER):
                    continue
                left_out = _COLUMNS_OF_ONE_LEDGER if of_any_ledger else set()
                kept = ", ".join(f'"{name}"' for name in names if name not in left_out)
                rows = connection.sql(f'from "{table}" select {kept}').fetchall()
                tables[table] = sorted(map(repr, rows))
        return tables

    def ledger(self) -> Ledger:
        """The ledger's rows; a killed build's write-ahead log is replayed."""
        with duckdb.connect(self.folder / "ledger.duckdb") as connection:

            def rows(table: str) -> list[dict[str, Any]]:
                found = connection.execute(f"from {table}")
                names = [column[0] for column in found.description or []]
                return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

            (n_embeddings,) = connection.execute("select count(*) from embeddings").fetchall()[0]
            return Ledger(
                rows("llm_calls"), rows("llm_answers"), rows("search_results"), n_embeddings
            )

    def published(self) -> list[str]:
        """Paths of all files in the project's folder."""
        return [str(path) for path in self.folder.rglob("*") if path.is_file()]


def perturb_vectors(connection: duckdb.DuckDBPyConnection, noise: float) -> None:
    """Move every value of `embeddings` by up to `noise`; at least one moves."""
    before = connection.execute("select sum(hash(embedding)) from embeddings").fetchall()
    connection.execute(
        "update embeddings set embedding = list_transform("
        "embedding, lambda value: (value + ? * (2 * random() - 1))::float)",
        [noise],
    )
    assert connection.execute("select sum(hash(embedding)) from embeddings").fetchall() != before


def assert_same_tables(
    first: Project, second: Project, *, of_any_ledger: bool = False, main_job: bool = False
) -> None:
    """Row for row, table for table: all tables, or those of the main job."""
    left, right = (
        {
            name: rows
            for name, rows in project.tables(of_any_ledger=of_any_ledger).items()
            if not main_job or name not in _BESIDE_THE_MAIN_JOB
        }
        for project in (first, second)
    )
    assert sorted(left) == sorted(right)
    for name, rows in left.items():
        assert rows == right[name], f"{name} differs"
