-- With many unanswered questions items get too few tags, and nobody would know why.
with

counts as (
    select
        count(*) as n_questions,
        count(*) filter (where status <> 'answered') as n_unanswered
    from {{ ref("int_generation_answers") }}
)

select
    n_unanswered,
    n_questions
from counts
where n_unanswered > {{ var("max_failed_share") }} * n_questions
