-- The tags that no policy excludes are ranked 1 to n, and the selected ones come first.
with

tags as (
    select
        item_id,
        rank,
        is_selected
    from {{ ref("int_tags_selected") }}
    where rank is not null
)

select
    item_id,
    count(*) as n_tags,
    count(distinct rank) as n_ranks,
    max(rank) as last_rank
from tags
group by item_id
having
    count(*) != count(distinct rank)
    or count(*) != max(rank)
    or count_if(is_selected) != coalesce(max(rank) filter (where is_selected), 0)
    or count_if(is_selected) > {{ var("top_k") }}
