"""Recommends unseen items to every user, by each model, from the published features."""

from python_udfs.recommenders.run import recommended_items
from python_udfs.settings import Settings


def model(dbt, session):
    # Only named: what this build publishes is read from its folder, as other readers do.
    dbt.ref("publications")
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    return recommended_items(dbt.ref("stg_interactions"), settings)
