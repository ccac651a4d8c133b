"""Shares of judged tags that are relevant, novel and both, with intervals by item."""

from python_udfs.evaluation.item_ratios import item_ratios
from python_udfs.settings import Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    counts = dbt.ref("int_judged_counts").select("figure, item_id, hits, tags").to_arrow_table()
    return item_ratios(counts, settings.bootstrap_samples, settings.evaluation_seed)
