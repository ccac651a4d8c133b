"""The output of `make recommend`, and its synthetic interactions."""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path

import duckdb
import pytest

from tagsmith.cli import main
from tools import synthetic_interactions
from tools.synthetic_interactions import COLD, SEEDS, draw_events, read_items

_TABLES = """
create table stg_items as select * from (values
    ('a', 'Alpha'), ('b', 'Beta'), ('c', 'Gamma'), ('d', 'Del' || chr(27) || 'ta')
) as t (item_id, title);
create table stg_interactions as select * from (values
    ('u1', 'b', timestamp '2026-01-02'), ('u1', 'a', timestamp '2026-01-01'),
    ('u1', 'a', timestamp '2026-01-03'), ('u2', 'c', timestamp '2026-01-01')
) as t (user_id, item_id, occurred_at);
create table item_tags as select * from (values
    ('a', 'sea'), ('b', 'sea'), ('b', '🐳'), ('c', 'sea'), ('c', '🐳')
) as t (item_id, tag);
create table recommendations as select * from (values
    ('hybrid', 'u1', 1, 'c', true, ['🐳', 'sea']), ('hybrid', 'u1', 2, 'd', false, []),
    ('item_cf', 'u1', 1, 'c', true, ['sea']), ('popularity', 'u1', 1, 'd', false, [])
) as t (model, user_id, rank, item_id, is_cold_start, tags);
create table item_neighbors as select * from (values
    ('item_cf', 'a', 1, 'd', 0.5), ('hybrid', 'b', 1, 'd', 0.9), ('item_cf', 'b', 1, 'c', 0.5)
) as t (model, item_id, rank, neighbor_id, score);
"""


@pytest.fixture
def recommended(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(_TABLES)
    return path


def test_a_recommendation_names_its_cause_and_the_shared_tags(
    recommended: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["recommend", "--warehouse", str(recommended)]) == 0
    said = capsys.readouterr().out
    assert said.splitlines() == [
        "u1 watched Alpha, Beta",
        "  hybrid recommends:",
        "    1. Gamma (new here)",
        "       because you watched Beta, Alpha: 🐳, sea",
        "    2. Del ta",
        "       because others who watched Alpha watched it",
        "",
        "u2 watched Gamma",
        "  hybrid recommends:",
        "       nothing",
        "",
    ]


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        ("item_cf", "because others who watched Beta watched it (it shares with Alpha, Beta: sea)"),
        ("popularity", "because many watched it"),
    ],
)
def test_a_model_that_sees_no_tags_does_not_give_them_as_the_cause(
    recommended: Path, capsys: pytest.CaptureFixture[str], model: str, reason: str
) -> None:
    assert (
        main(["recommend", "--warehouse", str(recommended), "--user", "u1", "--model", model]) == 0
    )
    assert capsys.readouterr().out.splitlines()[3].strip() == reason


def test_users_are_the_cause_where_they_lead_to_an_item_that_is_not_new(
    recommended: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with duckdb.connect(str(recommended)) as connection:
        connection.execute("update recommendations set is_cold_start = false")
    assert main(["recommend", "--warehouse", str(recommended), "--user", "u1"]) == 0
    assert capsys.readouterr().out.splitlines()[3].strip() == (
        "because others who watched Beta watched it (it shares with Beta, Alpha: 🐳, sea)"
    )


def test_without_the_hybrid_another_model_is_shown(
    recommended: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with duckdb.connect(str(recommended)) as connection:
        connection.execute("delete from recommendations where model = 'hybrid'")
    assert main(["recommend", "--warehouse", str(recommended), "--user", "u1"]) == 0
    assert "item_cf recommends:" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--user", "nobody"], "users are e.g. u1, u2"),
        (["--model", "magic"], "hybrid, item_cf, popularity"),
    ],
)
def test_an_unknown_user_or_model_is_answered_with_the_known_ones(
    recommended: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], message: str
) -> None:
    assert main(["recommend", "--warehouse", str(recommended), *arguments]) == 1
    assert message in capsys.readouterr().err


@pytest.mark.parametrize(
    ("emptied", "message"),
    [("stg_interactions", "TAGSMITH_INTERACTIONS"), ("recommendations", "make build")],
)
def test_without_data_it_says_what_to_do(
    recommended: Path, capsys: pytest.CaptureFixture[str], emptied: str, message: str
) -> None:
    with duckdb.connect(str(recommended)) as connection:
        connection.execute(f"delete from {emptied}")
    assert main(["recommend", "--warehouse", str(recommended)]) == 1
    assert message in capsys.readouterr().err


def test_the_seed_is_what_the_script_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "interactions.csv"
    monkeypatch.setattr("sys.argv", ["synthetic_interactions.py", "--out", str(out)])
    synthetic_interactions.main()
    assert out.read_bytes() == (SEEDS / "sample_interactions.csv").read_bytes()


def test_three_sample_items_are_cold_and_all_others_are_not() -> None:
    rng = random.Random(7)  # noqa: S311
    users = defaultdict(set)
    for event in draw_events(read_items(SEEDS, rng), 70, rng):
        users[event.item_id].add(event.user_id)
    n_users = {item_id: len(found) for item_id, found in users.items()}
    assert {item_id for item_id, n in n_users.items() if n < 5} | {"lagaan"} == set(COLD)
    assert "lagaan" not in n_users
    assert len(n_users) == 19
