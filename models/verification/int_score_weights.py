"""What each kind of evidence for a tag is worth, learnt for a fold from the items of the others."""

from python_udfs.score_weights import score_weights


def model(dbt, session):
    labels = dbt.ref("int_score_labels").filter("is_labelled").order("item_id, tag")
    return score_weights(labels.select("fold, evidence, is_manual").to_arrow_table())
