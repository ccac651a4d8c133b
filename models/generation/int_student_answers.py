"""The student's tags: from the ledger, or learnt from examples of other folds and kept there."""

from python_udfs.embedding.encoder import SentenceBert
from python_udfs.settings import Settings
from python_udfs.student.cache import cached_student_tags


def model(dbt, session):
    settings = Settings.from_rows(dbt.ref("run_settings").fetchall())
    examples = dbt.ref("int_student_examples")
    if settings.is_empty or not settings.use_student:
        examples = examples.limit(0)
    sbert = SentenceBert(settings.sbert_model, settings.embedding_batch_size)
    return cached_student_tags(
        dbt.ref("int_student_items"),
        examples.select("item_id, tag, weight"),
        session,
        tags_per_item=settings.student_tags_per_item,
        least_items=settings.student_min_items,
        encoder=sbert if settings.student_reads_meaning else None,
    )
