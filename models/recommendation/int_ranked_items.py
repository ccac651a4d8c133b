"""Ranks items for every user, and near every item, by each model, from the published features."""

from python_udfs.recommenders.run import ranked_items
from python_udfs.settings import Settings


def model(dbt, session):
    # Only named: what this build publishes is read from its folder, as other readers do.
    dbt.ref("publications")
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    return ranked_items(dbt.ref("stg_interactions"), settings)
