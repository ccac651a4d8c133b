"""Projects for the end-to-end tests; tests copy the result of one build."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.python.conftest import ROOT
from tests.python.e2e.catalogues import Catalogue, small_catalogue
from tests.python.e2e.projects import Project
from tests.python.endpoint import Endpoint

MakeProject = Callable[[Catalogue | None], Project]
CopyProject = Callable[..., Project]
WithTests = Callable[[Project], Project]


@pytest.fixture(scope="session")
def slot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one path under which dbt sees each project."""
    return tmp_path_factory.mktemp("e2e") / "slot"


@pytest.fixture(scope="session")
def small(
    slot: Path,
    tmp_path_factory: pytest.TempPathFactory,
    session_endpoint: Endpoint,
    untested_checkout: Path,
) -> Project:
    """Four items, built once with eight threads, without dbt's tests.

    A process of its own builds them: what tests compare with it comes from another process.
    Copy it, do not run commands in it: dbt would keep their vars, and parse each copy anew.
    """
    session_endpoint.reset()
    folder = tmp_path_factory.mktemp("small") / "project"
    project = Project.create(folder, slot, session_endpoint, small_catalogue())
    project.checkout = untested_checkout
    project.build("--threads", "8", evaluated=True, apart=True)
    return project


@pytest.fixture
def copy(small: Project, tmp_path: Path, endpoint: Endpoint) -> CopyProject:
    """Copies of the small project for a test; arguments name files to omit."""

    def make(*leave: str) -> Project:
        return small.copy(tmp_path / f"project-{len(list(tmp_path.iterdir()))}", *leave)

    return make


@pytest.fixture
def create(slot: Path, tmp_path: Path, endpoint: Endpoint, small: Project) -> MakeProject:
    """Empty projects without dbt's tests; dbt's parsed project comes from the small one."""

    def make(catalogue: Catalogue | None) -> Project:
        folder = tmp_path / f"project-{len(list(tmp_path.iterdir()))}"
        project = Project.create(folder, slot, endpoint, catalogue)
        project.checkout = small.checkout
        project.take_parsed(small)
        return project

    return make


@pytest.fixture(scope="session")
def parsed_with_tests(small: Project, tmp_path_factory: pytest.TempPathFactory) -> Project:
    """The small project before a build, with dbt's tests, parsed once."""
    folder = tmp_path_factory.mktemp("with_tests") / "project"
    project = small.copy(folder, "target", "warehouse.duckdb*", "ledger.duckdb*", "published")
    project.checkout = ROOT
    ran = project.run("parse")
    assert ran.code == 0, ran.output[-6000:]
    return project


@pytest.fixture
def with_tests(parsed_with_tests: Project) -> WithTests:
    """Gives dbt's tests to a project, for what they stop or pass."""

    def give(project: Project) -> Project:
        project.checkout = parsed_with_tests.checkout
        project.take_parsed(parsed_with_tests)
        return project

    return give
