-- `make diff` shows the changes item by item. If intended, build once with
-- --vars 'max_changed_share: 1'.
select
    count_if(is_changed) as n_changed,
    count_if(is_served) as n_served,
    {{ var("max_changed_share") }} as max_changed_share
from {{ ref("item_changes") }}
having count_if(is_changed) > {{ var("max_changed_share") }} * count_if(is_served)
