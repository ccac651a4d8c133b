-- Items removed from the catalogue. Publishing them tells readers to drop their
-- features.
with

items_seen as (
    select * from {{ source("ledger", "items_first_seen") }}
),

features as (
    select item_id
    from {{ ref("item_features") }}
),

final as (
    select
        items_seen.item_id,
        items_seen.first_seen_at
    from items_seen
    anti join features
        on items_seen.item_id = features.item_id
)

select * from final
