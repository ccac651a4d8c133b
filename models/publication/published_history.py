"""Writes the history of all features as parquet, next to the published versions."""

from dbt.flags import get_flags

from python_udfs.publishing import write_history
from python_udfs.settings import Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    history = dbt.ref("item_features_history").sql_query()
    is_written = get_flags().WHICH == "build" and not settings.is_empty
    return write_history(session, history, settings.publish_dir, is_written=is_written)
