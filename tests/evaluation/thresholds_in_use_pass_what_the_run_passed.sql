-- At the alpha and beta in use, the trade-off counts what the run mapped and accepted.
with

mapped as (
    select count_if(status = 'mapped') as n_passed
    from {{ ref("int_candidates_aligned") }}
),

accepted_tags as (
    select distinct
        item_id,
        tag
    from {{ ref("int_evaluator_verdicts") }}
    where is_accepted
),

expected as (
    select
        'alpha' as parameter,
        n_passed
    from mapped
    union all
    select
        'beta' as parameter,
        count(*) as n_passed
    from accepted_tags
),

found as (
    select
        parameter,
        n_passed
    from {{ ref("alpha_beta_tradeoff") }}
    where is_current
)

select
    expected.parameter,
    expected.n_passed as n_passed_in_the_run,
    found.n_passed
from expected
left join found
    on expected.parameter = found.parameter
where coalesce(found.n_passed, 0) <> expected.n_passed
