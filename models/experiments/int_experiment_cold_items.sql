-- Fixed at the start: an experiment's own exposures do not make its items warm. Items
-- that left the catalogue still count, since they were watched, so rejected rows are
-- read too.
with

experiments as (
    select * from {{ ref("int_experiments") }}
    where problem is null
),

events as (
    select * from {{ ref("stg_experiment_event_rows") }}
    where rejected_reason is null and item_id is not null
),

interactions as (
    select * from {{ ref("stg_interaction_rows") }}
    where
        item_id is not null and user_id is not null
        and event_type is not null and occurred_at is not null
),

experiment_items as (
    select distinct
        experiment_id,
        item_id
    from events
),

first_seen as (
    select
        item_id,
        user_id,
        min(occurred_at) as occurred_at
    from interactions
    group by item_id, user_id
),

users_before as (
    select
        experiments.experiment_id,
        first_seen.item_id,
        count(*) as n_users
    from experiments
    inner join first_seen
        on experiments.started_at > first_seen.occurred_at
    group by experiments.experiment_id, first_seen.item_id
),

-- Without a history no item is known to be cold, so the slice is omitted.
with_history as (
    select distinct experiment_id from users_before
),

final as (
    select
        experiment_items.experiment_id,
        experiment_items.item_id,
        coalesce(users_before.n_users, 0) as n_users_before
    from experiment_items
    inner join with_history
        on experiment_items.experiment_id = with_history.experiment_id
    left join users_before
        on
            experiment_items.experiment_id = users_before.experiment_id
            and experiment_items.item_id = users_before.item_id
    where
        coalesce(users_before.n_users, 0) < {{ var("cold_start_interactions") }}
)

select * from final
