"""The tags that cheap methods would give, learnt only from the other folds."""

from python_udfs.evaluation.baseline_tags import baseline_tags
from python_udfs.settings import Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    vectors = dbt.ref("int_item_text_embeddings").select("text as item_text, embedding")
    items = dbt.ref("int_evaluation_items").join(vectors, "item_text")
    names = dbt.ref("int_base_tag_names").select("name as text, base_tag")
    named = names.join(dbt.ref("int_tag_embeddings"), "text")
    return baseline_tags(
        items.select("item_id, fold, genres, embedding").order("item_id").to_arrow_table(),
        dbt.ref("stg_manual_tags").select("item_id, tag").to_arrow_table(),
        # Names in order, too: where a vector stands decides the last bit of its product.
        named.select("base_tag, text, embedding").order("base_tag, text").to_arrow_table(),
        settings.top_k,
    )
