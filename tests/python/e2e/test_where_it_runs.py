"""Where a build is started, and by whom, does not matter: the project's files are the project's."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.python.conftest import ROOT
from tests.python.e2e.projects import run_here
from tests.python.e2e.test_settings_errors import words

pytestmark = pytest.mark.dbt

NO_TESTS = ("--exclude-resource-type", "test", "unit_test")
STAGED = ("build", "--select", "+run_settings", "+stg_items", *NO_TESTS)
OURS = "item_id,title,summary\nrome,Rome,A city.\n"
THEIRS = "item_id,title,summary\nparis,Paris,Another city.\n"


@dataclass
class Site:
    """A checkout of its own, with relative paths only, and a folder elsewhere to start from."""

    project: Path
    elsewhere: Path
    profiles: str = "../project"
    environment: dict[str, str] = field(default_factory=lambda: {"TAGSMITH_ITEMS": "films.csv"})

    def variables(self) -> dict[str, str]:
        """The process environment without what would name other files."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("TAGSMITH_", "OPENAI_", "DBT_"))
        }
        return {**kept, "DO_NOT_TRACK": "1", "PYTHONPATH": str(ROOT), **self.environment}

    def arguments(self, *command: str) -> list[str]:
        """As typed in the folder elsewhere."""
        places = ("--project-dir", "../project", "--profiles-dir", self.profiles)
        return ["--no-use-colors", *command, *places]

    def dbt(self, *command: str) -> tuple[int, str]:
        """Run dbt from elsewhere; exit status and output in one line."""
        ran = run_here(self.arguments(*command), self.variables(), self.elsewhere)
        return ran.code, words(ran.output)

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of the project's warehouse."""
        with duckdb.connect(self.project / "data/warehouse.duckdb", read_only=True) as connection:
            return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site before any build, parsed once. It has staging alone, since each profile and each
    environment is parsed anew.
    """
    folder = tmp_path_factory.mktemp("site")
    project, elsewhere = folder / "project", folder / "elsewhere"
    for name in ("project/data", "elsewhere"):
        (folder / name).mkdir(parents=True)
    for name in ("macros", "seeds"):
        (project / name).symlink_to(ROOT / name)
    for name in ("models/staging", "tests/staging"):
        shutil.copytree(ROOT / name, project / name)
    for name in ("dbt_project.yml", "profiles.yml", "selectors.yml", "models/_groups.yml"):
        shutil.copy(ROOT / name, project / name)
    shutil.copy(ROOT / "tests/_gates.yml", project / "tests")
    # Descriptions of columns that staging shares with later models.
    for file in ROOT.glob("models/*/_columns.md"):
        if file.parent.name != "staging":
            shutil.copy(file, project / "models" / f"{file.parent.name}.md")
    (project / "films.csv").write_text(OURS)
    (elsewhere / "films.csv").write_text(THEIRS)
    site = Site(project, elsewhere)
    assert site.dbt("parse")[0] == 0
    return site


@pytest.fixture
def site(parsed: Site) -> Iterator[Site]:
    """The site without a ledger, a warehouse or published features."""
    yield Site(parsed.project, parsed.elsewhere)
    shutil.rmtree(parsed.project / "data")
    (parsed.project / "data").mkdir()


def publish(site: Site) -> None:
    """Features that a build published with another ledger."""
    version = site.project / "data/published/20260301T100000000Z-1a2b3c4d"
    version.mkdir(parents=True)
    (version / "manifest.json").write_text("{}")


def test_files_are_the_projects_and_nothing_appears_where_it_is_started(site: Site) -> None:
    site.environment["TAGSMITH_POSTER_ROOT"] = "posters"
    code, said = site.dbt(*STAGED)
    assert code == 0, said
    assert [file.name for file in site.elsewhere.iterdir()] == ["films.csv"]
    assert (site.project / "data/ledger.duckdb").is_file()
    assert site.query("select title from stg_items") == [("Rome",)]
    places = "select value from run_settings where name in ('publish_dir', 'poster_root')"
    found = {
        os.path.relpath(site.elsewhere / value, site.project) for (value,) in site.query(places)
    }
    assert found == {"data/published", "posters"}


def test_vars_of_the_project_are_checked_wherever_it_is_started(site: Site) -> None:
    project = site.project / "dbt_project.yml"
    declared = project.read_text()
    project.write_text(declared.replace("  top_k: 25", "  top_k: 0"))
    try:
        code, said = site.dbt(*STAGED)
    finally:
        project.write_text(declared)
    assert code != 0
    assert "var top_k is 0; allowed: integer in [1, 1000]" in said


def test_an_empty_ledger_beside_published_features_is_a_question(site: Site) -> None:
    publish(site)
    code, said = site.dbt(*STAGED)
    assert code != 0
    assert f"the ledger {(site.project / 'data/ledger.duckdb').resolve()} is empty" in said
    assert "name it with TAGSMITH_LEDGER or restore its copy" in said
    assert "--vars 'new_ledger: true'" in said
    assert not (site.project / "data/warehouse.duckdb").exists() or site.query("show tables") == []
    # Nothing is stored by an empty run, so nothing is asked.
    assert site.dbt(*STAGED, "--empty")[0] == 0
    assert site.dbt(*STAGED, "--vars", "new_ledger: true")[0] == 0


def test_a_ledger_with_answers_is_no_question(site: Site) -> None:
    assert site.dbt(*STAGED)[0] == 0
    publish(site)
    with duckdb.connect(site.project / "data/ledger.duckdb") as ledger:
        ledger.execute("insert into llm_answers (question_key) values ('one')")
    assert site.dbt(*STAGED)[0] == 0


def test_a_table_of_an_attached_database_is_an_input(site: Site, tmp_path: Path) -> None:
    with duckdb.connect(site.project / "shop.duckdb") as shop:
        shop.execute(
            "create table films as select 7 as item_id, 'Berlin' as title, 'B.' as summary"
        )
    profile = (ROOT / "profiles.yml").read_text()
    attach = "      attach:\n"
    assert attach in profile
    shown = attach + "        - {path: shop.duckdb, alias: shop, read_only: true}\n"
    (tmp_path / "profiles.yml").write_text(profile.replace(attach, shown))
    site.profiles = str(tmp_path)
    site.environment["TAGSMITH_ITEMS"] = "shop.main.films"
    code, said = site.dbt(*STAGED)
    assert code == 0, said
    assert site.query("select item_id, title from stg_items") == [("7", "Berlin")]


@pytest.mark.parametrize(
    ("profile", "lacks"),
    [
        ({}, "lacks the attached database `ledger` and Tagsmith's plugin;"),
        (
            {"attach": [{"path": ":memory:", "alias": "ledger"}]},
            "lacks Tagsmith's plugin;",
        ),
        (
            {"plugins": [{"module": "python_udfs.dbt_plugin"}]},
            "lacks the attached database `ledger`;",
        ),
    ],
)
def test_a_profile_of_others_says_what_it_lacks(
    site: Site, tmp_path: Path, profile: dict[str, object], lacks: str
) -> None:
    output = {"type": "duckdb", "path": str(tmp_path / "warehouse.duckdb"), **profile}
    profiles = {"tagsmith": {"target": "prod", "outputs": {"prod": output}}}
    (tmp_path / "profiles.yml").write_text(json.dumps(profiles))
    site.profiles = str(tmp_path)
    code, said = site.dbt(*STAGED)
    assert code != 0
    assert "the output 'prod' of profile 'tagsmith' " + lacks in said
    assert "attach: - {path: data/ledger.duckdb, alias: ledger} plugins: - module: " in said
    assert "Catalog Error" not in said


def test_a_profile_with_the_shown_lines_and_no_more_builds(site: Site, tmp_path: Path) -> None:
    (tmp_path / "profiles.yml").write_text("""
        tagsmith:
          target: prod
          outputs:
            prod:
              type: duckdb
              path: data/warehouse.duckdb
              attach:
                - {path: data/ledger.duckdb, alias: ledger}
              plugins:
                - module: python_udfs.dbt_plugin
    """)
    site.profiles = str(tmp_path)
    code, said = site.dbt(*STAGED)
    assert code == 0, said
    assert site.query("select title from stg_items") == [("Rome",)]


_HOST = """
import sys
from dbt.cli.main import dbtRunner

