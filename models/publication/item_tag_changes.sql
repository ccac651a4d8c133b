-- What would change for readers. A tag has moved if its order among the remaining tags
-- changes; tags that come or go before it do not move it.
with

kept_items as (
    select * from {{ ref("int_items_kept") }}
),

current_items as (
    select * from {{ ref("int_item_features_current") }}
),

new_tags as (
    select * from {{ ref("item_tags") }}
),

current_tags as (
    select
        item_id,
        unnest(tags) as tag,
        generate_subscripts(tags, 1) as rank
    from current_items
),

compared as (
    select
        coalesce(current_tags.item_id, new_tags.item_id) as item_id,
        coalesce(current_tags.tag, new_tags.tag) as tag,
        current_tags.rank as rank_before,
        new_tags.rank as rank_after,
        current_tags.rank is not null and new_tags.rank is not null as stays
    from current_tags
    full join new_tags
        on
            current_tags.item_id = new_tags.item_id
            and current_tags.tag = new_tags.tag
),

placed as (
    select
        item_id,
        tag,
        rank_before,
        rank_after,
        row_number() over (partition by item_id, stays order by rank_before)
            as place_before,
        row_number() over (partition by item_id, stays order by rank_after)
            as place_after
    from compared
),

final as (
    select
        placed.item_id,
        placed.tag,
        case
            when placed.rank_before is null then 'in'
            when placed.rank_after is null then 'out'
            else 'moved'
        end as change_kind,
        cast(placed.rank_before as integer) as rank_before,
        cast(placed.rank_after as integer) as rank_after
    from placed
    anti join kept_items
        on placed.item_id = kept_items.item_id
    where
        placed.rank_before is null
        or placed.rank_after is null
        or placed.place_before <> placed.place_after
)

select * from final
