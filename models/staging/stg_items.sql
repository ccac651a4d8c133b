{{ config(
    post_hook={
        "sql": "insert into ledger.main.items_first_seen
            select item_id, make_timestamp(epoch_us(now())) from {{ this }}
            on conflict do nothing",
        "transaction": false
    }
) }}
with

item_rows as (
    select * from {{ ref("stg_item_rows") }}
    where rejected_reason is null
),

final as (
    select
        item_id,
        title,
        original_title,
        summary,
        synopsis,
        genres,
        countries,
        release_date,
        people,
        poster_uri,
        created_at,
        updated_at,
        extra
    from item_rows
)

select * from final
