"""The base tag nearest in meaning to each candidate."""

from python_udfs.matching import nearest_base_tags
from python_udfs.settings import Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    embeddings = dbt.ref("int_tag_embeddings")
    if settings.is_empty:
        embeddings = embeddings.limit(0)
    # Names are held in memory; candidates stream, since a session has one open result at a time.
    names = dbt.ref("int_base_tag_names").select("name as text, base_tag").join(embeddings, "text")
    named = names.select("base_tag, text as name, embedding").to_arrow_table()
    candidates = dbt.ref("int_tag_texts").filter("is_candidate").join(embeddings, "text")
    return nearest_base_tags(
        candidates.select("text as tag, embedding").to_arrow_reader(4096), named
    )
