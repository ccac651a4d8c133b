with

users as (
    select
        experiment_id,
        sum(n_clicks) filter (where arm = 'a') as clicks_a,
        sum(n_exposures) filter (where arm = 'a') as exposures_a,
        sum(n_cold_views) filter (where arm = 'b') as cold_views_b,
        count(*) filter (where arm = 'a') as n_users_a,
        count(*) filter (where arm = 'b') as n_users_b
    from {{ ref("int_experiment_users") }}
    group by experiment_id
),

expected as (
    select
        experiment_id,
        'all' as slice,
        'ctr' as metric,
        n_users_a,
        n_users_b,
        clicks_a / nullif(exposures_a, 0) as value_a,
        null as value_b
    from users
    union all
    select
        experiment_id,
        'cold_start' as slice,
        'pv' as metric,
        n_users_a,
        n_users_b,
        null as value_a,
        cold_views_b / n_users_b as value_b
    from users
    where n_users_b > 0
)

select
    metrics.experiment_id,
    metrics.slice,
    metrics.metric
from {{ ref("experiment_metrics") }} as metrics
inner join expected
    on
        metrics.experiment_id = expected.experiment_id
        and metrics.slice = expected.slice
        and metrics.metric = expected.metric
where
    metrics.n_users_a <> expected.n_users_a
    or metrics.n_users_b <> expected.n_users_b
    or abs(metrics.value_a - expected.value_a) > 1e-9
    or abs(metrics.value_b - expected.value_b) > 1e-9
