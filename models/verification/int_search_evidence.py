"""Looks up evidence that the ledger lacks, then reads all of it back."""

from python_udfs.search.run import gather_evidence
from python_udfs.settings import Environment, Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    # A tag may be asked about for two purposes; it is looked up once.
    queries = dbt.ref("int_search_queries").select("search_key, item_id, title, tag as words")
    found = gather_evidence(
        session,
        settings,
        Environment.read(),
        queries.distinct().sql_query(),
        dbt.ref("int_search_corpus").sql_query(),
    )
    return found.select("search_key, item_id, words as tag, status, passages").to_arrow_reader()
