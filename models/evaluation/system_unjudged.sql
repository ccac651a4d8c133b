with

mapped as (
    {{ of_every_system("int_mapped_tags") }}
),

novel as (
    {{ of_every_system("int_candidates_aligned") }}
),

judged as (
    select distinct
        item_id,
        tag
    from {{ ref("int_evaluator_verdicts") }}
),

considered as (
    select
        system,
        item_id,
        false as is_unjudged
    from mapped
    union all
    select
        novel.system,
        novel.item_id,
        judged.tag is null as is_unjudged
    from novel
    left join judged
        on
            novel.item_id = judged.item_id
            and novel.tag = judged.tag
    where novel.is_evaluated
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
