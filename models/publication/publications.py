"""Publishes the features as parquet, once the audit has found every gate passed."""

from dbt_common.invocation import get_invocation_id

from python_udfs.publishing import publish
from python_udfs.settings import Settings


def model(dbt, session):
    tables = {
        "item_features": dbt.ref("item_features").sql_query(),
        "item_tags": dbt.ref("item_tags").sql_query(),
        "tag_decisions": dbt.ref("tag_decisions").sql_query(),
        "item_tombstones": dbt.ref("item_tombstones").sql_query(),
    }
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    prompts = dict(dbt.ref("stg_prompts").fetchall())
    # An audit of another run says nothing about these tables.
    audit = dbt.ref("audit").filter(f"is_whole and invocation_id = '{get_invocation_id()}'")
    return publish(
        session,
        settings,
        get_invocation_id(),
        tables,
        prompts,
        is_tested=len(audit) > 0,
        kept=dbt.ref("int_items_kept").sql_query(),
    ).to_arrow_reader()
