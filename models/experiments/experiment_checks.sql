-- Check this before any metric: an uneven split or users in both groups mean that the
-- assignment was not random, and no statistic can repair that.
with

experiments as (
    select * from {{ ref("int_experiments") }}
),

users as (
    select * from {{ ref("int_experiment_users") }}
),

sample_ratios as (
    select * from {{ ref("int_experiment_comparisons") }}
    where metric = 'sample_ratio'
),

counted as (
    select
        experiment_id,
        cast(count_if(arm = 'a') as bigint) as n_users_a,
        cast(count_if(arm = 'b') as bigint) as n_users_b,
        cast(count_if(arm = 'both') as bigint) as n_users_in_both,
        cast(count_if(n_clicks > n_exposures) as bigint) as n_users_with_unseen_clicks
    from users
    group by experiment_id
),

joined as (
    select
        experiments.experiment_id,
        experiments.group_a,
        experiments.group_b,
        experiments.started_at,
        experiments.ended_at,
        experiments.n_events,
        coalesce(counted.n_users_a, 0) as n_users_a,
        coalesce(counted.n_users_b, 0) as n_users_b,
        coalesce(counted.n_users_in_both, 0) as n_users_in_both,
        coalesce(counted.n_users_with_unseen_clicks, 0) as n_users_with_unseen_clicks,
        sample_ratios.p_value as srm_p_value,
        case
            when experiments.problem is not null then experiments.problem
            when coalesce(least(counted.n_users_a, counted.n_users_b), 0) = 0
                then 'a group has no users who are only in it'
            when sample_ratios.p_value < {{ var("srm_alarm") }}
                then 'the split is too uneven for a random assignment'
        end as problem
    from experiments
    left join counted
        on experiments.experiment_id = counted.experiment_id
    left join sample_ratios
        on experiments.experiment_id = sample_ratios.experiment_id
),

final as (
    select
        experiment_id,
        group_a,
        group_b,
        started_at,
        ended_at,
        n_events,
        n_users_a,
        n_users_b,
        n_users_in_both,
        n_users_with_unseen_clicks,
        srm_p_value,
        problem is null as is_valid,
        nullif(
            concat_ws(
                '; ',
                problem,
                if(
                    n_users_in_both > 0,
                    n_users_in_both || ' users in both groups are excluded',
                    null
                ),
                if(
                    n_users_with_unseen_clicks > 0,
                    n_users_with_unseen_clicks
                    || ' users have more clicks than exposures',
                    null
                )
            ),
            ''
        ) as remark
    from joined
)

select * from final
