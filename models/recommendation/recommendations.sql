with

recommended as (
    select * from {{ ref("int_ranked_items") }}
    where kind = 'user'
),

interactions as (
    select * from {{ ref("stg_interactions") }}
),

users_of_items as (
    select
        item_id,
        count(distinct user_id) as n_users
    from interactions
    group by item_id
),

final as (
    select
        recommended.model,
        recommended.subject_id as user_id,
        recommended.rank,
        recommended.item_id,
        recommended.score,
        coalesce(users_of_items.n_users, 0) < {{ var("cold_start_interactions") }}
            as is_cold_start,
        recommended.tags
    from recommended
    left join users_of_items on recommended.item_id = users_of_items.item_id
)

select * from final
