-- The paper's cold-start time: how long an item waits for its features.
with

items as (
    select * from {{ ref("stg_items") }}
),

items_seen as (
    select * from {{ source("ledger", "items_first_seen") }}
),

served_tags as (
    select * from {{ ref("item_features_history") }}
    where n_tags > 0
),

publications as (
    select * from {{ ref("publications") }}
),

materializations as (
    select * from {{ source("ledger", "materializations") }}
),

first_published as (
    select
        item_id,
        min(dbt_valid_from) as published_at
    from served_tags
    group by item_id
),

online_versions as (
    select
        publications.published_at,
        min(materializations.materialized_at) as online_at
    from materializations
    inner join publications
        on materializations.version = publications.version
    group by publications.published_at
),

first_online as (
    select
        first_published.item_id,
        min(online_versions.online_at) as online_at
    from first_published
    inner join online_versions
        on first_published.published_at <= online_versions.published_at
    group by first_published.item_id
),

appeared as (
    select
        items.item_id,
        items_seen.first_seen_at,
        {{ appeared_at("items.created_at", "items_seen.first_seen_at") }} as appeared_at
    from items
    inner join items_seen
        on items.item_id = items_seen.item_id
),

final as (
    select
        appeared.item_id,
        appeared.appeared_at,
        appeared.first_seen_at,
        first_published.published_at as first_published_at,
        first_online.online_at as first_online_at,
        date_diff('second', appeared.appeared_at, first_published.published_at) / 60.0
            as minutes_to_published,
        date_diff('second', appeared.appeared_at, first_online.online_at) / 60.0
            as minutes_to_online
    from appeared
    left join first_published
        on appeared.item_id = first_published.item_id
    left join first_online
        on appeared.item_id = first_online.item_id
)

select * from final
