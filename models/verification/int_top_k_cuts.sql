-- Whether only the tag name separates the last tag inside top K from the first outside.
with

selected as (
    select * from {{ ref("int_tags_selected") }}
    where rank between {{ var("top_k") }} and {{ var("top_k") }} + 1
),

tags as (
    select * from {{ ref("int_tags_concatenated") }}
),

borders as (
    select
        selected.item_id,
        count(*) as n_tags,
        min(tags.score) = max(tags.score)
        and min(tags.position) = max(tags.position) as is_decided_by_name
    from selected
    inner join tags
        on
            selected.item_id = tags.item_id
            and selected.tag = tags.tag
    group by selected.item_id
),

final as (
    select
        item_id,
        is_decided_by_name
    from borders
    where n_tags = 2
)

select * from final
