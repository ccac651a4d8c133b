-- Only these compete for the places of an item, and none is lost.
with

counts as (
    select
        (select count(*) from {{ ref("int_mapped_tags") }}) as n_mapped,
        (
            select count(*) from (
                select distinct
                    item_id,
                    tag
                from {{ ref("int_evaluator_verdicts") }}
                where is_accepted
                {%- if not var("use_evaluators") %}
                union all
                select
                    item_id,
                    tag
                from {{ ref("int_candidates_aligned") }}
                where novel_rank <= {{ var("max_evaluated_novel") }}
                {%- endif %}
            )
        ) as n_accepted,
        (select count(*) from {{ ref("int_tags_concatenated") }}) as n_concatenated,
        (select count(*) from {{ ref("int_tags_selected") }}) as n_selected_or_not
)

select
    n_mapped,
    n_accepted,
    n_concatenated,
    n_selected_or_not
from counts
where
    n_concatenated != n_mapped + n_accepted
    or n_concatenated != n_selected_or_not
