"""The tags of `current` before this build publishes, read from its parquet."""

from python_udfs.publishing import current_features
from python_udfs.settings import Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    return current_features(session, settings.publish_dir, settings.catalogue)
