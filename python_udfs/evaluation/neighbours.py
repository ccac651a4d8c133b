"""The nearest base tag of strings that have no vector yet."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pyarrow as pa

from python_udfs.embedding.cache import NamedEncoder, cached_embeddings
from python_udfs.matching import nearest_base_tags

__all__ = ["nearest_of_texts"]


def nearest_of_texts(
    texts: duckdb.DuckDBPyRelation,
    names: pa.Table,
    connection: duckdb.DuckDBPyConnection,
    encoder: NamedEncoder,
) -> pa.RecordBatchReader:
    """For each text the base tag of highest cosine; vectors go through the ledger's cache.

    `texts`: one column text, distinct. `names`: columns base_tag, embedding. Returns rows of
    NEIGHBOURS, as `nearest_base_tags` does. Raises EmbeddingError if a text has no finite vector.
    """
    embedded = cached_embeddings(texts, connection, encoder)
    schema = pa.schema([embedded.schema.field("text").with_name("tag"), embedded.schema[1]])

    def renamed() -> Iterator[pa.RecordBatch]:
        for batch in embedded:
            yield pa.record_batch(batch.columns, schema=schema)

    return nearest_base_tags(pa.RecordBatchReader.from_batches(schema, renamed()), names)
