-- A view: its readers aggregate or join at once, and a log has millions of rows.
{{ config(materialized="view") }}
with

experiments as (
    select * from {{ ref("int_experiments") }}
    where problem is null
),

users as (
    select * from {{ ref("int_experiment_users") }}
    where arm in ('a', 'b')
),

exposures as (
    select * from {{ ref("stg_experiment_event_rows") }}
    where rejected_reason is null and event_type = 'exposure'
),

final as (
    select
        exposures.experiment_id,
        exposures.item_id,
        exposures.user_id,
        users.arm,
        exposures.occurred_at
    from exposures
    inner join experiments
        on exposures.experiment_id = experiments.experiment_id
    inner join users
        on
            exposures.experiment_id = users.experiment_id
            and exposures.user_id = users.user_id
    where exposures.occurred_at >= experiments.started_at
)

select * from final
