"""`make cold-start` on a data folder of a synthetic world."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from tagsmith.cli import main
from tests.python.recommenders.evaluation.worlds import N_COLD, N_WARM, taste, world

Run = Callable[..., int]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Films that people tagged by taste, their ratings, and the generated tags of the new ones."""
    folder = tmp_path / "data"
    folder.mkdir()
    films = [(n + 1, taste(n)) for n in range(N_WARM)]
    films += [(n + 101, taste(n)) for n in range(N_COLD)]
    columns = {"item_id": [i for i, _ in films], "tag": [t for _, t in films]}
    connection = duckdb.connect()
    connection.register("films", pa.table(columns))
    connection.register("events", world())
    for name, query in {
        "items": "select item_id, [if(item_id % 3 = 0, 'Drama', 'Comedy')] as genres, "
        "['Norway'] as countries, 'no' as original_language, date '2001-05-01' as release_date, "
        "['An Actor'] as top_cast, 'A Director, Another' as director from films",
        "human_tags": "select item_id, upper(tag) as keyword, 'tmdb' as source, 'content' as kind "
        "from films union all select item_id, 'watched by me', 'movielens', 'content' from films",
        "ratings": "select user_id, 4.0::float as rating, to_timestamp(occurred_at) as ts, "
        "item_id[2:]::int + if(item_id[1] = 'c', 101, 1) as item_id from events "
        "union all select 'u00', 3.0, to_timestamp(1), 999",
    }.items():
        connection.execute(f"copy ({query}) to '{folder / name}.parquet' (format parquet)")
    connection.execute(
        "copy (select item_id::varchar as item_id, tag, 0.8 as score from films "
        f"where item_id > 100) to '{tmp_path / 'tags.parquet'}' (format parquet)"
    )
    connection.close()
    return folder


@pytest.fixture
def run(data: Path, tmp_path: Path) -> Run:
    def start(tags: Path | None = None, *more: str, out: str = "out/report.md") -> int:
        return main(["cold-start",
            "--data", str(data), "--tags", str(tags or tmp_path / "tags.parquet"),
            "--out", str(tmp_path / out), "--resamples", "40", "--seeds", "1", *more,
        ])  # fmt: skip

    return start


def csv_of(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


def test_the_report_says_what_helps_and_that_it_was_asked_first(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run() == 0
    report = (tmp_path / "out" / "report.md").read_text()
    assert report in capsys.readouterr().out
    assert "60 cold items" in report
    assert "left out: 1 interactions with items of no metadata" in report
    assert report.index("Smallest difference") < report.index("Cold items ranked")
    assert "- generated tags against none: helps (content, graph)" in report
    # Equal to the manual tags but for the weight, which one tag an item does not show.
    assert "| content | generated tags | manual tags | +0.0000 |" in report
    with (tmp_path / "out" / "report.csv").open() as file:
        figures = list(csv.DictReader(file))
    assert {row["task"] for row in figures} > {"cold items", "whole catalogue, warm hits"}
    assert {row["model"] for row in figures} == {
        "popularity", "item_cf", "content", "graph", "hybrid",
    }  # fmt: skip


def test_tags_of_the_users_under_test_are_no_feature(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    watched = csv_of(
        tmp_path / "w.csv", "item_id,tag", *(f"{101 + n},watched by me" for n in range(9))
    )
    assert run(watched) == 0
    assert "| generated tags | 0.0 | 9 | 9 |" in capsys.readouterr().out


def test_a_score_that_is_missing_counts_as_1_and_rare_tags_of_people_can_be_left_out(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    tags = csv_of(tmp_path / "t.csv", "item_id,tag,score", "101,heist,", "102,storm,0.5")
    assert run(tags) == 0
    said = capsys.readouterr().out
    assert "| generated tags | 1.0 | 0 | 0 |" in said
    assert "| manual tags | 1.0 | 0 | 0 |" in said
    assert run(tags, "--least-items-of-tag", "60") == 0
    assert "| manual tags | 0.0 | 2 | 0 |" in capsys.readouterr().out


def test_the_same_seed_gives_the_same_figures(run: Run, tmp_path: Path) -> None:
    for out in ("a.md", "b.md"):
        run(out=out)
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    run(None, "--seed", "2", out="c.md")
    assert (tmp_path / "a.csv").read_bytes() != (tmp_path / "c.csv").read_bytes()


def test_without_the_data_nothing_is_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--data", str(tmp_path), "--tags", "t.csv", "--out", str(tmp_path / "r.md")]
    assert main(["cold-start", *asked]) == 0
    assert "nothing to do (set DATA=folder)" in capsys.readouterr().out
    assert not (tmp_path / "r.md").exists()


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["item_id,tag"], "has no rows"),
        (["item_id,keyword", "101,heist"], "has no column tag"),
        (["item_id,tag", "7777,heist"], "no cold item is in the catalogue"),
        (["item_id,tag,score", "101,heist,high"], "score"),
        (["item_id,tag,score", "101,heist,7"], "has a score of 7; scale scores to"),
    ],
)
def test_a_file_of_tags_that_cannot_be_used_is_said_to_be_so(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: list[str], message: str
) -> None:
    assert run(csv_of(tmp_path / "tags.csv", *lines)) == 1
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_missing_file_of_tags_names_the_remedy(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path / "none.parquet") == 1
    assert "run `make real` first" in capsys.readouterr().err


def test_items_without_a_tag_are_cold_as_well(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ids = csv_of(tmp_path / "ids.csv", "item_id", *(str(101 + n) for n in range(20)))
    tags = csv_of(tmp_path / "some.csv", "item_id,tag", "101,heist", "102,storm")
    assert run(tags, "--cold-items", str(ids)) == 0
    assert "| generated tags | 0.1 | 18 | 0 |" in capsys.readouterr().out


def test_items_that_no_model_was_asked_about_are_not_cold(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = "case when n < 20 then timestamp '2026-01-01' end"
    duckdb.sql(
        f"copy (select 101 + n as item_id, {asked} as generated_at from range(40) as t (n)) "
        f"to '{tmp_path / 'item_features.parquet'}' (format parquet)"
    )
    assert run() == 0
    assert "20 cold items" in capsys.readouterr().out
