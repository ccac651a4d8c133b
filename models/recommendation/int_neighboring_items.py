"""Finds the nearest items of every item, by each model, from the published features."""

from python_udfs.recommenders.run import neighboring_items
from python_udfs.settings import Settings


def model(dbt, session):
    # Only named: what this build publishes is read from its folder, as other readers do.
    dbt.ref("publications")
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    return neighboring_items(dbt.ref("stg_interactions"), settings)
