"""The hits of each list at each k, each true tag used once by the best assignment."""

from python_udfs.evaluation.semantic_hits import semantic_hits
from python_udfs.settings import Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    matches = dbt.ref("int_list_matches").select("system, truth, item_id, rank, true_position")
    return semantic_hits(matches.to_arrow_table(), settings.evaluation_ks)
