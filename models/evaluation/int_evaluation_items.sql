with

items as (
    select * from {{ ref("stg_items") }}
),

texts as (
    select * from {{ ref("stg_item_texts") }}
),

-- A catalogue without manual tags cannot be evaluated, so its texts need no vector.
manual_tags as (
    select count(*) as n_tags
    from {{ ref("stg_manual_tags") }}
),

final as (
    select
        items.item_id,
        {{ evaluation_fold("items.item_id") }} as fold,
        list_sort(
            list_distinct(
                list_transform(items.genres, lambda x: lower(x))  -- noqa: RF02
            )
        ) as genres,
        texts.item_text
    from items
    inner join texts on items.item_id = texts.item_id
    cross join manual_tags
    where manual_tags.n_tags > 0
)

select * from final
