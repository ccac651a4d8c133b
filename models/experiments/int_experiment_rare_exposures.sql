-- Only rarely seen items can miss a group by chance: an item of n users misses a group
-- with share p of the users with probability (1 - p)^n. Users are listed up to the n
-- where that is 1e-9; beyond it the item appears in every permutation.
with

users as (
    select * from {{ ref("int_experiment_users") }}
    where arm in ('a', 'b')
),

items as (
    select * from {{ ref("int_experiment_items") }}
),

exposures as (
    select * from {{ ref("int_experiment_exposures") }}
),

shares as (
    select
        experiment_id,
        least(count_if(arm = 'a'), count_if(arm = 'b')) / count(*) as least_share
    from users
    group by experiment_id
),

bounds as (
    select
        experiment_id,
        cast(ceil(ln(1e-9) / ln(1 - least_share)) as bigint) as most_users
    from shares
    where least_share > 0
),

-- Four times the bound allows for the error of the estimate.
candidates as (
    select
        items.experiment_id,
        items.item_id,
        items.is_cold_start,
        bounds.most_users
    from items
    inner join bounds
        on items.experiment_id = bounds.experiment_id
    where items.n_users_estimated <= 4 * bounds.most_users
),

pairs as (
    select distinct
        candidates.experiment_id,
        candidates.item_id,
        candidates.is_cold_start,
        candidates.most_users,
        exposures.user_id
    from candidates
    inner join exposures
        on
            candidates.experiment_id = exposures.experiment_id
            and candidates.item_id = exposures.item_id
),

final as (
    select
        experiment_id,
        item_id,
        user_id,
        is_cold_start
    from pairs
    qualify count(*) over (partition by experiment_id, item_id) <= most_users
)

select * from final
