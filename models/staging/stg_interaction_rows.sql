with

items as (
    select * from {{ ref("stg_items") }}
),

input_rows as (
    select distinct
        nullif(trim(cast(interactions.user_id as varchar)), '') as user_id,
        nullif(trim(cast(interactions.item_id as varchar)), '') as item_id,
        nullif(lower(trim(cast(interactions.event_type as varchar))), '') as event_type,
        nullif(trim(cast(interactions.occurred_at as varchar)), '') as occurred_at_text,
        nullif(trim(cast(interactions.value as varchar)), '') as value_text
    from {{ mapped_input("interactions") }} as interactions
),

typed as (
    select
        user_id,
        item_id,
        event_type,
        cast(try_cast(occurred_at_text as timestamptz) as timestamp) as occurred_at,
        occurred_at_text,
        try_cast(value_text as double) as value,
        value_text
    from input_rows
),

judged as (
    select
        typed.user_id,
        typed.item_id,
        typed.event_type,
        typed.occurred_at,
        typed.occurred_at_text,
        typed.value,
        typed.value_text,
        case
            when typed.user_id is null then 'user_id'
            when typed.item_id is null then 'item_id'
            when typed.event_type is null then 'event_type'
            when typed.occurred_at is null then 'occurred_at'
            when items.item_id is null then 'item_id'
        end as rejected_column
    from typed
    left join items on typed.item_id = items.item_id
),

final as (
    select
        user_id,
        item_id,
        event_type,
        occurred_at,
        occurred_at_text,
        value,
        value_text,
        rejected_column,
        case
            when rejected_column = 'event_type'
                then 'event_type is empty; name the kind of event, e.g. view'
            when rejected_column = 'occurred_at'
                then 'occurred_at is not a time; write YYYY-MM-DD HH:MM:SS'
            when rejected_column = 'item_id' and item_id is not null
                then 'item_id is not in the catalogue'
            when rejected_column is not null then rejected_column || ' is empty'
        end as rejected_reason
    from judged
)

select * from final
