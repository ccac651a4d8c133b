"""The student's tags in the ledger: learnt once for a training set, read back ever after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from numpy.typing import NDArray

from benchmarks.measured import ledger_tables
from python_udfs.embedding.vectors import on_grid
from python_udfs.student import cache, tags
from python_udfs.student.cache import cached_student_tags
from python_udfs.student.tags import student_tags
from tests.python.student.catalogue import THEMES, catalogue


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{tmp_path / 'ledger.duckdb'}' as ledger")
        connection.execute(ledger_tables())
        yield connection


class Encoder:
    """Texts of one theme have one vector."""

    def __init__(self, model_id: str) -> None:
        self.model_id = model_id
        self.n_encoded = 0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.n_encoded += len(texts)
        return on_grid(np.eye(len(THEMES), dtype=np.float32)[[int(text) for text in texts]])


class Student:
    """Counts trainings; its tables can be changed between calls."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.connection = connection
        self.items, self.labels = catalogue(120)
        self.n_trained = 0
        monkeypatch.setattr(tags, "student_tags", self._train)

    def _train(
        self, items: pa.Table, labels: pa.Table, *, tags_per_item: int, least_items: int
    ) -> pa.Table:
        self.n_trained += 1
        return student_tags(items, labels, tags_per_item=tags_per_item, least_items=least_items)

    def tags(
        self, tags_per_item: int = 3, least_items: int = 100, encoder: Encoder | None = None
    ) -> pa.Table:
        # An item's theme, as in the catalogue, is its text to embed.
        hashed = (
            f"select *, (item_id[5:]::integer % {len(THEMES)})::varchar as item_text, "
            "sha256(concat_ws('|', fold, text, facts::varchar, item_text)) as content_hash"
        )
        self.connection.register("items", self.items)
        return cached_student_tags(
            self.connection.sql(f"{hashed} from items"),
            self.connection.from_arrow(self.labels),
            self.connection,
            tags_per_item=tags_per_item,
            least_items=least_items,
            encoder=encoder,
        )

    def kept(self) -> int:
        sql = "select count(distinct version) from ledger.main.student_tags"
        return int(self.connection.execute(sql).fetchall()[0][0])


@pytest.fixture
def student(connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch) -> Student:
    return Student(connection, monkeypatch)


def test_a_second_call_reads_the_same_rows_without_training(student: Student) -> None:
    first = student.tags()
    assert student.tags() == first
    assert student.n_trained == 1
    assert first.drop_columns(["version", "trained_at"]) == student_tags(
        student.items, student.labels, tags_per_item=3, least_items=100
    )


def test_each_tag_says_from_which_version_it_was_learnt_and_when(student: Student) -> None:
    def of(column: str) -> set[object]:
        return set(student.tags()[column].to_pylist())

    (first,), (trained_at,) = of("version"), of("trained_at")
    assert (of("version"), of("trained_at")) == ({first}, {trained_at})
    assert student.connection.execute(
        "select distinct version, trained_at from ledger.main.student_tags"
    ).fetchall() == [(first, trained_at)]
    student.labels = student.labels[1:]
    assert first not in of("version")


def test_what_shapes_the_tags_is_learnt_again_and_the_rest_is_not(student: Student) -> None:
    student.tags()
    student.labels = student.labels[1:]
    student.tags()
    assert student.n_trained == 2
    student.items = student.items.set_column(
        2, "text", pa.array(["a changed text", *student.items["text"].to_pylist()[1:]])
    )
    student.tags()
    assert student.n_trained == 3
    student.tags(tags_per_item=2)
    assert student.n_trained == 4
    student.items, student.labels = student.items[::-1], student.labels[::-1]
    student.tags(tags_per_item=2)
    assert student.n_trained == 4


def test_below_the_number_of_items_nothing_is_learnt_or_kept(student: Student) -> None:
    assert len(student.tags(least_items=121)) == 0
    assert (student.n_trained, student.kept()) == (0, 0)


def test_old_training_sets_are_forgotten(student: Student, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_VERSIONS_KEPT", 2)
    for _ in range(3):
        student.labels = student.labels[1:]
        student.tags()
    assert student.kept() == 2
    student.tags()
    assert student.n_trained == 3


def test_meaning_is_embedded_once_and_teaches_what_words_do_not_say(student: Student) -> None:
    silent = pa.array([""] * len(student.items))
    student.items = student.items.set_column(2, "text", silent).set_column(
        3, "facts", pa.array([[]] * len(silent), student.items.schema.field("facts").type)
    )

    def right(tags: pa.Table) -> float:
        given = set(
            zip(*(student.labels[name].to_pylist() for name in ("item_id", "tag")), strict=True)
        )
        return sum((row["item_id"], row["tag"]) in given for row in tags.to_pylist()) / len(tags)

    unread = student.tags(tags_per_item=1)
    encoder = Encoder("one")
    read = student.tags(tags_per_item=1, encoder=encoder)
    assert right(read) > 0.9 > right(unread) + 0.3
    assert (encoder.n_encoded, student.n_trained) == (len(THEMES), 2)
    assert student.tags(tags_per_item=1, encoder=encoder) == read
    assert (encoder.n_encoded, student.n_trained) == (len(THEMES), 2)
    student.tags(tags_per_item=1, encoder=Encoder("another"))
    assert student.n_trained == 3
