"""Runs staging and its gates in this process, and counts the values of the inputs."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from python_udfs.errors import InputError

__all__ = ["StagingRun", "run_staging"]

# In full: where a variable of the environment has changed, dbt's partial parse loses descriptions
# of gates.
_PARSE = ("parse", "--no-partial-parse")
_STAGING = (
    "build", "--select", "+tagsmith.staging", "--resource-type", "seed", "--resource-type", "model",
)  # fmt: skip
# Run when all is built, since a failed gate skips the models behind it.
_GATES = (
    "test", "--indirect-selection", "empty", "--select",
    "tagsmith.staging,test_type:singular", "tagsmith.staging,test_name:columns_are_read",
)  # fmt: skip
_COUNTS = ("run-operation", "tagsmith.write_input_counts")
_REJECTED = "model.tagsmith.stg_rejected_rows"
# What the model of an input reads: the sample, or the user's own.
_READ = ("seed.tagsmith.sample_", "source.tagsmith.inputs.")
# What dbt writes around the sentence of an error.
_AROUND = re.compile(
    r"Encountered an error:|\w+ Error( in .*)?|> (in macro|called by) .*|compiled code at .*"
)


@dataclass(frozen=True)
class StagingRun:
    """What failed of a build of staging: per gate its name, its claim and the remedy.

    `schema` has the tables of staging, and `row_models` the one that reads each input.
    """

    failed: list[tuple[str, str]] = field(default_factory=list)
    schema: str = "main"
    row_models: dict[str, str] = field(default_factory=dict)


def run_staging(project: Path, folder: Path, given: Mapping[str, Any]) -> StagingRun:
    """Build staging and the table input_counts with the profile in `folder`.

    dbt prints nothing. Raises InputError with its words if a model cannot be built.
    """
    from dbt.cli.main import dbtRunner

    said: list[str] = []

    def listen(event: Any) -> None:
        if event.info.level == "error":
            said.append(event.info.msg)

    options = [
        "--project-dir", str(project), "--profiles-dir", str(folder),
        "--target-path", str(folder), "--log-path", str(folder),
        # The ledger of a check is always new.
        "--vars", json.dumps({**given, "new_ledger": True}),
    ]  # fmt: skip
    parsed: Any = None
    for command in (_PARSE, _STAGING, _COUNTS, _GATES):
        dbt = dbtRunner(manifest=parsed and parsed.result, callbacks=[listen])
        ran: Any = dbt.invoke(
            ["--quiet", "--no-use-colors", "--log-level", "none", *command, *options]
        )
        parsed = parsed or ran
        results = getattr(ran.result, "results", [])
        states = {one.status for one in results}
        if not ran.success and ("fail" not in states or {"error", "skipped"} & states):
            raise InputError(_sentences(said) or f"dbt failed; see {folder}/dbt.log")
    return StagingRun(
        failed=[(one.node.name, _told(one.node)) for one in results if one.status == "fail"],
        schema=parsed.result.nodes[_REJECTED].schema,
        row_models=_row_models(parsed.result),
    )


def _sentences(said: list[str]) -> str:
    """What dbt said, once and without its frame."""
    lines = [line.strip() for text in said for line in text.splitlines()]
    return "\n".join(dict.fromkeys(line for line in lines if line and not _AROUND.fullmatch(line)))


def _told(gate: Any) -> str:
    """What it claims and what to do, as builds print it."""
    remedy = gate.config.meta.get("remedy")
    texts = [gate.description, remedy and f"What to do: {remedy}"]
    return " ".join(" ".join(text.split()) for text in texts if text)


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
