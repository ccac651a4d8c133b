select
    item_id,
    rank,
    score,
    lag(score) over (partition by item_id order by rank) as score_before
from {{ ref("item_tags") }}
qualify score > score_before
