with

experiments as (
    select * from {{ ref("int_experiments") }}
    where problem is null
),

cold_items as (
    select * from {{ ref("int_experiment_cold_items") }}
),

events as (
    select * from {{ ref("stg_experiment_event_rows") }}
    where rejected_reason is null
),

placed as (
    select
        events.experiment_id,
        events.user_id,
        events.experiment_group,
        events.event_type,
        experiments.group_a,
        case
            when events.occurred_at < experiments.started_at then 'before'
            when cold_items.item_id is not null then 'cold'
            else 'warm'
        end as place
    from events
    inner join experiments
        on events.experiment_id = experiments.experiment_id
    left join cold_items
        on
            events.experiment_id = cold_items.experiment_id
            and events.item_id = cold_items.item_id
),

counted as (
    select
        experiment_id,
        user_id,
        case
            when min(experiment_group) <> max(experiment_group) then 'both'
            when min(experiment_group) = any_value(group_a) then 'a'
            else 'b'
        end as arm,
        {% for kind in ["exposure", "click", "conversion", "view"] %}
            count_if(event_type = '{{ kind }}' and place <> 'before')
                as n_{{ kind }}s,
            count_if(event_type = '{{ kind }}' and place = 'cold')
                as n_cold_{{ kind }}s,
            count_if(event_type = '{{ kind }}' and place = 'before')
                as n_{{ kind }}s_before,
        {% endfor %}
        count_if(place <> 'before') as n_events
    from placed
    group by experiment_id, user_id
),

-- Assigned: any event of the user in the experiment, even if only an assignment.
final as (
    select
        experiment_id,
        user_id,
        {% for kind in ["exposure", "click", "conversion", "view"] %}
            cast(n_{{ kind }}s as bigint) as n_{{ kind }}s,
            cast(n_cold_{{ kind }}s as bigint) as n_cold_{{ kind }}s,
            cast(n_{{ kind }}s_before as bigint) as n_{{ kind }}s_before,
        {% endfor %}
        arm
    from counted
    where n_events > 0
)

select * from final
