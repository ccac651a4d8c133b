with

recommended as (
    select
        'recommendations' as table_name,
        model,
        user_id as owner_id,
        count(*) as n_rows,
        max(rank) as greatest_rank
    from {{ ref("recommendations") }}
    group by model, user_id
),

neighboring as (
    select
        'item_neighbors' as table_name,
        model,
        item_id as owner_id,
        count(*) as n_rows,
        max(rank) as greatest_rank
    from {{ ref("item_neighbors") }}
    group by model, item_id
)

select * from recommended
where n_rows <> greatest_rank
union all
select * from neighboring
where n_rows <> greatest_rank
