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

select
    coalesce(decided.item_id, tags.item_id) as item_id,
    coalesce(decided.tag, tags.tag) as tag,
    decided.rank as decided_rank,
    tags.rank
from decided
full join tags
    on
        decided.item_id = tags.item_id
        and decided.tag = tags.tag
where
    decided.rank is distinct from tags.rank
    or decided.score is distinct from tags.score
