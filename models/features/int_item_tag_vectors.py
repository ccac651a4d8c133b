"""The tags of each item as one vector, for content-based recommenders and nearest items."""

from python_udfs.embedding.tag_vectors import tag_vectors


def model(dbt, session):
    tags = dbt.ref("item_tags")
    embeddings = dbt.ref("int_tag_embeddings").select("text as tag, embedding")
    # Keep the vocabulary in memory and stream the items: a session has one open result at a time.
    used = embeddings.join(tags.select("tag").distinct(), "tag")
    vocabulary = used.select("tag, embedding").to_arrow_table()
    items = tags.aggregate(
        "item_id, list(tag order by rank) as tags, list(score order by rank) as scores", "item_id"
    ).order("item_id")
    return tag_vectors(items.to_arrow_reader(2048), vocabulary)
