"""The base tag that a candidate which the pipeline dropped misspells, where it does."""

from python_udfs.matching import misspelled_base_tags
from python_udfs.settings import Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    texts = dbt.ref("int_ablation_tag_texts")
    if settings.is_empty:
        texts = texts.limit(0)
    return misspelled_base_tags(
        [text for (text,) in texts.fetchall()],
        dbt.ref("int_base_tag_names").select("name, base_tag").fetchall(),
        settings.spelling_threshold,
        settings.spelling_min_length,
    )
