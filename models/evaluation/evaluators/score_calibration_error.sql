-- Expected calibration error (Naeini et al., AAAI 2015) over the bins of
-- score_reliability, and the Brier score.
with

bins as (
    select
        stage,
        mean_score,
        hit_share,
        n
    from {{ ref("score_reliability") }}
),

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
        fit,
        ensemble_score,
        calibrated_score
    from {{ ref("int_score_calibration") }}
),

staged as (
    select
        labels.is_manual,
        unnest(['raw', 'calibrated']) as stage,  -- noqa: RF04
        unnest([scores.ensemble_score, scores.calibrated_score]) as score,
        unnest([false, scores.fit = 'isotonic']) as is_fitted
    from labels
    inner join scores
        on
            labels.item_id = scores.item_id
            and labels.tag = scores.tag
),

binned as (
    select
        stage,
        {{ exact_sum("n * abs(mean_score - hit_share)") }} / sum(n) as ece
    from bins
    group by stage
),

squared as (
    select
        stage,
        {{ exact_sum("power(score - cast(is_manual as integer), 2)") }} / count(*)
            as brier,
        avg(cast(is_fitted as integer)) as fitted_share,
        count(*) as n
    from staged
    group by stage
),

final as (
    select
        squared.stage,
        round(binned.ece, 9) as ece,
        round(squared.brier, 9) as brier,
        squared.fitted_share,
        squared.n
    from squared
    inner join binned
        on squared.stage = binned.stage
)

select * from final
