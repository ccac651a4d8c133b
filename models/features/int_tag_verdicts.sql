with

verdicts as (
    select * from {{ ref("int_evaluator_verdicts") }}
),

final as (
    select
        item_id,
        tag,
        list(
            struct_pack(
                evaluator := evaluator,
                score := verdict_score,
                is_accepted := is_accepted,
                question_key := question_key
            )
            order by evaluator
        ) as verdicts
    from verdicts
    group by item_id, tag
)

select * from final
