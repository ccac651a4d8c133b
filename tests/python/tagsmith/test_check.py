"""`tagsmith check`: what it tells of each input, and the profile that it runs with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from python_udfs.errors import PlaceError, SettingError
from tagsmith.check import described, read_inputs
from tagsmith.check_profile import write_profile

_TABLES = """
create table input_counts (
    input_number integer, input_name varchar, place varchar, column_name varchar, is_ours boolean,
    n_rows bigint, n_given bigint
);
create table stg_items as select unnest(['a', 'b', 'c']) as item_id;
create table stg_manual_tag_rows as select unnest(['a', 'a', 'z', null]) as item_id;
create table stg_rejected_rows as select * from (values
    ('items', 'b', 'release_date', 'value', 'not a date', '{"release_date": "soon"}'),
    ('items', 'c', 'release_date', 'value', 'not a date', '{"release_date": "1998/2001"}'),
    ('items', 'd', 'title', 'row', 'title is empty', '{"title": null}'),
    ('posters', 'a', 'poster_uri', 'value', 'no file', '{}')
) as t (table_name, row_key, column_name, scope, reason, row_json);
"""


def count(name: str, place: str, column: str, n_rows: int, n_given: int) -> tuple[Any, ...]:
    """A row of input_counts; a capital letter marks a column that is not ours."""
    return name, place, column, column.islower(), n_rows, n_given


def lines_of(*counts: tuple[Any, ...]) -> list[str]:
    """What is told of the inputs with these counts."""
    with duckdb.connect() as connection:
        connection.execute(_TABLES)
        connection.executemany("insert into input_counts values (1, ?, ?, ?, ?, ?, ?)", counts)
        inputs = read_inputs(connection, {"manual_tags": "stg_manual_tag_rows"})
    return [line for one in inputs for line in described(one)]


def test_each_column_of_an_own_input_tells_what_is_read_lost_empty_and_not_ours() -> None:
    counts = [
        count("items", "films.csv", "item_id", 5, 5), count("items", "films.csv", "title", 5, 4),
        count("items", "films.csv", "release_date", 5, 4),
        count("items", "films.csv", "summary", 5, 0),
        count("items", "films.csv", "Overview", 5, 5),
        count("manual_tags", "tags.csv", "item_id", 4, 3),
    ]  # fmt: skip
    assert lines_of(*counts) == [
        "items: films.csv",
        "  5 rows, 1 of them rejected",
        "  column        rows with a value  share   values lost",
        "  item_id       5                  100.0%  0",
        "  title         4                  80.0%   0",
        "  release_date  4                  80.0%   2",
        "  title: 1 row lost, title is empty; e.g. 'd'",
        "  release_date: 2 values lost, not a date; e.g. '1998/2001', 'soon'",
        "  without any value: summary",
        "  not read: Overview; map what is ours under another name with "
        "--vars '{items_columns: {yours: ours}}'",
        "manual_tags: tags.csv",
        "  4 rows, 0 of them rejected",
        "  1 of 2 item ids are in items (50.0%)",
        "  column   rows with a value  share  values lost",
        "  item_id  3                  75.0%  0",
    ]


def test_what_is_not_the_users_takes_one_line() -> None:
    assert lines_of(
        count("base_tags", "the sample", "tag", 229, 229), count("manual_tags", "none", "tag", 0, 0)
    ) == ["base_tags: the sample, 229 rows", "manual_tags: none"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose profile attaches a database of its own and reads a secret."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("DBT_PROFILES_DIR", "DBT_PROFILE", "TAGSMITH_ITEMS", "TAGSMITH_WAREHOUSE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "dbt_project.yml").write_text("{name: tagsmith, profile: shop}")
    (tmp_path / "check").mkdir()
    (tmp_path / "profiles.yml").write_text("""
        shop:
          target: dev
          outputs:
            dev:
              type: duckdb
              path: "{{ env_var('TAGSMITH_WAREHOUSE', 'data/films.v2.duckdb') }}"
              database: films
              threads: 2
              attach:
                - {path: "{{ env_var('DBT_ENV_SECRET_DB') }}", alias: shop, type: postgres}
                - {path: data/ledger.duckdb, alias: ledger}
              plugins: [{module: python_udfs.dbt_plugin}]
    """)
    return tmp_path


def written(project: Path, **variables: str) -> dict[str, Any]:
    """The output of the profile that a check writes."""
    write_profile(project, project / "check", variables)
    profile: dict[str, Any] = yaml.safe_load((project / "check/profiles.yml").read_text())
    output: dict[str, Any] = profile["shop"]["outputs"]["dev"]
    return output


def test_a_check_has_its_own_warehouse_and_ledger_and_else_the_users_profile(project: Path) -> None:
    folder = project / "check"
    assert written(project) == {
        "type": "duckdb", "path": str(folder / "check.duckdb"), "schema": "main", "threads": 2,
        "attach": [
            {"path": "{{ env_var('DBT_ENV_SECRET_DB') }}", "alias": "shop", "type": "postgres"},
            {"path": str(folder / "ledger.duckdb"), "alias": "ledger"},
        ],
        "plugins": [{"module": "python_udfs.dbt_plugin"}],
    }  # fmt: skip


def test_the_warehouse_is_attached_for_reading_where_an_input_is_a_table_of_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    attached = {"path": str(project / "data/films.v2.duckdb"), "alias": "films", "read_only": True}
    assert attached in written(project, items="films.main.catalogue")["attach"]
    monkeypatch.setenv("TAGSMITH_WAREHOUSE", "/srv/w.duckdb")
    monkeypatch.setenv("TAGSMITH_ITEMS", "w.main.catalogue")
    attached = {"path": "/srv/w.duckdb", "alias": "w", "read_only": True}
    assert attached in written(project)["attach"]


def test_a_project_without_its_profile_says_where_it_was_looked_for(project: Path) -> None:
    (project / "profiles.yml").unlink()
    with pytest.raises(SettingError, match=r"no profiles\.yml with the profile shop; looked in: "):
        written(project)


def test_a_place_that_a_build_cannot_write_ends_the_check(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "data").touch()
    with pytest.raises(PlaceError, match=r"the warehouse .*/data/films\.v2\.duckdb cannot be "):
        written(project)
    monkeypatch.setenv("TAGSMITH_WAREHOUSE", "films.duckdb")
    with pytest.raises(PlaceError, match=r"the ledger .*/data is no folder; set TAGSMITH_LEDGER"):
        written(project)
    # Another target is not built.
    monkeypatch.setenv("DBT_TARGET", "prod")
    assert written(project)
