-- The verdict, Yes or No, of each evaluator (paper 2.2); null where no score came.
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
        {{ verdict_score("answer") }} as verdict_score,
        json_extract_string(answer, '$.lines[*]') as lines_read
    from {{ ref("int_evaluator_answers") }}
    where purpose = 'tagging'
),

evaluators as (
    select * from {{ ref("evaluators") }}
),

final as (
    select
        candidates.item_id,
        candidates.tag,
        evaluators.evaluator,
        answers.verdict_score,
        answers.lines_read,
        answers.question_key,
        answers.error_class,
        coalesce(answers.status, 'missing') as answer_status,
        evaluators.weight,
        answers.verdict_score > evaluators.bar as is_accepted
    from candidates
    cross join evaluators
    left join answers
        on
            candidates.item_id = answers.item_id
            and candidates.tag = answers.tag
            and evaluators.evaluator = answers.evaluator
)

select * from final
