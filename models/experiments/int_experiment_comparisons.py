"""Compares the two groups of every experiment, metric by metric."""

from python_udfs.evaluation.experiments.run import experiment_comparisons
from python_udfs.settings import Settings


def model(dbt, session):
    return experiment_comparisons(
        dbt.ref("int_experiment_moments"),
        dbt.ref("int_experiment_items"),
        dbt.ref("int_experiment_rare_exposures"),
        Settings.from_rows(dbt.ref("run_settings").fetchall()),
    )
