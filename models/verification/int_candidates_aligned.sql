-- Schema alignment (paper 2.2): map if similarity > alpha, else novel. Evaluator
-- routing: send the best novel candidates of an item to the evaluators.
with

candidates as (
    select * from {{ ref("int_candidates_deduplicated") }}
    where is_kept
),

matches as (
    select * from {{ ref("int_base_tag_matches") }}
),

decided as (
    select
        candidates.item_id,
        candidates.tag,
        candidates.ensemble_score,
        candidates.position,
        matches.base_tag as nearest_base_tag,
        matches.similarity,
        matches.match_kind,
        coalesce(matches.similarity > {{ var("alpha") }}, false) as is_mapped
    from candidates
    left join matches
        on candidates.tag = matches.tag
),

final as (
    select
        item_id,
        tag,
        ensemble_score,
        position,
        similarity,
        nearest_base_tag,
        match_kind,
        case when is_mapped then 'mapped' else 'novel' end as status,
        case when is_mapped then nearest_base_tag end as base_tag,
        case
            when not is_mapped
                then cast(row_number() over (
                        partition by item_id, is_mapped
                        order by {{ tag_order("ensemble_score") }}
                    ) as integer)
        end as novel_rank,
        novel_rank <= {{ var("max_evaluated_novel") }}
        and {{ var("use_evaluators") }} as is_evaluated
    from decided
)

select * from final
