with

verdicts as (
    select
        item_id,
        tag,
        evaluator,
        score,
        is_accepted
    from {{ ref("int_evaluator_verdicts") }}
),

final as (
    select
        item_id,
        tag,
        max(score) filter (where evaluator = 'lenient') as lenient_score,
        max(score) filter (where evaluator = 'strict') as strict_score,
        bool_or(is_accepted) filter (where evaluator = 'lenient') as is_lenient_yes,
        bool_or(is_accepted) filter (where evaluator = 'strict') as is_strict_yes
    from verdicts
    group by item_id, tag
)

select * from final
