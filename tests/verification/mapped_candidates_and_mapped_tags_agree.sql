-- Every mapped candidate has its mapped tag in the item, and every mapped tag has one.
with

candidates as (
    select
        item_id,
        base_tag,
        count(*) as n_candidates
    from {{ ref("int_candidates_aligned") }}
    where status = 'mapped'
    group by item_id, base_tag
),

mapped_tags as (
    select
        item_id,
        base_tag,
        n_candidates
    from {{ ref("int_mapped_tags") }}
)

select
    coalesce(candidates.item_id, mapped_tags.item_id) as item_id,
    coalesce(candidates.base_tag, mapped_tags.base_tag) as base_tag
from candidates
full join mapped_tags
    on
        candidates.item_id = mapped_tags.item_id
        and candidates.base_tag = mapped_tags.base_tag
where candidates.n_candidates is distinct from mapped_tags.n_candidates
