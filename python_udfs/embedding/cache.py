"""The embedding cache in the ledger: each text once per model."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from typing import Protocol

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from python_udfs.embedding.encoder import Encoder
from python_udfs.embedding.vectors import on_grid
from python_udfs.errors import EmbeddingError
from python_udfs.progress import Progress

__all__ = ["EMBEDDED", "NamedEncoder", "cached_embeddings"]

EMBEDDED = pa.schema([("text", pa.string()), ("embedding", pa.list_(pa.float32()))])

_TEXTS_A_COMMIT = 2048
# Process-wide: several models may lack the same string, and only one may write it.
_EMBEDDING = threading.Lock()


class NamedEncoder(Encoder, Protocol):
    """An encoder that identifies its weights."""

    @property
    def model_id(self) -> str:
        """Name and hash of the weights."""
        ...


def cached_embeddings(
    texts: duckdb.DuckDBPyRelation,
    connection: duckdb.DuckDBPyConnection,
    encoder: NamedEncoder,
    texts_a_commit: int = _TEXTS_A_COMMIT,
) -> pa.RecordBatchReader:
    """Embed the texts that `ledger.main.embeddings` lacks, then read all of them back.

    `texts` has one column of distinct strings. Each batch of new vectors is committed
    separately, so a killed run loses at most one batch, and memory holds at most one. The encoder
    runs only if a text is missing, for one caller at a time. Returns rows of EMBEDDED, in no
    particular order. Raises EmbeddingError if a vector is not finite.

    Vectors are rounded to the grid of `on_grid`, so that tables do not depend on the last bits,
    which differ between processors.
    """
    cursor = connection.cursor()
    try:
        _want(cursor, texts)
        with _EMBEDDING:
            missing = _Missing(cursor, encoder.model_id)
            with Progress("embedding", missing.count, unit="texts") as progress:
                for batch in missing.batches(texts_a_commit):
                    _store(cursor, encoder.model_id, batch, encoder.encode(batch))
                    progress.advance(len(batch))
    except BaseException:
        cursor.close()
        raise
    return pa.RecordBatchReader.from_batches(EMBEDDED, _stored(cursor, encoder.model_id))


def _want(cursor: duckdb.DuckDBPyConnection, texts: duckdb.DuckDBPyRelation) -> None:
    """Store the texts in a temporary table of the cursor."""
    cursor.register("incoming_texts", texts.to_arrow_reader(_TEXTS_A_COMMIT))
    cursor.execute("create temp table wanted_texts as select text from incoming_texts")
    cursor.unregister("incoming_texts")


class _Missing:
    """The texts without a vector, shortest first: batches of equal length need little padding."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, model_id: str) -> None:
        self._cursor = cursor
        cursor.execute(
            """
            create temp table missing_texts as
            select text, row_number() over (order by length(text), text) as place
            from wanted_texts
            where text not in (select text from ledger.main.embeddings where model = ?)
            """,
            [model_id],
        )
        self.count = cursor.execute("select count(*) from missing_texts").fetchall()[0][0]

    def batches(self, size: int) -> Iterator[list[str]]:
        for start in range(0, self.count, size):
            rows = self._cursor.execute(
                "select text from missing_texts where place > ? and place <= ? order by place",
                [start, start + size],
            ).fetchall()
            yield [text for (text,) in rows]


def _store(
    cursor: duckdb.DuckDBPyConnection,
    model_id: str,
    texts: Sequence[str],
    vectors: npt.NDArray[np.float32],
) -> None:
    broken = np.flatnonzero(~np.isfinite(vectors).all(axis=1))
    if len(broken):
        raise EmbeddingError(
            f"{model_id} returned a non-finite vector for the text '{texts[int(broken[0])]}'. "
            "Set the var sbert_model to another model, or reject this text in staging."
        )
    flat = pa.array(on_grid(vectors).ravel())
    lists = pa.ListArray.from_arrays(
        pa.array(np.arange(len(texts) + 1, dtype=np.int32) * np.int32(vectors.shape[1])), flat
    )
    cursor.register("embedded_texts", pa.table([list(texts), lists], schema=EMBEDDED))
    cursor.execute(
        "insert into ledger.main.embeddings (model, text, embedding) "
        "select ?, text, embedding from embedded_texts on conflict do nothing",
        [model_id],
    )
    cursor.unregister("embedded_texts")


def _stored(cursor: duckdb.DuckDBPyConnection, model_id: str) -> Iterator[pa.RecordBatch]:
    try:
        rows = cursor.sql(
            """
            select wanted_texts.text, embeddings.embedding
            from wanted_texts
            inner join ledger.main.embeddings as embeddings on wanted_texts.text = embeddings.text
            where embeddings.model = ?
            """,
            params=[model_id],
        ).to_arrow_reader(_TEXTS_A_COMMIT)
        for batch in rows:
            found = batch.cast(EMBEDDED)
            kept = found["embedding"]
            vectors = pa.ListArray.from_arrays(kept.offsets, pa.array(on_grid(kept.values)))
            yield pa.record_batch([found["text"], vectors], schema=EMBEDDED)
    finally:
        cursor.close()
