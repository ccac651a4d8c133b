-- Evaluator routing (paper 2.2): the best novel candidates of an item are evaluated.
with

candidates as (
    select * from {{ ref("int_candidates_aligned") }}
    where status = 'novel'
),

ranked as (
    select
        item_id,
        tag,
        score,
        position,
        cast(row_number() over (
            partition by item_id
            order by {{ tag_order() }}
        ) as integer) as novel_rank
    from candidates
),

final as (
    select
        item_id,
        tag,
        score,
        position,
        novel_rank,
        novel_rank <= {{ var("max_evaluated_novel") }}
        and {{ var("use_evaluators") }} as is_evaluated
    from ranked
)

select * from final
