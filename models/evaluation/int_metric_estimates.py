"""Means of the items' metrics by slice, and differences to Tagsmith, with intervals."""

from python_udfs.evaluation.metric_estimates import metric_estimates
from python_udfs.settings import Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    metrics = dbt.ref("item_metrics")
    measured = metrics.select("item_id").distinct()
    return metric_estimates(
        metrics.select("system, truth, match_kind, k").distinct().to_arrow_table(),
        dbt.ref("evaluation_slices").join(measured, "item_id").to_arrow_table(),
        # Read last, batch by batch: a session has one open result at a time.
        metrics.to_arrow_reader(100_000),
        settings.bootstrap_samples,
        settings.evaluation_seed,
    )
