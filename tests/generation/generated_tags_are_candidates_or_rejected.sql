-- Every tag of every answer is a candidate, rejected, or a repetition within its path.
with

given as (
    select
        answers.item_id,
        answers.path,
        answers.question_key,
        json_array_length(answers.answer) as n_given
    from {{ ref("int_generation_answers") }} as answers
    where answers.status = 'answered'
),

generated as (
    select
        item_id,
        path,
        count(*) as n_generated,
        count(*) filter (where rejected_reason is not null) as n_rejected,
        count(distinct tag) filter (where rejected_reason is null) as n_tags
    from {{ ref("int_generated_tags") }}
    group by item_id, path
),

rejected as (
    select
        item_id,
        path,
        count(*) as n_rejected
    from {{ ref("int_candidates_rejected") }}
    group by item_id, path
),

candidates as (
    select
        item_id,
        path,
        count(*) as n_candidates
    from {{ ref("int_candidates_by_path") }}
    group by item_id, path
),

counts as (
    select
        given.item_id,
        given.path,
        cast(sum(given.n_given) as bigint) as n_given,
        coalesce(any_value(generated.n_generated), 0) as n_generated,
        coalesce(any_value(generated.n_rejected), 0) as n_marked,
        coalesce(any_value(generated.n_tags), 0) as n_tags,
        coalesce(any_value(rejected.n_rejected), 0) as n_rejected,
        coalesce(any_value(candidates.n_candidates), 0) as n_candidates
    from given
    left join generated
        on given.item_id = generated.item_id and given.path = generated.path
    left join rejected
        on given.item_id = rejected.item_id and given.path = rejected.path
    left join candidates
        on given.item_id = candidates.item_id and given.path = candidates.path
    group by given.item_id, given.path
)

select
    item_id,
    path,
    n_given,
    n_generated,
    n_marked,
    n_rejected,
    n_tags,
    n_candidates
from counts
where
    n_given <> n_generated
    or n_marked <> n_rejected
    or n_tags <> n_candidates
