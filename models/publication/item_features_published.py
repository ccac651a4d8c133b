"""The features served since the last publication, with tombstones."""

from python_udfs.publishing import served_features
from python_udfs.settings import Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    features = dbt.ref("item_features").sql_query()
    return served_features(session, features, dbt.ref("publications"), settings.publish_dir)
