-- A list with a gap would be judged at another length than it has.
select
    system,
    item_id,
    max(rank) as last_rank,
    count(*) as n_tags
from {{ ref("int_system_tags") }}
group by system, item_id
having min(rank) <> 1 or max(rank) <> count(*)
