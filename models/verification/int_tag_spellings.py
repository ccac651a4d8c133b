"""The base tags that candidates misspell."""

from python_udfs.matching import misspelled_base_tags
from python_udfs.settings import Settings


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    tags = dbt.ref("int_tag_texts").filter("is_candidate").select("text")
    if settings.is_empty:
        tags = tags.limit(0)
    return misspelled_base_tags(
        [tag for (tag,) in tags.fetchall()],
        dbt.ref("int_base_tag_names").select("name, base_tag").fetchall(),
        settings.spelling_threshold,
        settings.spelling_min_length,
    )
