-- Each evaluated novel candidate has a verdict of every evaluator; others have none.
with

totals as (
    select count(*) as n_evaluators
    from {{ ref("evaluators") }}
),

candidates as (
    select
        item_id,
        tag
    from {{ ref("int_candidates_aligned") }}
    where is_evaluated
),

verdicts as (
    select
        item_id,
        tag,
        count(distinct evaluator) as n_evaluators
    from {{ ref("int_evaluator_verdicts") }}
    group by item_id, tag
)

select
    coalesce(candidates.item_id, verdicts.item_id) as item_id,
    coalesce(candidates.tag, verdicts.tag) as tag
from candidates
full join verdicts
    on
        candidates.item_id = verdicts.item_id
        and candidates.tag = verdicts.tag
cross join totals
where
    candidates.tag is null
    or verdicts.n_evaluators is distinct from totals.n_evaluators
