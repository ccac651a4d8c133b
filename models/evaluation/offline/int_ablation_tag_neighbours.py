"""The base tag that each candidate which the pipeline dropped is nearest to in meaning."""

from python_udfs.embedding.encoder import SentenceBert
from python_udfs.evaluation.neighbours import nearest_of_texts
from python_udfs.settings import Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    texts = dbt.ref("int_ablation_tag_texts")
    if settings.is_empty:
        texts = texts.limit(0)
    names = dbt.ref("int_base_tag_names").select("name as text, base_tag")
    named = names.join(dbt.ref("int_tag_embeddings"), "text").select("base_tag, embedding")
    encoder = SentenceBert(settings.sbert_model, settings.embedding_batch_size)
    return nearest_of_texts(texts, named.to_arrow_table(), session, encoder)
