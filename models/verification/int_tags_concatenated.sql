-- Final score (paper 2.2): mapped and novel tags on one scale.
{%- set is_calibrated = var("calibrate_scores") %}
{%- set first_part = "calibrated_score" if is_calibrated else "ensemble_score" %}
with

tags as (
    select * from {{ ref("int_tags_gathered") }}
),

calibration as (
    select * from {{ ref("int_score_calibration") }}
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
        calibration.calibrated_score,
        {{ specificity("frequencies.n_items_with_tag", "totals.n_items") }}
            as specificity
    from tags
    inner join frequencies
        on tags.tag = frequencies.tag
    inner join calibration
        on
            tags.item_id = calibration.item_id
            and tags.tag = calibration.tag
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
        evaluation_score,
        agreement,
        specificity,
        {{ final_score(first_part) }} as score
    from weighed
)

select * from final
