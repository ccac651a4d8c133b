with

interaction_rows as (
    select * from {{ ref("stg_interaction_rows") }}
    where rejected_reason is null
),

final as (
    select
        user_id,
        item_id,
        event_type,
        occurred_at,
        max(value) as value
    from interaction_rows
    group by user_id, item_id, event_type, occurred_at
)

select * from final
