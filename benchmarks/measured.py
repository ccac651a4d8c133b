"""A child process with its wall time and peak memory, and the machine it ran on."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Run:
    """What a child took: seconds of wall and CPU, greatest resident memory in MB.

    `load` is the machine's mean load of the minute before: above 0.5 or so something else ran.
    """

    wall_s: float
    cpu_s: float
    peak_mb: int
    load: float

    def __str__(self) -> str:
        """Return one line of figures."""
        return (
            f"{self.wall_s:7.1f} s wall {self.cpu_s:7.1f} s cpu {self.peak_mb:6,} MB peak "
            f"(load before {self.load:.1f})"
        )


def run_dbt(arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Run:
    """Run dbt on the project with its files under `folder`; its output goes to folder/dbt.txt.

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
    times = [(row["unique_id"].rsplit(".", 1)[-1], row["execution_time"]) for row in results]
    return sorted(times, key=lambda row: -row[1])[:count]


def machine() -> str:
    """One line: processor, cores, memory, system, versions."""
    packages = ("duckdb", "dbt-core", "dbt-duckdb", "numpy", "rapidfuzz", "pyarrow", "torch")
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    memory_gb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{_processor()}, {os.cpu_count()} cores, {memory_gb:.0f} GB, {platform.system()} "
        f"{platform.machine()}; Python {platform.python_version()}, {versions}"
    )


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown processor"
