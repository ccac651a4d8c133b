"""Tags of an item with the same meaning, by Sentence-BERT; vectors cached in the ledger."""

from python_udfs.embedding.cache import cached_embeddings
from python_udfs.embedding.encoder import SentenceBert
from python_udfs.evaluation.similar_tags import similar_tags
from python_udfs.settings import Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    compared = dbt.ref("int_compared_tags")
    if settings.is_empty:
        compared = compared.limit(0)
    encoder = SentenceBert(settings.sbert_model, settings.embedding_batch_size)
    texts = compared.select("tag as text").distinct()
    embeddings = cached_embeddings(texts, session, encoder).read_all()
    return similar_tags(
        embeddings.rename_columns(["tag", "embedding"]),
        compared.order("item_id, tag").to_arrow_table(),
        settings.semantic_match_threshold,
    )
