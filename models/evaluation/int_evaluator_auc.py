"""How well each evaluator tells own tags from foreign ones, with intervals by item."""

from python_udfs.evaluation.separation import separations
from python_udfs.settings import Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    scores = dbt.ref("int_control_scores").order("item_id, tag, evaluator").to_arrow_table()
    return separations(scores, settings.bootstrap_samples, settings.evaluation_seed)
