-- A question that is neither answered, quarantined nor pending would be lost.
with

questions as (
    select
        item_id,
        question_key
    from {{ ref("int_generation_questions") }}
),

answers as (
    select
        item_id,
        question_key
    from {{ ref("int_generation_answers") }}
)

select
    coalesce(questions.item_id, answers.item_id) as item_id,
    coalesce(questions.question_key, answers.question_key) as question_key
from questions
full join answers
    on
        questions.item_id = answers.item_id
        and questions.question_key = answers.question_key
where questions.question_key is null or answers.question_key is null
