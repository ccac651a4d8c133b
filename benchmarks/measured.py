"""A child process with its wall time and peak memory, the machine it ran on, and the results."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tagsmith.results import Table, command_line, write_results

PROJECT = Path(__file__).resolve().parent.parent
RESULTS = PROJECT / "docs/results/benchmarks"


def ledger_tables() -> str:
    """The statements with which a build makes the tables of the ledger, attached as `ledger`."""
    macro = (PROJECT / "macros/ledger/create_ledger.sql").read_text(encoding="utf-8")
    return macro.partition("create_ledger() %}")[2].partition("{% endmacro")[0]


@dataclass(frozen=True)
class Run:
    """Cost of a child process: wall and CPU seconds, peak resident memory in MB.

    `load` is the machine's mean load in the minute before: above about 0.5 other work ran.
    """

    wall_s: float
    cpu_s: float
    peak_mb: int
    load: float

    COLUMNS = ("wall", "CPU", "peak memory", "load before")

    def cells(self) -> tuple[str, ...]:
        """Return the figures as cells of a table."""
        return (f"{self.wall_s:.1f} s", f"{self.cpu_s:.1f} s", f"{self.peak_mb:,} MB",
                f"{self.load:.1f}")  # fmt: skip

    def __str__(self) -> str:
        """Return one line of figures."""
        return (
            f"{self.wall_s:7.1f} s wall {self.cpu_s:7.1f} s cpu {self.peak_mb:6,} MB peak "
            f"(load before {self.load:.1f})"
        )


@dataclass
class Results:
    """The tables of one benchmark, printed as they come and written to docs/results/benchmarks."""

    name: str
    title: str
    tables: list[Table] = field(default_factory=list)
    load: float = field(default_factory=lambda: os.getloadavg()[0])
    folder: Path = RESULTS

    def __post_init__(self) -> None:
        """Say first what the figures rest on."""
        print(machine(), flush=True)

    def add(
        self, title: str, header: Sequence[str], rows: Sequence[Sequence[object]], note: str = ""
    ) -> None:
        """Print a table and keep it."""
        cells = [[str(cell) for cell in row] for row in rows]
        self.tables.append(Table(title, header, cells, note))
        print(f"{title}: {note}" if note else title)
        for row in cells:
            print("   ", "  ".join(row), flush=True)

    def add_slowest(self, title: str, folder: Path, count: int = 8) -> None:
        """Add the slowest models of the last run under `folder`."""
        rows = [(name, f"{seconds:.1f} s") for name, seconds in slowest_models(folder, count)]
        self.add(title, ("model", "wall"), rows)

    def add_runs(self, title: str, runs: Mapping[str, Run]) -> None:
        """Add runs by what they did."""
        rows = [(label, *run.cells()) for label, run in runs.items()]
        self.add(title, ("run", *Run.COLUMNS), rows)

    def add_counts(self, counts: Mapping[str, int]) -> None:
        """Add the number of rows of tables."""
        self.add("Rows", ("table", "rows"), [(name, f"{n:,}") for name, n in counts.items()])

    def write(self) -> None:
        """Write the file."""
        project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
        facts = {
            "command": f"`{command_line()}`",
            "version": project["project"]["version"],
            "measured": f"{datetime.now(UTC):%Y-%m-%d}",
            "machine": machine(),
            "load of the minute before": f"{self.load:.1f} (above 1 or so something else ran)",
        }
        write_results(self.folder / f"{self.name}.md", self.title, facts, self.tables)
        print(f"written: {self.folder / self.name}.md")


def run_dbt(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Run:
    """Run dbt on the project with files under `folder`; output goes to folder/dbt.txt.

    Raises SystemExit with the end of that output if dbt fails.
    """
    command = [
        str(Path(sys.executable).with_name("dbt")),
        "--no-use-colors",
        *arguments,
        "--project-dir",
        str(PROJECT),
        "--profiles-dir",
        str(PROJECT),
        "--target-path",
        str(folder / "target"),
        "--log-path",
        str(folder / "logs"),
    ]
    output = folder / "dbt.txt"
    load = os.getloadavg()[0]
    start = time.monotonic()
    with output.open("w") as file:
        child = subprocess.Popen(
            command, cwd=PROJECT, env={**os.environ, **environment}, stdout=file, stderr=file
        )
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = time.monotonic() - start
    if child.returncode:
        raise SystemExit(f"{' '.join(command)}\n{output.read_text()[-4000:]}")
    # ru_maxrss is in kB on Linux and in bytes on macOS.
    unit = 1024 if sys.platform != "darwin" else 1024 * 1024
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss // unit, load)


def slowest_models(folder: Path, count: int = 8) -> list[tuple[str, float]]:
    """Name and seconds of the slowest models of the last run under `folder`."""
    results = json.loads((folder / "target" / "run_results.json").read_text())["results"]
    times = [
        (row["unique_id"].rsplit(".", 1)[-1], row["execution_time"])
        for row in results
        if row["unique_id"].startswith("model.")
    ]
    return sorted(times, key=lambda row: -row[1])[:count]


def machine() -> str:
    """One line: processor, cores, memory, system, versions."""
    packages = (
        "feast",
        "duckdb",
        "dbt-core",
        "dbt-duckdb",
        "numpy",
        "rapidfuzz",
        "pyarrow",
        "torch",
    )
    versions = ", ".join(f"{name} {found}" for name in packages if (found := _version(name)))
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory_gb:.0f} GB, {platform.system()} "
        f"{platform.machine()}; Python {platform.python_version()}, {versions}"
    )


def _version(package: str) -> str | None:
    """Its version, None where it is not installed: Feast has an environment of its own."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown processor"
