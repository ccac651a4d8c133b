"""Runs staging and its gates in this process, and counts the values of the inputs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["StagingRun", "run_staging"]

_STAGING = (
    "build", "--select", "+tagsmith.staging", "--exclude", "test_type:generic", "test_type:unit",
    "--indirect-selection", "cautious",
)  # fmt: skip
_COUNTS = ("run-operation", "tagsmith.write_input_counts")
_REJECTED = "model.tagsmith.stg_rejected_rows"
# What the model of an input reads: the sample, or the user's own.
_READ = ("seed.tagsmith.sample_", "source.tagsmith.inputs.")


@dataclass(frozen=True)
class StagingRun:
    """Whether all models were built, and the names of gates that failed.

    `schema` has the tables of staging, and `row_models` the one that reads each input.
    """

    is_built: bool
    failed: list[str] = field(default_factory=list)
    schema: str = "main"
    row_models: dict[str, str] = field(default_factory=dict)


def run_staging(project: Path, folder: Path, given: Mapping[str, Any]) -> StagingRun:
    """Build staging and the table input_counts with the profile in `folder`.

    dbt prints its own errors.
    """
    from dbt.cli.main import dbtRunner

    options = [
        "--project-dir", str(project), "--profiles-dir", str(folder),
        "--target-path", str(folder), "--log-path", str(folder),
        # The ledger of a check is always new.
        "--vars", json.dumps({**given, "new_ledger": True}),
    ]  # fmt: skip
    parsed: Any = dbtRunner().invoke(["--quiet", "parse", *options])
    if not parsed.success:
        return StagingRun(is_built=False)
    dbt = dbtRunner(manifest=parsed.result)
    built: Any = dbt.invoke(["--quiet", *_STAGING, *options])
    results = getattr(built.result, "results", None)
    if results is None or any(one.status in ("error", "skipped") for one in results):
        return StagingRun(is_built=False)
    if not dbt.invoke(["--quiet", *_COUNTS, *options]).success:
        return StagingRun(is_built=False)
    return StagingRun(
        is_built=True,
        failed=[one.node.name for one in results if one.status == "fail"],
        schema=parsed.result.nodes[_REJECTED].schema,
        row_models=_row_models(parsed.result),
    )


def _row_models(manifest: Any) -> dict[str, str]:
    """The model that reads each input."""
    return {
        read.removeprefix(prefix): node.alias
        for node in manifest.nodes.values()
        if node.resource_type == "model"
        for read in node.depends_on.nodes
        for prefix in _READ
        if read.startswith(prefix)
    }
