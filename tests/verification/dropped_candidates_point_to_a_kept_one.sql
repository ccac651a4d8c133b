-- The survivor of a near-duplicate is a kept candidate of the same item.
with

candidates as (
    select
        item_id,
        tag,
        is_kept,
        survivor_tag
    from {{ ref("int_candidates_deduplicated") }}
)

select
    dropped.item_id,
    dropped.tag,
    dropped.survivor_tag
from candidates as dropped
left join candidates as survivors
    on
        dropped.item_id = survivors.item_id
        and dropped.survivor_tag = survivors.tag
        and survivors.is_kept
where
    not dropped.is_kept
    and survivors.tag is null
