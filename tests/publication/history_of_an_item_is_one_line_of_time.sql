-- Intervals do not overlap, and only the last one is open.
select
    item_id,
    dbt_valid_from,
    dbt_valid_to,
    lead(dbt_valid_from) over of_item as next_valid_from
from {{ ref("item_features_history") }}
window of_item as (partition by item_id order by dbt_valid_from)
qualify
    coalesce(dbt_valid_to > next_valid_from, false)
    or (dbt_valid_to is null and next_valid_from is not null)
