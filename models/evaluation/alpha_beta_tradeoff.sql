-- What alpha and beta trade off, from existing scores: no model is asked again.
with

threshold_values as (
    select * from {{ ref("int_threshold_values") }}
),

aligned as (
    select
        item_id,
        coalesce(nearest_base_tag, tag) as tag,
        similarity
    from {{ ref("int_candidates_aligned") }}
),

verdicts as (
    select
        item_id,
        tag,
        max(verdict_score) filter (where evaluator = 'lenient') as lenient_score,
        max(verdict_score) filter (where evaluator = 'strict') as strict_score
    from {{ ref("int_evaluator_verdicts") }}
    group by item_id, tag
),

manual_tags as (
    select * from {{ ref("stg_manual_tags") }}
),

tagged_items as (
    select distinct item_id
    from manual_tags
),

-- Both rules at once: over `value` by the first score, or over 1 - value by the second.
scored as (
    select
        'alpha' as parameter,
        item_id,
        tag,
        similarity as score,
        null as second_score
    from aligned
    union all
    select
        'beta' as parameter,
        item_id,
        tag,
        lenient_score as score,
        strict_score as second_score
    from verdicts
),

compared as (
    select
        scored.parameter,
        scored.score,
        scored.second_score,
        tagged_items.item_id is not null as is_comparable,
        manual_tags.tag is not null as is_hit
    from scored
    left join tagged_items
        on scored.item_id = tagged_items.item_id
    left join manual_tags
        on
            scored.item_id = manual_tags.item_id
            and scored.tag = manual_tags.tag
),

-- 1 - 0.9 is not 0.1 in binary.
decided as (
    select
        threshold_values.parameter,
        threshold_values.value,
        threshold_values.is_current,
        compared.is_comparable,
        compared.is_hit,
        coalesce(compared.score > threshold_values.value, false)
        or coalesce(compared.second_score > round(1 - threshold_values.value, 9), false)
            as is_passed
    from threshold_values
    inner join compared
        on threshold_values.parameter = compared.parameter
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
