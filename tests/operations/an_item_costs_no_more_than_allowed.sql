-- 0 = no limit.
select
    run_usd,
    run_usd_per_item
from {{ ref("pipeline_summary") }}
where
    {{ var("max_usd_per_item") }} > 0
    and run_usd_per_item > {{ var("max_usd_per_item") }}
