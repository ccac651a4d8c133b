-- Each evaluator, and all together: the mean ranks a novel tag, and one Yes admits it.
with

totals as (
    select count(*) as n_evaluators
    from {{ ref("evaluators") }}
),

controls as (
    select * from {{ ref("evaluator_controls") }}
    where verdict_score is not null
),

together as (
    select
        item_id,
        tag,
        is_own,
        'mean' as evaluator,
        {{ weighted_mean("verdict_score", "weight") }} as verdict_score,
        bool_or(is_accepted) as is_yes,
        array_to_string(
            list_sort(list(distinct model)), ' and '
        ) as model,  -- noqa: RF04
        any_value(prompt_hash) as prompt_hash,
        count(distinct is_accepted) = 1 as is_agreed
    from controls
    group by item_id, tag, is_own
    having count(*) = (select totals.n_evaluators from totals)
),

final as (
    select
        item_id,
        tag,
        is_own,
        evaluator,
        verdict_score,
        is_accepted as is_yes,
        model,
        prompt_hash,
        cast(null as boolean) as is_agreed
    from controls
    union all
    select
        item_id,
        tag,
        is_own,
        evaluator,
        verdict_score,
        is_yes,
        model,
        prompt_hash,
        is_agreed
    from together
)

select * from final
