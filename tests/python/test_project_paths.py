"""Relative paths are those of the project; addresses and what is no file stay as they are."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from python_udfs.project_paths import in_project, place_databases

PROJECT = Path("/srv/tags")


@pytest.mark.parametrize(
    ("path", "whole"),
    [
        ("data/ledger.duckdb", "/srv/tags/data/ledger.duckdb"),
        ("../ledger.duckdb", "/srv/tags/../ledger.duckdb"),
        ("/var/ledger.duckdb", "/var/ledger.duckdb"),
        ("내 영화/l.duckdb", "/srv/tags/내 영화/l.duckdb"),
        ("~/l.duckdb", str(Path.home() / "l.duckdb")),
        ("", ""),
        (":memory:", ":memory:"),
        ("md:films", "md:films"),
        ("s3://bucket/l.duckdb", "s3://bucket/l.duckdb"),
        ("ducklake:meta.ducklake", "ducklake:meta.ducklake"),
    ],
)
def test_only_a_relative_file_starts_at_the_project(path: str, whole: str) -> None:
    assert in_project(path, PROJECT) == whole


def test_databases_of_a_profile_are_placed_but_no_connection_string() -> None:
    profile = SimpleNamespace(
        path="data/w.duckdb",
        attach=[
            SimpleNamespace(path="data/l.duckdb", type=None),
            SimpleNamespace(path="films.sqlite", type="SQLite"),
            SimpleNamespace(path="dbname=films host=db", type="postgres"),
        ],
    )
    place_databases(profile, PROJECT)
    assert [profile.path, *(one.path for one in profile.attach)] == [
        "/srv/tags/data/w.duckdb",
        "/srv/tags/data/l.duckdb",
        "/srv/tags/films.sqlite",
        "dbname=films host=db",
    ]


def test_a_profile_that_attaches_nothing_is_placed_too() -> None:
    profile = SimpleNamespace(path="w.duckdb", attach=None)
    place_databases(profile, PROJECT)
    assert profile.path == "/srv/tags/w.duckdb"
