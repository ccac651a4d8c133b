-- Merge candidates of an item that map to one base tag: the ensemble again, weighted by
-- similarity.
with

candidates as (
    select * from {{ ref("int_candidates_aligned") }}
    where status = 'mapped'
),

base_tags as (
    select * from {{ ref("stg_base_tags") }}
),

mapped as (
    select
        item_id,
        base_tag,
        {{ ensemble_score("ensemble_score", "similarity") }} as ensemble_score,
        max(similarity) as similarity,
        min(position) as position,
        count(*) as n_candidates
    from candidates
    group by item_id, base_tag
),

final as (
    select
        mapped.item_id,
        mapped.base_tag,
        base_tags.category,
        mapped.ensemble_score,
        mapped.similarity,
        mapped.position,
        mapped.n_candidates
    from mapped
    inner join base_tags
        on mapped.base_tag = base_tags.tag
)

select * from final
