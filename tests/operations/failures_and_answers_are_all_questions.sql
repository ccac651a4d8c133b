with

questions as (
    select question_key
    from {{ ref("int_generation_questions") }}
    union all
    select question_key
    from {{ ref("int_evaluator_questions") }}
    where purpose <> 'control'
),

answers as (
    select question_key
    from {{ ref("int_generation_answers") }}
    where status = 'answered'
    union all
    select question_key
    from {{ ref("int_evaluator_answers") }}
    where status = 'answered' and purpose <> 'control'
),

failures as (
    select question_key
    from {{ ref("question_failures") }}
    where role <> 'reason'
)

select questions.question_key
from questions
left join answers
    on questions.question_key = answers.question_key
left join failures
    on questions.question_key = failures.question_key
where (answers.question_key is null) = (failures.question_key is null)
