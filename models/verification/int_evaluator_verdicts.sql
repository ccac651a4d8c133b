-- The verdict, Yes or No, of each evaluator (paper 2.2).
with

candidates as (
    select * from {{ ref("int_candidates_aligned") }}
    where is_evaluated
),

answers as (
    select
        item_id,
        tag,
        evaluator,
        question_key,
        status,
        error_class,
        try_cast(json_extract_string(answer, '$.score') as double) as answered_score
    from {{ ref("int_evaluator_answers") }}
    where purpose = 'tagging'
),

evaluators as (
    select * from {{ ref("evaluators") }}
),

scored as (
    select
        item_id,
        tag,
        evaluator,
        question_key,
        status,
        error_class,
        case when answered_score between 0 and 1 then answered_score end
            as verdict_score
    from answers
),

final as (
    select
        candidates.item_id,
        candidates.tag,
        evaluators.evaluator,
        scored.verdict_score,
        scored.question_key,
        scored.error_class,
        coalesce(scored.status, 'missing') as answer_status,
        evaluators.weight,
        coalesce(scored.verdict_score > evaluators.bar, false) as is_accepted
    from candidates
    cross join evaluators
    left join scored
        on
            candidates.item_id = scored.item_id
            and candidates.tag = scored.tag
            and evaluators.evaluator = scored.evaluator
)

select * from final
