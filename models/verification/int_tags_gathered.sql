-- Concatenation (paper 2.2): mapped tags and accepted novel ones with the parts of
-- their score.
with

mapped as (
    select * from {{ ref("int_mapped_tags") }}
),

novel as (
    select * from {{ ref("int_novel_reranked") }}
),

final as (
    select
        item_id,
        base_tag as tag,
        'mapped' as status,
        base_tag,
        category,
        position,
        score as ensemble_score,
        similarity as evaluation_score,
        cast(1 as double) as agreement
    from mapped
    union all
    select
        item_id,
        tag,
        'novel' as status,
        cast(null as varchar) as base_tag,
        category,
        position,
        ensemble_score,
        evaluation_score,
        agreement
    from novel
)

select * from final
