with

input_rows as (
    select
        step,
        minutes_per_item as minutes_text,
        waiting_minutes as waiting_text
    from {{ mapped_input("manual_effort") }}
),

typed as (
    select distinct
        step,
        try_cast(minutes_text as double) as minutes_per_item,
        minutes_text,
        case
            when waiting_text is null then 0 else try_cast(waiting_text as double)
        end as waiting_minutes,
        waiting_text
    from input_rows
),

final as (
    select
        step,
        minutes_per_item,
        minutes_text,
        waiting_minutes,
        waiting_text,
        case
            when step is null then 'step is empty'
            when
                minutes_per_item is null
                or minutes_per_item < 0 or not isfinite(minutes_per_item)
                then 'minutes_per_item must be a number of 0 or more'
            when
                waiting_minutes is null
                or waiting_minutes < 0 or not isfinite(waiting_minutes)
                then 'waiting_minutes must be a number of 0 or more'
            when count(*) over (partition by step) > 1
                then 'the step occurs twice with different minutes; keep one row'
        end as rejected_reason
    from typed
)

select * from final
