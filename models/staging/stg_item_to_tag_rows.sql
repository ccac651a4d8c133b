with

items as (
    select * from {{ ref("stg_item_rows") }}
    where rejected_reason is null
),

input_rows as (
    select distinct item_id
    from {{ mapped_input("items_to_tag") }}
),

final as (
    select
        input_rows.item_id,
        case
            when input_rows.item_id is null then 'item_id is empty'
            when items.item_id is null then 'item_id is not in the catalogue'
        end as rejected_reason
    from input_rows
    left join items on input_rows.item_id = items.item_id
)

select * from final
