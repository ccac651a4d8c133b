-- Only an empty schema leaves a candidate without a nearest base tag.
with

base_tags as (
    select count(*) as n_base_tags
    from {{ ref("stg_base_tags") }}
)

select
    candidates.item_id,
    candidates.tag
from {{ ref("int_candidates_aligned") }} as candidates
cross join base_tags
where (candidates.similarity is null) != (base_tags.n_base_tags = 0)
