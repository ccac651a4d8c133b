-- Concatenation of every system. Where scores are calibrated, a system reads its own
-- off the curve of tagsmith: the calibrated score of the next lower score of the fold.
with

mapped as (
    select
        system,
        item_id,
        base_tag,
        score,
        similarity,
        position
    from {{ ref("int_ablation_mapped") }}
),

novel as (
    select
        system,
        item_id,
        tag,
        score,
        position,
        evaluation_score,
        agreement
    from {{ ref("int_ablation_novel") }}
    where is_accepted
),

concatenated as (
    select
        system,
        item_id,
        base_tag as tag,
        'mapped' as status,
        position,
        score as ensemble_score,
        similarity as evaluation_score,
        cast(1 as double) as agreement,
        {{ evaluation_fold("item_id") }} as fold
    from mapped
    union all
    select
        system,
        item_id,
        tag,
        'novel' as status,
        position,
        score as ensemble_score,
        evaluation_score,
        agreement,
        {{ evaluation_fold("item_id") }} as fold
    from novel
),

calibration as (
    select
        {{ evaluation_fold("item_id") }} as fold,
        ensemble_score,
        calibrated_score
    from {{ ref("int_score_calibration") }}
    where fit = 'isotonic' and {{ var("calibrate_scores") }}
),

-- The last row of each fold is for scores under all of the curve.
curve as (
    select
        fold,
        ensemble_score,
        max(calibrated_score) as calibrated_score
    from calibration
    group by fold, ensemble_score
    union all
    select
        fold,
        cast(-1 as double) as ensemble_score,
        min(calibrated_score) as calibrated_score
    from calibration
    group by fold
),

final as (
    select
        concatenated.system,
        concatenated.item_id,
        concatenated.tag,
        concatenated.status,
        concatenated.position,
        concatenated.ensemble_score,
        coalesce(curve.calibrated_score, concatenated.ensemble_score) as rated_score,
        concatenated.evaluation_score,
        concatenated.agreement
    from concatenated
    asof left join curve
        on
            concatenated.fold = curve.fold
            and concatenated.ensemble_score >= curve.ensemble_score
)

select * from final
