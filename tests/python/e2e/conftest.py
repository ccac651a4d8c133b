"""Projects for the end-to-end tests; tests copy the result of one build."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.python.conftest import ROOT
from tests.python.e2e.catalogues import Catalogue, small_catalogue
from tests.python.e2e.projects import Project
from tests.python.endpoint import Endpoint

MakeProject = Callable[[Catalogue | None], Project]
CopyProject = Callable[..., Project]


@pytest.fixture(scope="session")
def slot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one path under which dbt sees each project."""
    return tmp_path_factory.mktemp("e2e") / "slot"


@pytest.fixture(scope="session")
def small(
    slot: Path, tmp_path_factory: pytest.TempPathFactory, session_endpoint: Endpoint
) -> Project:
    """Four items, built once with eight threads; copy it, do not change it."""
    session_endpoint.reset()
    folder = tmp_path_factory.mktemp("small") / "project"
    project = Project.create(folder, slot, session_endpoint, small_catalogue())
    project.build("--threads", "8", evaluated=True)
    return project


@pytest.fixture
def copy(small: Project, tmp_path: Path, endpoint: Endpoint) -> CopyProject:
    """Copies of the small project for a test; arguments name files to omit."""

    def make(*leave: str) -> Project:
        return small.copy(tmp_path / f"project-{len(list(tmp_path.iterdir()))}", *leave)

    return make


@pytest.fixture
def create(slot: Path, tmp_path: Path, endpoint: Endpoint, small: Project) -> MakeProject:
    """Empty projects; dbt's parsed project comes from the small one."""

    def make(catalogue: Catalogue | None) -> Project:
        folder = tmp_path / f"project-{len(list(tmp_path.iterdir()))}"
        project = Project.create(folder, slot, endpoint, catalogue)
        parsed = small.folder / "target" / "partial_parse.msgpack"
        (folder / "target").mkdir()
        (folder / "target" / parsed.name).write_bytes(parsed.read_bytes())
        return project

    return make


def _untested(declared: Any) -> Any:
    """A YAML file without dbt's tests."""
    if isinstance(declared, dict):
        left_out = {"data_tests", "unit_tests"}
        return {key: _untested(one) for key, one in declared.items() if key not in left_out}
    return [_untested(one) for one in declared] if isinstance(declared, list) else declared


@pytest.fixture(scope="session")
def untested_checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project without dbt's tests, which are more than half of the time that dbt parses.

    For tests whose commands change vars or schema, since dbt then parses all again.
    """
    checkout = tmp_path_factory.mktemp("untested") / "checkout"
    for name in ("models", "seeds"):
        shutil.copytree(ROOT / name, checkout / name)
        for file in (checkout / name).glob("**/*.yml"):
            declared = yaml.load(file.read_bytes(), yaml.CSafeLoader)
            file.write_text(yaml.safe_dump(_untested(declared), sort_keys=False), encoding="utf-8")
    for name in ("dbt_project.yml", "profiles.yml", "selectors.yml"):
        shutil.copy(ROOT / name, checkout)
    (checkout / "macros").symlink_to(ROOT / "macros")
    return checkout
