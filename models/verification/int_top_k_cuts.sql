-- Whether the alphabet chose: the last tag that got a place and the first that got none.
with

selected as (
    select
        item_id,
        tag,
        rank
    from {{ ref("int_tags_selected") }}
    where rank between {{ var("top_k") }} and {{ var("top_k") }} + 1
),

tags as (
    select
        item_id,
        tag,
        score,
        position
    from {{ ref("int_tags_concatenated") }}
),

borders as (
    select
        selected.item_id,
        count(*) as n_tags,
        count(distinct (tags.score, tags.position)) as n_places
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
        n_places = 1 as is_decided_by_name
    from borders
    where n_tags = 2
)

select * from final
