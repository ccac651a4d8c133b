"""What each kind of evidence for a tag is worth, learnt for a fold from the items of the others."""

from python_udfs.score_weights import score_weights
from python_udfs.settings import Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    labels = dbt.ref("int_score_labels").filter("is_labelled").order("item_id, tag")
    table = labels.select("fold, evidence, is_manual").to_arrow_table()
    return score_weights(table, settings.evidence_weights)
