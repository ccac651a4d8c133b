-- With many unanswered questions items get too few tags, and nobody would know why.
-- What a budget left out is another matter: the var when_budget_is_spent decides; and
-- what waits in a batch has not failed.
with

counts as (
    select
        count(*) as n_questions,
        count(*) filter (where status <> 'answered') as n_unanswered
    from {{ ref("int_generation_answers") }}
    where status <> 'not_attempted' and not is_in_batch
)

select
    n_unanswered,
    n_questions
from counts
where n_unanswered > {{ var("max_failed_share") }} * n_questions
