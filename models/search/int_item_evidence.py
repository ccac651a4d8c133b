"""Looks up what the ledger lacks for the generators, then reads all of it back."""

from python_udfs.search.run import gather_evidence
from python_udfs.settings import Environment, Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    items_to_tag = dbt.ref("stg_items_to_tag").select("item_id").set_alias("items_to_tag")
    queries = (
        dbt.ref("int_item_queries")
        .set_alias("queries")
        .join(items_to_tag, "item_id")
        .select("search_key, item_id, title, search_words as words")
    )
    found = gather_evidence(
        session,
        settings,
        Environment.read(),
        queries.sql_query(),
        dbt.ref("int_search_corpus").sql_query(),
    )
    return found.select(
        "search_key, item_id, words as search_words, status, passages"
    ).to_arrow_reader()
