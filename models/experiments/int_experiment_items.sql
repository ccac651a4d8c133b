with

cold_items as (
    select * from {{ ref("int_experiment_cold_items") }}
),

exposures as (
    select * from {{ ref("int_experiment_exposures") }}
),

-- An estimate avoids listing the users of each item; int_experiment_rare_exposures
-- counts exactly, for the few items that may have few users.
counted as (
    select
        experiment_id,
        item_id,
        count_if(arm = 'a') > 0 as is_exposed_a,
        count_if(arm = 'b') > 0 as is_exposed_b,
        approx_count_distinct(user_id) as n_users_estimated
    from exposures
    group by experiment_id, item_id
),

final as (
    select
        counted.experiment_id,
        counted.item_id,
        cold_items.item_id is not null as is_cold_start,
        counted.is_exposed_a,
        counted.is_exposed_b,
        cast(counted.n_users_estimated as bigint) as n_users_estimated
    from counted
    left join cold_items
        on
            counted.experiment_id = cold_items.experiment_id
            and counted.item_id = cold_items.item_id
)

select * from final
