"""A warehouse of one item, with the columns that the scripts read."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

_TABLES = """
create table stg_items as
    select 'parasite' as item_id, 'Parasite' as title union all select 'oldboy', 'Oldboy';
create table run_settings as select * from (values
    ('alpha', '0.75'), ('beta', '0.7'), ('top_k', '25'), ('dedup_threshold', '0.85'),
    ('ensemble_method', 'noisy_or'), ('max_evaluated_novel', '6'), ('weight_ensemble', '0.45'),
    ('weight_evaluation', '0.3'), ('weight_agreement', '0.15'), ('weight_specificity', '0.1'),
    ('semantic_dedup_threshold', '0.78'), ('calibrate_scores', 'True')
) as t (name, value);
create table item_tags as
    select 'parasite' as item_id, 1 as rank, 'class divide' as tag, 'subject' as category,
        'mapped' as status, 0.9 as score,
        {'paths': [{'path': 'text:overall'}, {'path': 'text:subject'}]} as provenance
    union all select 'parasite', 2, 'smell of poverty', 'mood', 'novel', 0.6,
        {'paths': [{'path': 'text:mood'}]};
create table tag_decisions as select * from (values
    ('parasite', 'social divide', 'selected', 'mapped to "class divide" (semantic); number 1', 2,
     0.8, null, null, 'mapped', 'class divide', 'class divide', 0.81, 'semantic', null, 0.9, 1,
     'class divide'),
    ('parasite', 'social divides', 'deduplicated', 'so similar', 1, 0.3, 'social divide', 0.9,
     null, null, null, null, null, null, null, null, null),
    ('parasite', 'smell of poverty', 'selected', 'novel, the strict evaluator said Yes; number 2',
     1, 0.63, null, null, 'novel', null, 'poverty', 0.7, 'semantic', 1, 0.6, 2,
     'smell of poverty'),
    ('parasite', 'odd one', 'rejected_by_evaluators', 'novel, and no evaluator said Yes', 1, 0.5,
     null, null, 'novel', null, 'oddity', 0.75, 'semantic', 2, null, null, null),
    ('parasite', 'class war', 'policy', 'means the same as "class divide" (cosine 0.84)', 1, 0.4,
     'class divide', 0.84, 'mapped', 'class war', 'class war', 1.0, 'exact', null, 0.5, null, null),
    ('parasite', 'broken one', 'rejected_at_generation', 'score out of [0, 1]', null, null, null,
     null, null, null, null, null, null, null, null, null, null)
) as t (item_id, tag, outcome, reason, n_paths, ensemble_score, survivor_tag,
    survivor_similarity, status, base_tag, nearest_base_tag, similarity, match_kind, novel_rank,
    score, rank, selected_as);
create table int_base_tag_names as
    select 'class divide' as name, 'class divide' as base_tag
    union all select 'rich and poor', 'class divide';
create table question_failures as
    select 'parasite' as item_id, 'image' as role, 'image:mood' as path, null as tag,
        'quarantined' as status, 'refusal' as error_class;
create table int_candidates_by_path as select *, 'q-' || path as question_key from (values
    ('parasite', 'social divide', 'text:overall', 1, 0.9, 0.5),
    ('parasite', 'social divide', 'text:subject', 2, 0.8, 0.7),
    ('parasite', 'social divides', 'text:mood', 3, 0.6, 0.5),
    ('parasite', 'smell of poverty', 'text:mood', 1, 0.9, 0.7),
    ('parasite', 'odd one', 'text:mood', 2, 0.7, 0.7),
    ('parasite', 'social divide', 'student:all', 4, 0.3, 1.0)
) as t (item_id, tag, path, position, path_score, weight);
create table int_generation_questions as
    select 'parasite' as item_id, 'q-text:subject' as question_key, 's1' as search_key;
create table int_item_evidence as
    select 's1' as search_key, '[{"source": "A critic", "text": "Of class."}]' as passages;
create table int_student_tags as
    select 'parasite' as item_id, 'social divide' as tag, repeat('1a2b', 16) as version,
        timestamp '2026-03-01 12:34:56' as trained_at;
