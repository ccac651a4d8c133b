with

labels as (
    select * from {{ ref("int_score_labels") }}
    where is_labelled
),

scores as (
    select * from {{ ref("int_score_calibration") }}
),

final as (
    select
        labels.item_id,
        labels.tag,
        labels.is_manual,
        unnest(['raw', 'calibrated']) as stage,  -- noqa: RF04
        unnest([scores.ensemble_score, scores.calibrated_score]) as score,
        unnest([false, scores.fit = 'logistic']) as is_fitted
    from labels
    inner join scores
        on
            labels.item_id = scores.item_id
            and labels.tag = scores.tag
)

select * from final
