-- A list with a gap would be measured at a wrong length.
select
    system,
    item_id,
    max(rank) as last_rank,
    count(*) as n_tags
from {{ ref("int_system_tags") }}
group by system, item_id
having min(rank) <> 1 or max(rank) <> count(*)
