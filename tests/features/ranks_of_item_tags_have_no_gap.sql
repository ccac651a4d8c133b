select
    item_id,
    count(*) as n_tags,
    min(rank) as least_rank,
    max(rank) as greatest_rank
from {{ ref("item_tags") }}
group by item_id
having
    min(rank) <> 1
    or max(rank) <> count(*)
    or max(rank) > {{ var("top_k") }}
