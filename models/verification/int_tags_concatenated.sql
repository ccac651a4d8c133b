-- Concatenation and final score (paper 2.2): mapped and accepted novel tags on one
-- scale.
{%- set is_calibrated = var("calibrate_scores") %}
with

mapped as (
    select * from {{ ref("int_mapped_tags") }}
),

novel as (
    select * from {{ ref("int_novel_reranked") }}
),

{% if is_calibrated -%}
calibration as (
    select * from {{ ref("int_score_calibration") }}
),

{% endif -%}
tags as (
    select
        item_id,
        base_tag as tag,
        'mapped' as status,
        base_tag,
        category,
        position,
        ensemble_score,
        similarity as evaluation_score,
        cast(1 as double) as agreement
    from mapped
    union all
    select
        item_id,
        tag,
        'novel' as status,
        cast(null as varchar) as base_tag,
        category,
        position,
        ensemble_score,
        evaluation_score,
        agreement
    from novel
),

frequencies as (
    select
        tag,
        count(*) as n_items_with_tag
    from tags
    group by tag
),

totals as (
    select count(distinct item_id) as n_items
    from tags
),

weighed as (
    select
        tags.item_id,
        tags.tag,
        tags.status,
        tags.base_tag,
        tags.category,
        tags.position,
        tags.ensemble_score,
        tags.evaluation_score,
        tags.agreement,
        {%- if is_calibrated %}
        calibration.calibrated_score,
        {%- endif %}
        {{ specificity("frequencies.n_items_with_tag", "totals.n_items") }}
            as specificity
    from tags
    inner join frequencies
        on tags.tag = frequencies.tag
    {%- if is_calibrated %}
    inner join calibration
        on
            tags.item_id = calibration.item_id
            and tags.tag = calibration.tag
    {%- endif %}
    cross join totals
),

final as (
    select
        item_id,
        tag,
        status,
        base_tag,
        category,
        position,
        ensemble_score,
        {%- if is_calibrated %}
        calibrated_score,
        {%- endif %}
        evaluation_score,
        agreement,
        specificity,
        {{ final_score("calibrated_score" if is_calibrated else "ensemble_score") }}
            as score
    from weighed
)

select * from final
