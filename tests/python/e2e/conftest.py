"""Projects for the end-to-end tests; tests copy the result of one build."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

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
