-- A verdict that no model gave is a No; too many would hide an endpoint that is down.
with

counts as (
    select
        count(*) as n_questions,
        count(*) filter (where status <> 'answered') as n_unanswered
    from {{ ref("int_evaluator_answers") }}
    where purpose <> 'control'
)

select
    n_unanswered,
    n_questions
from counts
where n_unanswered > {{ var("max_failed_share") }} * n_questions
