"""Sentence-BERT vectors of distinct strings, read from the ledger or computed once into it."""

from python_udfs.embedding.cache import cached_embeddings
from python_udfs.embedding.encoder import SentenceBert
from python_udfs.settings import Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    texts = dbt.ref("int_tag_texts").select("text")
    if settings.is_empty:
        texts = texts.limit(0)
    encoder = SentenceBert(settings.sbert_model, settings.embedding_batch_size)
    return cached_embeddings(texts, session, encoder)
