with

recommended as (
    select
        model,
        user_id as owner_id,
        rank,
        score,
        lag(score) over (partition by model, user_id order by rank) as score_before
    from {{ ref("recommendations") }}
),

neighboring as (
    select
        model,
        item_id as owner_id,
        rank,
        score,
        lag(score) over (partition by model, item_id order by rank) as score_before
    from {{ ref("item_neighbors") }}
)

select * from recommended
where score > score_before
union all
select * from neighboring
where score > score_before
