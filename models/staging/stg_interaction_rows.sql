with

items as (
    select * from {{ ref("stg_items") }}
),

input_rows as (
    select distinct
        user_id,
        item_id,
        lower(event_type) as event_type,
        occurred_at,
        occurred_at_text,
        value,
        value_text
    from {{ mapped_input("interactions") }}
),

judged as (
    select
        input_rows.user_id,
        input_rows.item_id,
        input_rows.event_type,
        input_rows.occurred_at,
        input_rows.occurred_at_text,
        input_rows.value,
        input_rows.value_text,
        case
            when input_rows.user_id is null then 'user_id'
            when input_rows.item_id is null then 'item_id'
            when input_rows.event_type is null then 'event_type'
            when input_rows.occurred_at is null then 'occurred_at'
            when items.item_id is null then 'item_id'
        end as rejected_column
    from input_rows
    left join items on input_rows.item_id = items.item_id
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
