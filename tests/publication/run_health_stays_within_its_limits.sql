-- The vars min_..., max_... and max_health_change are the limits; if a change is
-- intended, build once with --vars '{max_health_change: 1, max_tag_turnover: 1}'.
select
    measure,
    value,
    last_value,
    change,
    lowest,
    highest,
    most_change
from {{ ref("run_health") }}
where not is_within_limits