for line in sys.stdin:
    print("\\nended", dbtRunner().invoke(line.split()).success, flush=True)
"""


def test_a_process_that_lives_on_lets_others_build_after_each_run(site: Site) -> None:
    site.environment["TAGSMITH_WHEN_LOCKED"] = "stop"
    host = subprocess.Popen(
        [sys.executable, "-c", _HOST], cwd=site.elsewhere, env=site.variables(), text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert host.stdin is not None
    assert host.stdout is not None
    try:
        for command in (STAGED, ("compile", "--select", "stg_items"), STAGED):
            host.stdin.write(" ".join(site.arguments(*command)) + "\n")
            host.stdin.flush()
            ended = next(line for line in host.stdout if line.startswith("ended"))
            assert ended == "ended True\n"
            code, said = site.dbt(*STAGED)
            assert code == 0, said
        assert host.poll() is None
    finally:
        host.stdin.close()
        host.wait(60)
        host.stdout.close()


def test_a_clone_is_a_copy_of_sql_and_python_models(site: Site, tmp_path: Path) -> None:
    models = ("stg_items", "stg_prompts")
    selected = (*models, "+stg_items", "+run_settings")
    assert site.dbt("build", "--select", *selected, *NO_TESTS)[0] == 0
    state = shutil.copytree(site.project / "target", tmp_path / "state")
    site.environment["TAGSMITH_SCHEMA"] = "copied"
    code, said = site.dbt("clone", "--select", *models, "--state", str(state))
    assert code == 0, said
    for model in models:
        (rows,) = site.query(f"select count(*) from copied.{model}")
        assert site.query(f"from copied.{model} except from main.{model}") == []
        assert rows == site.query(f"select count(*) from main.{model}")[0] != (0,)


def test_a_check_reads_all_inputs_and_leaves_the_files_of_builds_alone(
    site: Site, tmp_path: Path
) -> None:
    dirty = tmp_path / "films.csv"
    dirty.write_text(
        "id,title,overview,release_date,poster_uri\n"
        "rome,Rome,A city.,soon,rome.png\n"
        "paris,Paris,,1998-02-03,\n"
        ",Nowhere,A place.,,\n"
    )
    tags = tmp_path / "tags.csv"
    tags.write_text("item_id,tag\nrome,Heist\nrome,no such tag\nberlin,Heist\n")
    site.environment |= {
        "TAGSMITH_ITEMS": str(dirty),
        "TAGSMITH_MANUAL_TAGS": str(tags),
        "DBT_PROJECT_DIR": str(site.project),
    }
    ran = subprocess.run(
        [sys.executable, "-m", "tagsmith", "check",
         "--vars", "{items_columns: {id: item_id, overview: summary}, max_rejected_share: 0.1}"],
        cwd=site.elsewhere, env=site.variables(), text=True, capture_output=True, check=False,
    )  # fmt: skip
    said = words(ran.stdout)
    for told in (
        f"items: {dirty} 3 rows, 2 of them rejected",
        "release_date: 1 value lost, not a date; write YYYY-MM-DD; e.g. 'soon'",
        "item_id: 1 row lost, item_id is empty",
        "nothing to tag; e.g. 'paris'",
        "tag: 1 row lost, item_id is not in the catalogue; e.g. 'berlin'",
        f"manual_tags: {tags} 3 rows, 1 of them rejected 1 of 2 item ids are in items (50.0%)",
        "documents: none",
        "base_tags: the sample, 229 rows",
        "tags that people gave are base tags or their aliases: 1 of 2",
        "posters that cannot be used a local path, but the var poster_root is not set: "
        "1, e.g. rome.png",
        "rome as it would be sent (about 7 tokens) Title: Rome Summary: A city.",
        "a build would fail columns_of_items_are_read: Too many values of a column",
        "What to do: from stg_input_columns shows each column",
        "rejected_rows_stay_under_the_allowed_share: Too many input rows cannot be used.",
    ):
        assert told in said, ran.stdout + ran.stderr
    # Nothing of dbt's own.
    assert ran.stdout.startswith("items: ")
    assert ran.stderr == ""
    assert ran.returncode == 1
    assert list((site.project / "data").iterdir()) == []
    assert [file.name for file in site.elsewhere.iterdir()] == ["films.csv"]
