with

comparisons as (
    select * from {{ ref("int_experiment_comparisons") }}
    where metric <> 'sample_ratio'
),

final as (
    select
        experiment_id,
        slice,
        metric,
        n_users_a,
        n_users_b,
        value_a,
        value_b,
        ratio,
        ratio_low,
        ratio_high,
        p_value,
        p_value_adjusted,
        coalesce(p_value_adjusted < {{ var("experiment_alpha") }}, false)
            as is_significant,
        minimum_detectable_effect,
        planned_effect,
        variance_reduction,
        method,
        remark
    from comparisons
)

select * from final
