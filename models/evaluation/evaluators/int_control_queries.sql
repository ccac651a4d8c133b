-- What is looked up for each control tag, as for a candidate.
with

tags as (
    select
        item_id,
        tag
    from {{ ref("int_control_tags") }}
),

items as (
    select
        item_id,
        title
    from {{ ref("stg_items") }}
),

final as (
    select
        {{ search_key("items.item_id", "items.title", "tags.tag") }} as search_key,
        items.item_id,
        items.title,
        tags.tag
    from tags
    inner join items
        on tags.item_id = items.item_id
)

select * from final
