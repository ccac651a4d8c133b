-- An item with a hole keeps what readers have of it: a missing answer is no answer.
with

features as (
    select item_id
    from {{ ref("item_features") }}
    where
        not is_complete
        and {{ var("keep_incomplete_items") }}
),

current_items as (
    select item_id
    from {{ ref("int_item_features_current") }}
),

final as (
    select features.item_id
    from features
    inner join current_items
        on features.item_id = current_items.item_id
)

select * from final
