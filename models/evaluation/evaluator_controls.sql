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
        {{ verdict_score("answer") }} as verdict_score
    from {{ ref("int_evaluator_answers") }}
    where purpose = 'control'
),

final as (
    select
        questions.item_id,
        questions.tag,
        questions.evaluator,
        tags.is_own,
        answers.verdict_score,
        evaluators.weight,
        coalesce(answers.verdict_score > evaluators.bar, false) as is_accepted,
        questions.model,
        questions.prompt_hash,
        questions.question_key,
        answers.status as answer_status
    from questions
    inner join evaluators
        on questions.evaluator = evaluators.evaluator
    inner join tags
        on
            questions.item_id = tags.item_id
            and questions.tag = tags.tag
    inner join answers
        on
            questions.item_id = answers.item_id
            and questions.tag = answers.tag
            and questions.evaluator = answers.evaluator
)

select * from final
