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

-- One Yes lets a tag in. A bar that does not follow beta stays.
decided as (
    select
        threshold_values.parameter,
        threshold_values.value,
        threshold_values.is_current,
        aligned.item_id,
        coalesce(aligned.nearest_base_tag, aligned.tag) as tag,
        coalesce(aligned.similarity > threshold_values.value, false) as is_passed
    from threshold_values
    cross join aligned
    where threshold_values.parameter = 'alpha'
    union all
    select
        threshold_values.parameter,
        threshold_values.value,
        threshold_values.is_current,
        verdicts.item_id,
        verdicts.tag,
        coalesce(bool_or(verdicts.verdict_score > case evaluators.bar_rule
            when 'beta' then threshold_values.value
            when '1 - beta' then round(1 - threshold_values.value, 9)
            else evaluators.bar
        end), false) as is_passed
    from threshold_values
    cross join verdicts
    inner join evaluators
        on verdicts.evaluator = evaluators.evaluator
    where threshold_values.parameter = 'beta'
    group by
        threshold_values.parameter, threshold_values.value, threshold_values.is_current,
        verdicts.item_id, verdicts.tag
),

compared as (
    select
        decided.parameter,
        decided.value,
        decided.is_current,
        decided.is_passed,
        tagged_items.item_id is not null as is_comparable,
        manual_tags.tag is not null as is_hit
    from decided
    left join tagged_items
        on decided.item_id = tagged_items.item_id
    left join manual_tags
        on
            decided.item_id = manual_tags.item_id
            and decided.tag = manual_tags.tag
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
    from compared
    group by parameter, value, is_current
)

select * from final
