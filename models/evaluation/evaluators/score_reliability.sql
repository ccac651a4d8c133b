-- Ten bins of equal width; a bin without scores has no row.
with

labels as (
    select
        item_id,
        tag,
        is_manual
    from {{ ref("int_score_labels") }}
    where is_labelled
),

scores as (
    select
        item_id,
        tag,
        ensemble_score,
        calibrated_score
    from {{ ref("int_score_calibration") }}
),

staged as (
    select
        labels.is_manual,
        unnest(['raw', 'calibrated']) as stage,  -- noqa: RF04
        unnest([scores.ensemble_score, scores.calibrated_score]) as score
    from labels
    inner join scores
        on
            labels.item_id = scores.item_id
            and labels.tag = scores.tag
),

binned as (
    select
        stage,
        score,
        is_manual,
        cast(least(floor(round(10 * score, 6)), 9) as integer) as bin
    from staged
),

final as (
    select
        stage,
        bin,
        bin / 10 as bin_low,
        (bin + 1) / 10 as bin_high,
        {{ exact_sum("score") }} / count(*) as mean_score,
        avg(cast(is_manual as integer)) as hit_share,
        count(*) as n
    from binned
    group by stage, bin
)

select * from final
