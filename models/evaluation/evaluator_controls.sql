with

evaluators as (
    select * from {{ ref("evaluators") }}
),

tags as (
    select * from {{ ref("int_control_tags") }}
),

questions as (
    select * from {{ ref("int_evaluator_questions") }}
    where purpose = 'control'
),

answers as (
    select
        item_id,
        tag,
        evaluator,
        status,
        try_cast(json_extract_string(answer, '$.score') as double) as answered_score
    from {{ ref("int_evaluator_answers") }}
    where purpose = 'control'
),

scored as (
    select
        item_id,
        tag,
        evaluator,
        status,
        case when answered_score between 0 and 1 then answered_score end
            as verdict_score
    from answers
),

final as (
    select
        questions.item_id,
        questions.tag,
        questions.evaluator,
        tags.is_own,
        scored.verdict_score,
        evaluators.weight,
        coalesce(scored.verdict_score > evaluators.bar, false) as is_accepted,
        questions.model,
        questions.prompt_hash,
        questions.question_key,
        scored.status as answer_status
    from questions
    inner join evaluators
        on questions.evaluator = evaluators.evaluator
    inner join tags
        on
            questions.item_id = tags.item_id
            and questions.tag = tags.tag
    inner join scored
        on
            questions.item_id = scored.item_id
            and questions.tag = scored.tag
            and questions.evaluator = scored.evaluator
)

select * from final
