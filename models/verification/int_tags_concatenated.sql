-- Concatenation and final score (paper 2.2): mapped and novel tags on one scale.
with

mapped as (
    select
        item_id,
        base_tag,
        category,
        position,
        score,
        similarity
    from {{ ref("int_mapped_tags") }}
),

novel as (
    select
        item_id,
        tag,
        category,
        position,
        ensemble_score,
        evaluation_score,
        agreement
    from {{ ref("int_novel_reranked") }}
),

concatenated as (
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
),

frequencies as (
    select
        tag,
        count(*) as n_items_with_tag
    from concatenated
    group by tag
),

totals as (
    select count(distinct item_id) as n_items
    from concatenated
),

weighed as (
    select
        concatenated.item_id,
        concatenated.tag,
        concatenated.status,
        concatenated.base_tag,
        concatenated.category,
        concatenated.position,
        concatenated.ensemble_score,
        concatenated.evaluation_score,
        concatenated.agreement,
        {{ specificity("frequencies.n_items_with_tag", "totals.n_items") }}
            as specificity
    from concatenated
    inner join frequencies
        on concatenated.tag = frequencies.tag
    cross join totals
),

final as (
    select
        item_id,
        tag,
        status,
        base_tag,
        category,
        position,
        ensemble_score,
        evaluation_score,
        agreement,
        specificity,
        {{ final_score() }} as score
    from weighed
)

select * from final
