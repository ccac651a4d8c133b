-- What alpha and beta trade, from the scores that are there: no model is asked again.
with

threshold_values as (
    select * from {{ ref("int_threshold_values") }}
),

aligned as (
    select * from {{ ref("int_candidates_aligned") }}
),

verdicts as (
    select * from {{ ref("int_evaluator_verdicts") }}
),

evaluators as (
    select * from {{ ref("evaluators") }}
),

manual_tags as (
    select * from {{ ref("stg_manual_tags") }}
),

tagged_items as (
    select distinct item_id
    from manual_tags
),

considered as (
    select
        'alpha' as parameter,
        item_id,
        coalesce(nearest_base_tag, tag) as tag,
        cast(null as varchar) as evaluator,
        similarity as score
    from aligned
    union all
    select
        'beta' as parameter,
        item_id,
        tag,
        evaluator,
        verdict_score as score
    from verdicts
),

compared as (
    select
        considered.parameter,
        considered.item_id,
        considered.tag,
        considered.evaluator,
        considered.score,
        tagged_items.item_id is not null as is_comparable,
        manual_tags.tag is not null as is_hit
    from considered
    left join tagged_items
        on considered.item_id = tagged_items.item_id
    left join manual_tags
        on
            considered.item_id = manual_tags.item_id
            and considered.tag = manual_tags.tag
),

-- One Yes lets a tag in. A bar that does not follow beta stays.
decided as (
    select
        threshold_values.parameter,
        threshold_values.value,
        threshold_values.is_current,
        compared.is_comparable,
        compared.is_hit,
        coalesce(compared.score > threshold_values.value, false) as is_passed
    from threshold_values
    inner join compared
        on threshold_values.parameter = compared.parameter
    where threshold_values.parameter = 'alpha'
    union all
    select
        threshold_values.parameter,
        threshold_values.value,
        threshold_values.is_current,
        compared.is_comparable,
        compared.is_hit,
        coalesce(bool_or(compared.score > case evaluators.bar_rule
            when 'beta' then threshold_values.value
            when '1 - beta' then round(1 - threshold_values.value, 9)
            else evaluators.bar
        end), false) as is_passed
    from threshold_values
    inner join compared
        on threshold_values.parameter = compared.parameter
    inner join evaluators
        on compared.evaluator = evaluators.evaluator
    group by
        threshold_values.parameter, threshold_values.value, threshold_values.is_current,
        compared.item_id, compared.tag, compared.is_comparable, compared.is_hit
),

final as (
    select
        parameter,
        value,
        is_current,
        count(*) as n_considered,
        cast(count_if(is_passed) as bigint) as n_passed,
        count_if(is_passed) / count(*) as passed_share,
        cast(count_if(is_passed and is_comparable) as bigint) as n_comparable,
        cast(count_if(is_passed and is_hit) as bigint) as n_hits,
        count_if(is_passed and is_hit)
        / nullif(count_if(is_passed and is_comparable), 0) as hit_share
    from decided
    group by parameter, value, is_current
)

select * from final
