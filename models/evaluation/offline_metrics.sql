with

estimates as (
    select * from {{ ref("int_metric_estimates") }}
    where reference is null
),

final as (
    select
        cast(system as varchar) as system,
        cast(truth as varchar) as truth,
        cast(match_kind as varchar) as match_kind,
        cast(k as integer) as k,
        cast(slice as varchar) as slice,
        cast(metric as varchar) as metric,
        cast(value as double) as value,
        cast(low as double) as low,
        cast(high as double) as high,
        cast(n_items as integer) as n_items,
        cast(n_labels as bigint) as n_labels
    from estimates
)

select * from final
