"""Publishes the features as parquet, once the tests of every table behind them have passed."""

from dbt.flags import get_flags
from dbt_common.invocation import get_invocation_id

from python_udfs.publishing import publish
from python_udfs.settings import Settings


def model(dbt, session):
    # Only named: a publication waits for the tests of these tables as well.
    dbt.ref("publication_gates")
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
