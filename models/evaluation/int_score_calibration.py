"""Ensemble scores as shares of tags that people would give, learnt on the items of other folds."""

from python_udfs.calibration import calibrated_scores


def model(dbt, session):
    return calibrated_scores(dbt.ref("int_score_labels").order("item_id, tag").to_arrow_table())
