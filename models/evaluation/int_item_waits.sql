-- Reads the history itself: item_time_to_features, which adds the online store, is in a
-- later folder.
with

items as (
    select * from {{ ref("stg_items") }}
),

items_seen as (
    select * from {{ source("ledger", "items_first_seen") }}
),

served as (
    select * from {{ ref("item_features_history") }}
    where n_tags > 0
),

interactions as (
    select * from {{ ref("stg_interactions") }}
),

appeared as (
    select
        items.item_id,
        {{ appeared_at("items.created_at", "items_seen.first_seen_at") }} as appeared_at
    from items
    inner join items_seen
        on items.item_id = items_seen.item_id
),

first_served as (
    select
        item_id,
        min(dbt_valid_from) as published_at
    from served
    group by item_id
),

users_before as (
    select
        appeared.item_id,
        count(distinct interactions.user_id) as n_users
    from appeared
    inner join interactions
        on
            appeared.item_id = interactions.item_id
            and appeared.appeared_at > interactions.occurred_at
    group by appeared.item_id
),

final as (
    select
        appeared.item_id,
        coalesce(users_before.n_users, 0) < {{ var("cold_start_interactions") }}
            as is_cold_start,
        date_diff('millisecond', appeared.appeared_at, first_served.published_at)
        / 60000 as minutes_to_features
    from appeared
    left join first_served
        on appeared.item_id = first_served.item_id
    left join users_before
        on appeared.item_id = users_before.item_id
)

select * from final
