-- Expected calibration error (Naeini et al., AAAI 2015) over the bins of
-- score_reliability, and the Brier score.
with

bins as (
    select * from {{ ref("score_reliability") }}
),

scores as (
    select * from {{ ref("int_scores_by_stage") }}
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
    from scores
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
