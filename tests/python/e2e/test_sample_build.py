"""The whole `dbt build` of the sample catalogue: every model, unit test, data test and gate."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tests.python.e2e.projects import Project, Ran
from tests.python.endpoint import Endpoint
from tools.draw_stages import PAGE, with_drawing

pytestmark = pytest.mark.dbt


@pytest.fixture(scope="module")
def sample(
    slot: Path, tmp_path_factory: pytest.TempPathFactory, session_endpoint: Endpoint
) -> tuple[Project, Ran]:
    """The sample seeds, built with everything outside the main job too."""
    session_endpoint.reset()
    folder = tmp_path_factory.mktemp("sample") / "project"
    project = Project.create(folder, slot, session_endpoint, None)
    ran = project.run_apart("build", "--threads", "8", "--selector", "everything")
    assert session_endpoint.problems == []
    return project, ran


def test_it_passes_without_a_warning(sample: tuple[Project, Ran]) -> None:
    _, ran = sample
    assert ran.code == 0, ran.output[-6000:]
    assert re.search(r"PASS=\d+ WARN=0 ERROR=0 SKIP=0", ran.output), ran.output[-2000:]
    assert "WARNING" not in ran.output
    assert "Deprecat" not in ran.output


def test_the_drawing_of_the_stages_is_that_of_the_project(sample: tuple[Project, Ran]) -> None:
    project, _ = sample
    manifest = json.loads((project.folder / "target/manifest.json").read_text())
    page = PAGE.read_text(encoding="utf-8")
    assert with_drawing(page, manifest) == page, "run make docs"


# Built after or outside a publication; only recommenders read interactions.
_BESIDE = {"recommendation", "evaluation", "experiments", "operations"}
_READ_BESIDE = {"model.tagsmith.stg_interactions"}


def test_the_audit_waits_for_every_gate(sample: tuple[Project, Ran]) -> None:
    project, _ = sample
    manifest = json.loads((project.folder / "target/manifest.json").read_text())
    parents, children = manifest["parent_map"], manifest["child_map"]
    audited = _reached(parents, "model.tagsmith.audit")
    published = _reached(children, "model.tagsmith.publications") | _READ_BESIDE
    gates = {
        name: {parent for parent in parents[name] if not parent.startswith("seed.")}
        for name, node in manifest["nodes"].items()
        if node["resource_type"] == "test" and node["fqn"][1] not in _BESIDE
    }
    unheard = {
        name: sorted(read - audited)
        for name, read in gates.items()
        if not read <= audited and not read & published
    }
    assert unheard == {}, "name these tables in models/publication/audit.sql"
    assert len(gates) > 400


def _reached(edges: dict[str, list[str]], start: str) -> set[str]:
    """The node `start` and all nodes reachable from it."""
    found = [start]
    for name in found:
        found += [following for following in edges.get(name, ()) if following not in found]
    return set(found)


def test_it_shows_tags_while_it_goes_on(sample: tuple[Project, Ran]) -> None:
    _, ran = sample
    assert re.search(r"^text \d+ of 20  [a-z0-9-]+: \w", ran.output, re.MULTILINE)


def test_every_item_has_tags_in_order(sample: tuple[Project, Ran]) -> None:
    project, _ = sample
    assert project.query("select count(*) from item_features where n_tags > 0") == [(20,)]
    assert project.query("select count(*) from stg_rejected_rows") == [(0,)]
    rows = project.query("select tags_json, n_tags, n_mapped_tags, n_novel_tags from item_features")
    for text, n_tags, n_mapped, n_novel in rows:
        tags = json.loads(text)
        assert len(tags) == n_tags == n_mapped + n_novel
        scores = [tag["score"] for tag in tags]
        assert scores == sorted(scores, reverse=True)


def test_every_question_is_answered_and_every_call_counted(
    sample: tuple[Project, Ran], session_endpoint: Endpoint
) -> None:
    project, _ = sample
    ledger = project.ledger()
    assert {row["status"] for row in ledger.answers} == {"answered"}
    assert len(ledger.calls) == session_endpoint.n_calls
    assert set(ledger.asked("text", "image", "lenient", "strict", "reason").values()) == {1}
    assert {row["role"] for row in ledger.calls} == {"text", "image", "lenient", "strict", "reason"}
    images = [s.asked for s in session_endpoint.seen if s.asked.image is not None]
    assert len(images) == 20


def test_what_is_published_is_what_the_tables_hold(sample: tuple[Project, Ran]) -> None:
    project, _ = sample
    current = project.folder / "published" / "current"
    features = pq.read_table(current / "item_features.parquet").to_pylist()
    rows = project.query("select item_id, content_hash from item_features")
    assert {(row["item_id"], row["content_hash"]) for row in features} == set(rows)
    tags = pq.read_table(current / "item_tags.parquet")
    assert project.query("select count(*) from item_tags") == [(tags.num_rows,)]


def test_another_processors_last_bits_change_no_table(
    sample: tuple[Project, Ran], tmp_path: Path, session_endpoint: Endpoint
) -> None:
    project, _ = sample
    n_calls = session_endpoint.n_calls
    other = project.copy(tmp_path / "other", "warehouse.duckdb", "published")
    other.perturb_vectors(3e-7)
    other.build()
    expected = project.tables()
    found = other.tables()
    assert {"item_tags", "tag_decisions", "item_features", "int_tag_embeddings"} <= found.keys()
    for name, rows in found.items():
        assert rows == expected[name], f"{name} differs"
    assert session_endpoint.n_calls == n_calls
