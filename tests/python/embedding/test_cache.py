"""The embedding cache: each text once for each model, durable batch by batch."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import numpy as np
import numpy.typing as npt
import pytest

from python_udfs.embedding.cache import EMBEDDED, cached_embeddings
from python_udfs.errors import EmbeddingError


class Lengths:
    """Encodes a text as (length, 1); counts the texts."""

    def __init__(self, model_id: str = "lengths@1", fails_after: int | None = None) -> None:
        self.model_id = model_id
        self.asked: list[list[str]] = []
        self._fails_after = fails_after

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        if self._fails_after is not None and len(self.asked) >= self._fails_after:
            raise KeyboardInterrupt
        self.asked.append(list(texts))
        rows = [[np.nan if "broken" in text else len(text), 1] for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), 2)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as opened:
        opened.execute(f"attach '{tmp_path / 'ledger.duckdb'}' as ledger")
        opened.execute(
            "create table ledger.main.embeddings "
            "(model varchar, text varchar, embedding float[], primary key (model, text))"
        )
        yield opened


def embed(
    connection: duckdb.DuckDBPyConnection, texts: Sequence[str], encoder: Lengths, batch: int = 2
) -> dict[str, list[float]]:
    relation = connection.sql("select unnest(?::varchar[]) as text", params=[list(texts)])
    table = cached_embeddings(relation, connection, encoder, batch).read_all()
    assert table.schema == EMBEDDED
    return {row["text"]: row["embedding"] for row in table.to_pylist()}


def test_missing_texts_are_embedded_shortest_first_in_batches(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    encoder = Lengths()

    found = embed(connection, ["ccc", "a", "bb", "한국어", "it's"], encoder)

    assert encoder.asked == [["a", "bb"], ["ccc", "한국어"], ["it's"]]
    assert found == {"a": [1, 1], "bb": [2, 1], "ccc": [3, 1], "한국어": [3, 1], "it's": [4, 1]}


def test_what_the_ledger_has_is_not_embedded_again(connection: duckdb.DuckDBPyConnection) -> None:
    embed(connection, ["a", "bb"], Lengths())
    second = Lengths()

    found = embed(connection, ["bb", "ccc"], second)

    assert second.asked == [["ccc"]]
    assert found == {"bb": [2, 1], "ccc": [3, 1]}


def test_nothing_missing_asks_the_encoder_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    embed(connection, ["a"], Lengths())
    second = Lengths()

    assert embed(connection, ["a"], second) == {"a": [1, 1]}
    assert embed(connection, [], second) == {}
    assert second.asked == []


def test_each_model_has_vectors_of_its_own(connection: duckdb.DuckDBPyConnection) -> None:
    embed(connection, ["a"], Lengths())
    other = Lengths("lengths@2")

    assert embed(connection, ["a"], other) == {"a": [1, 1]}
    assert other.asked == [["a"]]
    assert len(connection.table("ledger.main.embeddings")) == 2


def test_an_interruption_loses_the_batch_in_hand_only(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    with pytest.raises(KeyboardInterrupt):
        embed(connection, ["a", "bb", "ccc", "dddd", "eeeee"], Lengths(fails_after=2))
    resumed = Lengths()

    embed(connection, ["a", "bb", "ccc", "dddd", "eeeee"], resumed)

    assert resumed.asked == [["eeeee"]]


def test_a_vector_that_is_not_finite_names_the_text(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(EmbeddingError, match=r"'broken tag'.*sbert_model"):
        embed(connection, ["a", "broken tag"], Lengths())

    assert len(connection.table("ledger.main.embeddings")) == 0


def test_models_that_lack_the_same_texts_at_once_embed_them_once(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    """dbt runs models side by side, each on a cursor; a key that two of them write is an error."""
    texts = [f"text {number}" for number in range(40)]
    encoders = [Lengths() for _ in range(8)]
    cursors = [connection.cursor() for _ in encoders]
    with ThreadPoolExecutor(len(encoders)) as pool:
        found = list(pool.map(lambda *each: embed(each[0], texts, each[1]), cursors, encoders))
    assert all(sorted(vectors) == sorted(texts) for vectors in found)
    asked = [text for encoder in encoders for batch in encoder.asked for text in batch]
    assert sorted(asked) == sorted(texts)
