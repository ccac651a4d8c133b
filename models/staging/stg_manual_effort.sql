with

effort_rows as (
    select * from {{ ref("stg_manual_effort_rows") }}
    where rejected_reason is null
),

final as (
    select
        step,
        minutes_per_item,
        waiting_minutes
    from effort_rows
)

select * from final