create table int_candidates_rejected as
    select 'parasite' as item_id, 'text:setting' as path, 4 as position,
        'Broken' || chr(27) || ' ONE!' as name, '1.7' as score_text,
        'score out of [0, 1]' as rejected_reason;
create table int_search_evidence as
    select 'parasite' as item_id, 'smell of poverty' as tag,
        '[{"passage_id": "p1", "source": "A review", "item_id": null, "text": "It smells."}]'
            as passages;
create table int_evaluator_verdicts as select * from (values
    ('parasite', 'smell of poverty', 'lenient', 0.6, false, 'answered', null, []),
    ('parasite', 'smell of poverty', 'strict', 0.4, true, 'answered', null, ['The smell.']),
    ('parasite', 'odd one', 'lenient', 0.7, false, 'answered', null, []),
    ('parasite', 'odd one', 'strict', null, null, 'quarantined', 'timeout', null)
) as t (
    item_id, tag, evaluator, verdict_score, is_accepted, answer_status, error_class, lines_read
);
create table evaluators as
    select unnest(['lenient', 'strict']) as evaluator, unnest([0.7, 0.3])::double as bar;
create table int_tag_reasons as
    select 'parasite' as item_id, 'smell of poverty' as tag, 'The host notes it.' as reason;
create table int_tags_concatenated as select * from (values
    ('parasite', 'class divide', 'mapped', 'subject', 1,
     0.8::double, 0.25::double, 0.81::double, 1.0::double, 0.5::double, 0.803::double),
    ('parasite', 'smell of poverty', 'novel', 'mood', 1, 0.63, 0.63, 0.5, 0.5, 1.0, 0.6),
    ('parasite', 'class war', 'mapped', 'mood', 1, 0.4, 0.4, 1.0, 1.0, 0.5, 0.5)
) as t (item_id, tag, status, category, position, ensemble_score, calibrated_score,
    evaluation_score, agreement, specificity, score);
create table int_score_labels as
    select 'parasite' as item_id, 'class divide' as tag, 3 as fold,
        map {'any tag': 1.0, 'text:subject': 0.8, 'novel': 0.0} as evidence
    union all select 'parasite', 'smell of poverty', 4, map {'any tag': 1.0};
create table int_score_weights as select * from (values
    (3, 'any tag', -2.0986, 1200), (3, 'text:subject', 1.25, 1200), (3, 'novel', -1.5, 1200),
    (2, 'text:subject', 9.0, 1100)
) as t (fold, evidence, weight, n_labels);
create table int_tags_selected as
    select 'parasite' as item_id, 'class divide' as tag, 1 as rank, true as is_selected,
        null::varchar as reason, null::varchar as survivor_tag,
        null::double as survivor_similarity
    union all select 'parasite', 'smell of poverty', 2, true, null, null, null
    union all select 'parasite', 'class war', null, false,
        'means the same as "class divide" (cosine 0.84)',
        'class divide', 0.84;
create table item_features as
    select 'parasite' as item_id, 'Parasite' as title, 2 as n_tags
    union all select 'oldboy', 'Oldboy', 0;
create table run_health as select * from (values
    ('tags_per_item', 1.0::double), ('placeholder_share', 0.004), ('markup_share', 0.0)
) as t (measure, value);
create table publications as
    select '/data/published/20260301T120000000Z-1a2b3c4d' as path, true as is_of_this_build;
create table pipeline_summary as
    select 2 as n_items, 1 as n_items_without_tags, 3 as n_rejected_rows, 2 as n_tags,
        1.0::double as tags_per_item, 0.5::double as mapped_share, 0.5::double as novel_share,
        1 as n_quarantined, 5 as n_pending, 4 as n_in_batches,
        3 as n_not_attempted, 0.75 as not_attempted_usd, 1234 as n_calls, 7 as n_failed_calls,
        90000 as prompt_tokens, 60000 as cached_tokens, 5000 as completion_tokens,
        0.25::double as cost_usd, 2 as n_unpriced_calls;
"""


@pytest.fixture
def warehouse(tmp_path: Path) -> Path:
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(_TABLES)
    return path
