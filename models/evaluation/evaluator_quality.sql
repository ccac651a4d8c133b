with

scores as (
    select * from {{ ref("int_control_scores") }}
),

separations as (
    select * from {{ ref("int_evaluator_auc") }}
),

counted as (
    select
        model,
        prompt_hash,
        evaluator,
        avg(verdict_score) filter (where is_own) as mean_score_own,
        avg(verdict_score) filter (where not is_own) as mean_score_foreign,
        avg(cast(is_yes as integer)) filter (where is_own) as yes_share_own,
        avg(cast(is_yes as integer)) filter (where not is_own) as yes_share_foreign,
        count(*) filter (where is_own) as n_own,
        count(*) filter (where not is_own) as n_foreign
    from scores
    group by model, prompt_hash, evaluator
),

agreed as (
    select avg(cast(is_agreed as integer)) as agreement
    from scores
    where evaluator = 'mean'
),

final as (
    select
        counted.model,
        counted.prompt_hash,
        counted.evaluator,
        separations.auc,
        separations.low,
        separations.high,
        counted.yes_share_own,
        counted.yes_share_foreign,
        round(counted.mean_score_own, 9) as mean_score_own,
        round(counted.mean_score_foreign, 9) as mean_score_foreign,
        agreed.agreement,
        separations.n_items,
        counted.n_own,
        counted.n_foreign
    from counted
    inner join separations
        on counted.evaluator = separations.evaluator
    cross join agreed
)

select * from final
