with

decided as (
    select
        item_id,
        selected_as as tag,
        any_value(rank) as rank,
        any_value(score) as score
    from {{ ref("tag_decisions") }}
    where outcome = 'selected'
    group by item_id, selected_as
),

tags as (
    select
        item_id,
        tag,
        rank,
        score
    from {{ ref("item_tags") }}
)

(select * from decided except all select * from tags)
union all
(select * from tags except all select * from decided)
