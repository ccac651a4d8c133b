"""Publishes the features as parquet, once the tests of every table behind them have passed."""

from dbt.flags import get_flags
from dbt_common.invocation import get_invocation_id

from python_udfs.publishing import publish
from python_udfs.settings import Settings


def model(dbt, session):
    # Only named: dbt runs a node after the tests of its ancestors, and these tables are tested but
    # lead to none that is published. tests/features/publications_wait_for_every_gate.sql says
    # what is missing here.
    dbt.ref("stg_rejected_rows")
    dbt.ref("stg_manual_tags")
    dbt.ref("stg_manual_effort")
    dbt.ref("int_top_k_cuts")
    dbt.ref("item_changes")
    dbt.ref("run_health")
    dbt.source("ledger", "llm_calls")
    dbt.source("ledger", "llm_answers")
    dbt.source("ledger", "search_results")
    dbt.source("ledger", "embeddings")
    dbt.source("ledger", "publication_events")
    dbt.source("ledger", "publications")
    tables = {
        "item_features": dbt.ref("item_features").sql_query(),
        "item_tags": dbt.ref("item_tags").sql_query(),
        "tag_decisions": dbt.ref("tag_decisions").sql_query(),
        "item_tombstones": dbt.ref("item_tombstones").sql_query(),
    }
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    prompts = dict(dbt.ref("stg_prompts").fetchall())
    # `dbt run` runs no test, and a build of a part not all of them, so they publish nothing.
    with_all_gates = dbt.ref("gate_selection").filter(
        f"invocation_id = '{get_invocation_id()}' and n_unselected_gates = 0"
    )
    is_tested = get_flags().WHICH == "build" and len(with_all_gates) > 0
    return publish(
        session, settings, get_invocation_id(), tables, prompts, is_tested
    ).to_arrow_reader()
