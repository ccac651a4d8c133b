with

mapped as (
    select
        system,
        item_id,
        false as is_unjudged
    from {{ ref("int_ablation_mapped") }}
),

novel as (
    select
        system,
        item_id,
        is_unjudged
    from {{ ref("int_ablation_novel") }}
),

considered as (
    select
        system,
        item_id,
        is_unjudged
    from mapped
    union all
    select
        system,
        item_id,
        is_unjudged
    from novel
),

final as (
    select
        cast(system as varchar) as system,
        cast(item_id as varchar) as item_id,
        cast(count(*) as integer) as n_tags,
        cast(count_if(is_unjudged) as integer) as n_unjudged,
        cast(count_if(is_unjudged) / count(*) as double) as unjudged_share
    from considered
    group by system, item_id
)

select * from final
