-- Every candidate but the student's comes from an answer in the ledger to a question of
-- its item.
with

candidates as (
    select
        item_id,
        path,
        tag,
        question_key
    from {{ ref("int_candidates_by_path") }}
    where path <> 'student:all'
),

answers as (
    select
        item_id,
        path,
        question_key
    from {{ ref("int_generation_answers") }}
    where status = 'answered'
),

ledger_answers as (
    select question_key
    from {{ source("ledger", "llm_answers") }}
    where status = 'answered'
)

select
    candidates.item_id,
    candidates.path,
    candidates.tag,
    candidates.question_key
from candidates
left join answers
    on
        candidates.item_id = answers.item_id
        and candidates.path = answers.path
        and candidates.question_key = answers.question_key
left join ledger_answers on candidates.question_key = ledger_answers.question_key
where answers.question_key is null or ledger_answers.question_key is null
