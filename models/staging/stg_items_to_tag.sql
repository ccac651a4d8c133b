-- Without a list, every item is tagged; an empty list tags none.
with

items as (
    select * from {{ ref("stg_items") }}
),

listed as (
    select * from {{ ref("stg_item_to_tag_rows") }}
),

totals as (
    select count(*) as n_rows
    from listed
),

final as (
    select items.item_id
    from items
    cross join totals
    left join listed
        on items.item_id = listed.item_id
    where
        listed.item_id is not null
        {%- if not input_location("items_to_tag") %}
            or totals.n_rows = 0
        {%- endif %}
)

select * from final
