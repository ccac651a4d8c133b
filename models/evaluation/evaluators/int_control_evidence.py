"""Looks up evidence for control tags that the ledger has not frozen, then reads it back."""

from python_udfs.search.run import gather_evidence
from python_udfs.settings import Environment, Settings


def model(dbt, session):
    # Only named: what is looked up for a candidate is not looked up twice at a time.
    dbt.ref("int_search_evidence")
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    return gather_evidence(
        session,
        settings,
        Environment.read(),
        dbt.ref("int_control_queries").sql_query(),
        dbt.ref("int_search_corpus").sql_query(),
    ).to_arrow_reader()
