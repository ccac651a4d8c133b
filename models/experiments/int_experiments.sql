with

events as (
    select * from {{ ref("stg_experiment_event_rows") }}
    where rejected_reason is null
),

summed as (
    select
        experiment_id,
        list_sort(list(distinct experiment_group)) as experiment_groups,
        coalesce(
            min(occurred_at) filter (where event_type = 'assignment'),
            min(occurred_at)
        ) as started_at,
        max(occurred_at) as ended_at,
        count(*) as n_events
    from events
    group by experiment_id
),

named as (
    select
        experiment_id,
        experiment_groups,
        started_at,
        ended_at,
        n_events,
        {% if var("experiment_control") %}
            '{{ dbt.escape_single_quotes(var("experiment_control")) }}'
        {% else %}
            experiment_groups[1]
        {% endif %} as control
    from summed
),

final as (
    select
        experiment_id,
        experiment_groups,
        control as group_a,
        list_filter(
            experiment_groups, lambda x: x <> control  -- noqa: RF02,RF03
        )[1] as group_b,
        started_at,
        ended_at,
        n_events,
        case
            when len(experiment_groups) < 2
                then 'only one group; a comparison needs two'
            when len(experiment_groups) > 2
                then
                    len(experiment_groups)
                    || ' groups; log each pair as its own experiment'
            when not list_contains(experiment_groups, control)
                then 'no group has the name in var experiment_control'
        end as problem
    from named
)

select * from final
