-- Published tags may differ from this build's while it is unpublished.
with

publications as (
    select * from {{ ref("publications") }}
    where is_of_this_build
),

reasons as (
    select
        model,
        user_id,
        item_id,
        unnest(tags) as tag
    from {{ ref("recommendations") }}
)

select
    reasons.model,
    reasons.user_id,
    reasons.item_id,
    reasons.tag
from reasons
left join {{ ref("item_tags") }} as item_tags
    on reasons.item_id = item_tags.item_id and reasons.tag = item_tags.tag
where
    item_tags.tag is null
    and exists (select 1 from publications)
