-- All that the delta method needs of a million users: exact sums, which do not depend
-- on the order of summation.
{% set parts = ["numerator", "denominator", "numerator_before", "denominator_before"] %}
{% set before = {
    "ctr": ["n_clicks_before", "n_exposures_before"],
    "cvr": ["n_conversions_before", "n_clicks_before"],
    "pv": ["n_views_before", "1"],
    "uv": ["cast(n_views_before > 0 as bigint)", "1"],
} %}
{% set during = {
    "ctr": ["n_{}clicks", "n_{}exposures"],
    "cvr": ["n_{}conversions", "n_{}clicks"],
    "pv": ["n_{}views", "1"],
    "uv": ["cast(n_{}views > 0 as bigint)", "1"],
} %}
with

users as (
    select * from {{ ref("int_experiment_users") }}
    where arm in ('a', 'b')
),

cold_experiments as (
    select distinct experiment_id from {{ ref("int_experiment_cold_items") }}
),

measured as (
    {% for slice, mark in [("all", ""), ("cold_start", "cold_")] %}
        {% for metric in during %}
            {% if not (loop.first and slice == "all") %}union all{% endif %}
            select
                experiment_id,
                '{{ slice }}' as slice,
                '{{ metric }}' as metric,
                arm,
                {{ during[metric][0].format(mark) }} as numerator,
                {{ during[metric][1].format(mark) }} as denominator,
                {{ before[metric][0] }} as numerator_before,
                {{ before[metric][1] }} as denominator_before
            from users
            {% if slice == "cold_start" %}
                where
                    users.experiment_id in (
                        select cold_experiments.experiment_id from cold_experiments
                    )
            {% endif %}
        {% endfor %}
    {% endfor %}
),

final as (
    select
        experiment_id,
        slice,
        metric,
        arm,
        {% for part in parts %}
            cast(sum({{ part }}) as bigint) as {{ part }},
        {% endfor %}
        {% for part in parts %}
            {% for other in parts[loop.index0:] %}
                cast(sum({{ part }} * {{ other }}) as bigint)
                    as {{ part }}_x_{{ other }},
            {% endfor %}
        {% endfor %}
        count(*) as n_users
    from measured
    group by experiment_id, slice, metric, arm
)

select * from final
